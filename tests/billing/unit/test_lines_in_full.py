"""Lines in full: every figure of a charge, its trace and its key, and what a cap's line has of
them.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from gadong.billing.domain.charge import Capped, Charge, Price, Share, Trace
from gadong.billing.domain.rate_terms import (
    Basis,
    CancelTier,
    FeeBase,
    NoShowFee,
    Overrun,
    PriceWindow,
    Tier,
)
from gadong.billing.domain.rating.division import Division
from gadong.billing.domain.rating.portion import Portion
from gadong.billing.domain.rating.rating import rate, rate_month, trace_of
from gadong.billing.domain.subsidy import Subsidy
from gadong.billing.domain.tariff import RateItem
from gadong.billing.domain.tariff_terms import Quota, TaxType, VatMode
from gadong.booking.domain.attribution import attribute
from gadong.booking.domain.booking import Booking, BookingState
from gadong.booking.domain.decision import Rulings
from gadong.booking.domain.session import Session, sessions
from gadong.booking.domain.usage import AttributionLimits, Witnesses
from gadong.core.domain.calendar import Month
from gadong.core.domain.charge_component import Component
from gadong.core.domain.ids import MachineId, MessageId, new_id
from gadong.core.domain.machine_state import State
from gadong.core.domain.period import Period
from gadong.core.domain.usage_mode import UsageMode
from gadong.metering.domain.run import Run
from tests.support.billing.vouched_gaps import EIGHT, SECOND
from tests.support.billing.vouched_gaps import found as vouched_sessions
from tests.support.golden import KST, MACHINE, MONTH, A, B, at, between, booked, ran, total

EVERY_DAY = tuple(range(7))
EVENING = PriceWindow(weekdays=EVERY_DAY, since=time(11), until=time(0), pct=Decimal(130))
CITY = Subsidy(name="바우처", payer="창원", pct=Decimal(50), monthly_cap=10**6, covers=("time",))
MESSAGE = MessageId(new_id())
ITEM = RateItem(
    machine="m",
    rate_per_hour=Decimal(30_000),
    basis=Basis.HULL,
    base_fee=5_000,
    minimum_amount=150_000,
    windows=(EVENING,),
    overrun=Overrun(flat=1_000, pct_free_slot=Decimal(150)),
    quota_group="free",
    registration="KR-1",
    tax_type=TaxType.EXEMPT,
)
PRICE = Price(
    item=ITEM,
    discount_pct=Decimal(20),
    extra_pct=Decimal(10),
    zone=KST,
    tariff="t1",
    quotas=(Quota(group="free", seconds=1_800),),
    usage_mode=UsageMode.ASSISTED,
    discount_names=("소공인", "small"),
    extra_names=("주간", "day"),
    vat_mode=VatMode.EXCLUSIVE,
    programmes=(CITY,),
    rulings=Rulings(usage_mode_reason="함께", waived=((Component.BASE_FEE, "첫 이용"),)),
)


def found(runs: list[Run], *held: Booking) -> list[Session]:
    """Return the sessions of the example day."""
    witnesses = Witnesses(bookings=held)
    usages = attribute(runs, witnesses, AttributionLimits(), bounds=MONTH)
    return sessions(MACHINE, usages, runs, witnesses, AttributionLimits())


def used(*held: Booking, until: str = "12:30") -> Session:
    """Return the session of a booking from 10:00 on that was used until an instant."""
    runs = [
        replace(r, opened_by=MESSAGE if r.state is State.RUNNING else None)
        for r in ran(("10:00", until))
    ]
    return found(runs, *held)[0]


def test_every_line_of_a_session_states_its_figures() -> None:
    session = used(replace(booked("10:00", "12:00"), override="전화 예약"))
    trace = Trace(
        basis=Basis.HULL,
        measured_seconds=9_000,
        billed_seconds=9_000,
        counter_seconds=0,
        quota_seconds=1_800,
        rate_per_hour=Decimal(30_000),
        discount_pct=Decimal(0),
        extra_pct=Decimal(0),
        gross="",
        periods=(between("10:00", "12:30"),),
        messages=(str(MESSAGE),),
        tariff="t1",
        override="전화 예약",
        registration="KR-1",
        usage_mode=UsageMode.ASSISTED,
        usage_mode_decided="함께",
        discount_names=("소공인", "small"),
        extra_names=("주간", "day"),
    )
    rate_, full = Decimal(30_000), Decimal(100)
    off = {"discount_pct": Decimal(20), "extra_pct": Decimal(10)}
    lines: list[tuple[Component, int, dict[str, Any]]] = [
        (Component.BASE_FEE, 0, {"gross": "5000", "waived": "첫 이용", **off}),
        # Two hours at the plain rate less 28 %; the first half hour was free.
        (
            Component.TIME,
            43_200,
            {"gross": "60000", "parts": (Portion(7_200, full, rate_),), **off},
        ),
        (
            Component.SURCHARGE,
            13_500,
            {"gross": "13500", "parts": (Portion(5_400, Decimal(30), rate_),)},
        ),
        (
            Component.OVERRUN,
            8_500,
            {"gross": "8500", "parts": (Portion(1_800, Decimal(50), rate_),), "flat": 1_000},
        ),
        # 150,000 less 5,000, 60,000, 13,500 and 8,500, at the discounts of time.
        (Component.MINIMUM, 45_360, {"gross": "63000", "minimum": 150_000, **off}),
    ]
    assert rate(session, PRICE, MONTH) == [
        Charge(
            key=f"{session.key}/{component}",
            component=component,
            amount=amount,
            tax_type=TaxType.EXEMPT,
            trace=replace(trace, **more),
            vat_mode=VatMode.EXCLUSIVE,
            programme=CITY,
        )
        for component, amount, more in lines
    ]


def test_a_decided_length_says_its_reason_and_overruns_nothing() -> None:
    price = replace(PRICE, quotas=(), rulings=Rulings(seconds=9_000, reason="장비 고장"))
    lines = {c.component: c for c in rate(used(booked("10:00", "12:00")), price, MONTH)}
    trace = lines[Component.TIME].trace
    assert (trace.decided, trace.measured_seconds, trace.billed_seconds) == (
        "장비 고장",
        9_000,
        9_000,
    )
    # Two hours and a half are decided, of which half an hour lies after the end.
    assert lines[Component.OVERRUN].trace.flat == 1_000
    shorter = replace(price, rulings=Rulings(seconds=7_200, reason="장비 고장"))
    assert Component.OVERRUN not in {
        c.component for c in rate(used(booked("10:00", "12:00")), shorter, MONTH)
    }


def test_a_discount_of_nothing_names_none() -> None:
    plain = replace(PRICE, discount_pct=Decimal(0), extra_pct=Decimal(0))
    for line in rate(used(booked("10:00", "12:00")), plain, MONTH):
        assert (line.trace.discount_pct, line.trace.extra_pct) == (Decimal(0), Decimal(0))


# Fees


def missed(**terms: Any) -> Session:
    """Return the session of a booking from 10:00 to 12:00 of which B used half an hour."""
    booking = replace(booked("10:00", "12:00"), override="전화 예약", **terms)
    runs = ran(("11:00", "11:30"))
    return next(s for s in found(runs, booking, booked("11:00", "11:30", B)) if s.company_id == A)


FEE = replace(
    ITEM,
    no_show=NoShowFee(pct=Decimal(50), tax_type=TaxType.OUT_OF_SCOPE),
    late_cancel=(
        CancelTier(lead_seconds=0, pct=Decimal(80)),
        CancelTier(lead_seconds=3_600, pct=Decimal(40)),
        CancelTier(lead_seconds=7_200, pct=Decimal(0)),
    ),
    minimum_amount=0,
)
GONE = {"state": BookingState.NO_SHOW, "freed_from": at("10:15")}


@pytest.mark.parametrize(
    ("base", "net", "amount"),
    [
        # The time and the base fee less 28 %, and the evening's surcharge, which no discount is of.
        (FeeBase.NET, 43_200 + 9_000 + 3_600, 20_925),
        (FeeBase.LIST, 60_000 + 9_000 + 5_000, 27_750),
    ],
)
def test_a_fee_states_the_price_that_it_is_a_share_of(base: FeeBase, net: int, amount: int) -> None:
    item = replace(FEE, no_show=replace(FEE.no_show, base=base))
    session = missed(**GONE)
    (fee,) = rate(session, replace(PRICE, item=item), MONTH)
    assert fee == Charge(
        key=f"{session.key}/no_show",
        component=Component.NO_SHOW,
        amount=amount,
        tax_type=TaxType.OUT_OF_SCOPE,
        trace=Trace(
            basis=Basis.HULL,
            measured_seconds=7_200,
            billed_seconds=7_200,
            counter_seconds=0,
            rate_per_hour=Decimal(30_000),
            discount_pct=Decimal(20),
            extra_pct=Decimal(10),
            gross=str(amount),
            periods=(between("10:00", "12:00"),),
            messages=(),
            tariff="t1",
            override="전화 예약",
            registration="KR-1",
            usage_mode=UsageMode.ASSISTED,
            usage_mode_decided="함께",
            discount_names=("소공인", "small"),
            extra_names=("주간", "day"),
            share=Share(
                net=net,
                pct=Decimal(50),
                unused_seconds=5_400,
                booked_seconds=7_200,
                is_list=base is FeeBase.LIST,
            ),
        ),
        vat_mode=VatMode.EXCLUSIVE,
    )


def test_a_decided_length_bills_no_time_of_a_booking_that_nobody_kept() -> None:
    decided = replace(PRICE, item=FEE, rulings=Rulings(seconds=3_600, reason="확인"))
    assert [line.component for line in rate(missed(**GONE), decided, MONTH)] == [Component.NO_SHOW]


def test_a_waived_fee_keeps_its_reckoning() -> None:
    waived = Rulings(waived=((Component.NO_SHOW, "사고"),))
    (fee,) = rate(missed(**GONE), replace(PRICE, item=FEE, rulings=waived), MONTH)
    assert (fee.amount, fee.trace.waived, fee.trace.gross) == (0, "사고", "20925")


@pytest.mark.parametrize(
    ("cancelled", "pct", "lead"),
    [
        (at("08:59:59"), 40, 3_601),
        (at("09:00:00"), 40, 3_600),
        (at("09:00:01"), 80, 3_599),
        (at("10:00:00"), 80, 0),
        # Given up within the booking: the tier of the shortest lead, though it was not kept.
        (at("10:00:01"), 80, -1),
        (at("08:00:01"), 40, 7_199),
        (at("08:00:00"), None, 7_200),
        (at("07:59:59"), None, 7_201),
    ],
)
def test_giving_up_costs_by_the_longest_lead_that_was_kept(
    cancelled: datetime, pct: int | None, lead: int
) -> None:
    session = missed(state=BookingState.CANCELLED, cancelled_at=cancelled)
    lines = rate(session, replace(PRICE, item=FEE), MONTH)
    backwards = replace(FEE, no_show=NoShowFee(pct=Decimal(0)))
    assert rate(session, replace(PRICE, item=replace(FEE, late_cancel=())), MONTH) == []
    assert len(rate(session, replace(PRICE, item=backwards), MONTH)) == len(lines)
    if pct is None:
        assert lines == []
        return
    (fee,) = lines
    assert (fee.component, fee.key) == (Component.LATE_CANCEL, f"{session.key}/late_cancel")
    assert fee.trace.share is not None
    assert (fee.trace.share.pct, fee.trace.share.lead_seconds) == (Decimal(pct), lead)


def test_a_fee_is_reckoned_without_tiers_and_free_time() -> None:
    tiers = (Tier(after_seconds=1_800, rate_per_hour=Decimal(1_000)),)
    (fee,) = rate(missed(**GONE), replace(PRICE, item=replace(FEE, tiers=tiers)), MONTH)
    assert fee.trace.share is not None
    assert fee.trace.share.net == 43_200 + 9_000 + 3_600


def test_what_is_given_up_after_its_end_is_a_no_show() -> None:
    late = replace(booked("10:00", "12:00"), state=BookingState.CANCELLED, cancelled_at=at("12:00"))
    (session,) = found(ran(), late)
    (fee,) = rate(session, replace(PRICE, item=FEE), MONTH)
    assert fee.component is Component.NO_SHOW
    assert fee.trace.share is not None
    assert fee.trace.share.lead_seconds is None


def test_a_fee_is_of_the_least_amount_where_the_booking_came_to_less() -> None:
    for least, more in ((73_999, 0), (74_000, 0), (74_001, 1), (94_000, 20_000)):
        listed = replace(FEE, minimum_amount=least, no_show=replace(FEE.no_show, base=FeeBase.LIST))
        (fee,) = rate(missed(**GONE), replace(PRICE, item=listed), MONTH)
        assert fee.trace.share is not None
        assert fee.trace.share.net == 74_000 + more
    (fee,) = rate(missed(**GONE), replace(PRICE, item=replace(FEE, minimum_amount=94_000)), MONTH)
    assert fee.trace.share is not None
    # The rest to the minimum has the discounts of time.
    assert fee.trace.share.net == 43_200 + 9_000 + 3_600 + 14_400


@pytest.mark.parametrize(
    ("since", "is_charged"), [("09:59:59", True), ("10:00:00", True), ("10:00:01", False)]
)
def test_a_fee_falls_in_the_month_in_which_the_booking_begins(since: str, is_charged: bool) -> None:
    later = Period(at(since), at("23:00"))
    price = replace(PRICE, item=FEE)
    assert bool(rate(missed(**GONE), price, later)) is is_charged
    earlier = Period(at("00:00"), at(since))
    assert bool(rate(missed(**GONE), price, earlier)) is not is_charged


# Caps


def capped(*amounts: tuple[int, dict[str, Any]], cap: int) -> list[Charge]:
    """Return the lines of the cap over sessions of so many won, each priced by its own terms."""
    priced = []
    for number, (won, terms) in enumerate(amounts):
        item = RateItem(
            machine="m",
            rate_per_hour=Decimal(won),
            basis=Basis.BOOKED,
            cap_group="g",
            tax_type=terms.pop("tax_type", TaxType.TAXABLE_10),
        )
        hour = booked(f"{8 + number:02}:00", f"{9 + number:02}:00")
        session = found(ran((f"{8 + number:02}:00", f"{9 + number:02}:00")), hour)[0]
        plain = Price(item=item, discount_pct=Decimal(0), zone=KST, cap=cap, **terms)
        priced.append((session, plain))
    return [c for c in rate_month(priced, MONTH) if c.component is Component.CAP]


def test_the_line_of_a_cap_has_nothing_of_the_lines_that_it_is_of() -> None:
    price = replace(PRICE, item=replace(ITEM, cap_group="g"), cap=100_000, programmes=())
    ruled = replace(price, rulings=Rulings(seconds=9_000, reason="고장", usage_mode_reason="함께"))
    session = used(replace(booked("10:00", "12:00"), override="전화 예약"))
    for each in (price, ruled):
        *lines, cap = rate_month([(session, each)], MONTH)
        came_to = total(lines)
        assert cap == Charge(
            key="cap:g",
            component=Component.CAP,
            amount=100_000 - came_to,
            tax_type=TaxType.EXEMPT,
            trace=Trace(
                basis=Basis.HULL,
                measured_seconds=0,
                billed_seconds=0,
                counter_seconds=0,
                rate_per_hour=Decimal(30_000),
                discount_pct=Decimal(0),
                gross=str(100_000 - came_to),
                periods=(),
                messages=(),
                tariff="t1",
                discount_names=("소공인", "small"),
                extra_names=("주간", "day"),
                capped=Capped(group="g", came_to=came_to, most=100_000, part=came_to),
            ),
            vat_mode=VatMode.EXCLUSIVE,
        )


def test_the_line_of_a_cap_has_no_seconds_of_a_counter_and_no_portions() -> None:
    (session,) = vouched_sessions(EIGHT, [booked("10:00", "14:00")])
    price = Price(
        item=replace(SECOND, cap_group="g"), discount_pct=Decimal(0), zone=KST, cap=100_000
    )
    time_, cap = rate_month([(session, price)], MONTH)
    assert (time_.trace.counter_seconds, len(time_.trace.parts)) == (480, 1)
    assert (cap.trace.counter_seconds, cap.trace.parts, cap.amount) == (0, (), -20_000)


def test_the_line_of_a_cap_does_not_state_the_time_of_one_session() -> None:
    price = replace(PRICE, item=replace(ITEM, cap_group="g"), cap=1_000)
    *lines, cap = rate_month(
        [(used(booked("10:00", "12:00")), price)], Period(at("00:00"), at("12:00"))
    )
    assert {line.trace.whole for line in lines} == {between("10:00", "12:30")}
    assert cap.trace.whole is None


def test_the_line_of_a_cap_on_parts_of_lines_is_no_part_of_a_line() -> None:
    division = Division(booker=A, parts=(1, 2), place=1)
    price = replace(
        PRICE, item=replace(ITEM, cap_group="g"), cap=1_000, programmes=(), division=division
    )
    *lines, cap = rate_month([(used(booked("10:00", "12:00")), price)], MONTH)
    assert {line.trace.divided is None for line in lines} == {False}
    assert cap.trace.divided is None


@pytest.mark.parametrize("is_reversed", [False, True])
def test_of_equal_remainders_a_line_without_a_programme_is_rounded_up(is_reversed: bool) -> None:
    kinds: list[dict[str, Any]] = [{}, {"programmes": (replace(CITY, name="A"),)}]
    lines = capped(*((1_001, {**k}) for k in (kinds[::-1] if is_reversed else kinds)), cap=2_001)
    assert [(c.key, c.amount) for c in lines] == [("cap:g:taxable_10::", -1)]


@pytest.mark.parametrize(("cap", "lines"), [(120_001, 0), (120_000, 0), (119_999, 1)])
def test_only_what_is_above_a_cap_is_taken_off(cap: int, lines: int) -> None:
    assert len(capped((60_000, {}), (60_000, {}), cap=cap)) == lines


def test_a_line_from_which_no_won_is_taken_hides_none_after_it() -> None:
    found_ = capped((1, {}), (100_000, {"tax_type": TaxType.EXEMPT}), cap=99_999)
    assert [(c.tax_type, c.amount) for c in found_] == [(TaxType.EXEMPT, -2)]


@pytest.mark.parametrize("is_reversed", [False, True])
def test_of_equal_remainders_the_taxed_line_is_rounded_up(is_reversed: bool) -> None:
    kinds = [TaxType.TAXABLE_10, TaxType.EXEMPT]
    lines = capped(
        *((1_001, {"tax_type": k}) for k in (kinds[::-1] if is_reversed else kinds)), cap=2_001
    )
    assert [(c.key, c.amount) for c in lines] == [("cap:g:taxable_10::", -1)]


@pytest.mark.parametrize("is_reversed", [False, True])
def test_a_cap_parts_what_is_taxed_or_covered_otherwise(is_reversed: bool) -> None:
    """Programmes of one name, and modes, each have a line of their own in one order."""
    town = replace(CITY, pct=Decimal(30))
    kinds: list[dict[str, Any]] = [
        {"vat_mode": VatMode.EXCLUSIVE, "tariff": "t1"},
        {"vat_mode": VatMode.EXCLUSIVE, "tariff": "t1", "programmes": (CITY,)},
        {"vat_mode": VatMode.EXCLUSIVE, "tariff": "t2", "programmes": (town,)},
        {"vat_mode": VatMode.INCLUSIVE, "tariff": "t0"},
    ]
    order = kinds[::-1] if is_reversed else kinds
    lines = capped(*((1_000, {**kind}) for kind in order), cap=3_998)
    assert [(c.key, c.amount) for c in lines] == [
        ("cap:g:taxable_10:exclusive:", -1),
        ("cap:g:taxable_10:exclusive:바우처:t1", -1),
    ]
    below = capped(*((1_000, {**kind}) for kind in order), cap=3_996)
    assert [(c.key, c.amount) for c in below] == [
        ("cap:g:taxable_10:exclusive:", -1),
        ("cap:g:taxable_10:exclusive:바우처:t1", -1),
        ("cap:g:taxable_10:exclusive:바우처:t2", -1),
        ("cap:g:taxable_10:inclusive:", -1),
    ]
    assert [c.programme for c in below] == [None, CITY, town, None]
    assert [c.trace.capped for c in below] == [
        Capped(group="g", came_to=4_000, most=3_996, part=1_000)
    ] * 4


def test_groups_are_capped_apart_in_the_order_of_their_names() -> None:
    sessions_ = [used(booked("10:00", "12:00"), until="12:00")] * 3
    priced = [
        (
            replace(session, key=f"k{n}"),
            Price(
                item=RateItem(
                    machine="m", rate_per_hour=Decimal(1_000), basis=Basis.BOOKED, cap_group=group
                ),
                discount_pct=Decimal(0),
                zone=KST,
                cap=most,
            ),
        )
        for n, (session, group, most) in enumerate(
            zip(sessions_, ("z", "a", "z"), (3_000, 1_500, 3_000), strict=True)
        )
    ]
    lines = [c for c in rate_month(priced, MONTH) if c.component is Component.CAP]
    assert [(c.key, c.amount) for c in lines] == [("cap:a", -500), ("cap:z", -1_000)]


# The evidence of a line


def test_a_trace_begins_with_the_terms_and_nothing_billed() -> None:
    plain = replace(PRICE, rulings=Rulings())
    assert trace_of(used(booked("10:00", "12:00")), plain, [], MONTH) == Trace(
        basis=Basis.HULL,
        measured_seconds=0,
        billed_seconds=0,
        counter_seconds=0,
        rate_per_hour=Decimal(30_000),
        discount_pct=Decimal(20),
        extra_pct=Decimal(10),
        gross="0",
        periods=(),
        messages=(),
        tariff="t1",
        registration="KR-1",
        usage_mode=UsageMode.ASSISTED,
        discount_names=("소공인", "small"),
        extra_names=("주간", "day"),
    )


def test_use_without_a_booking_passed_no_rule() -> None:
    unbooked = replace(used(booked("10:00", "12:00")), booking=None)
    assert trace_of(unbooked, PRICE, [], MONTH).override == ""


@pytest.mark.parametrize(
    ("start", "end", "is_named"),
    [
        ("09:00", "10:00:00", False),
        ("09:00", "10:00:01", True),
        ("12:00:00", "13:00", True),
        ("12:00:01", "13:00", False),
        ("12:00:00", None, True),
    ],
)
def test_the_messages_of_a_line_are_those_of_its_runs_and_of_the_one_that_ended_them(
    start: str, end: str | None, is_named: bool
) -> None:
    session = used(booked("10:00", "12:00"))
    run = replace(session.runs[0], start=at(start), end=at(end) if end else None, opened_by=MESSAGE)
    trace = trace_of(replace(session, runs=(run,)), PRICE, [between("10:00", "12:00")], MONTH)
    assert trace.messages == ((str(MESSAGE),) if is_named else ())


@pytest.mark.parametrize(
    ("month", "periods", "is_whole"),
    [
        (("10:00", "12:00"), [("10:00", "11:00"), ("11:30", "12:00")], False),
        (("10:00:01", "12:00"), [("10:00:01", "11:00"), ("11:30", "12:00")], True),
        (("10:00", "11:59:59"), [("10:00", "11:00"), ("11:30", "11:59:59")], True),
    ],
)
def test_the_whole_time_stands_on_the_line_where_the_month_cuts_it(
    month: tuple[str, str], periods: list[tuple[str, str]], is_whole: bool
) -> None:
    measured = [between("11:30", "12:00"), between("10:00", "11:00")]
    trace = trace_of(used(booked("10:00", "12:00")), PRICE, measured[::-1], between(*month))
    assert trace.periods == tuple(between(*p) for p in periods)
    assert trace.whole == (between("10:00", "12:00") if is_whole else None)
    assert trace_of(used(booked("10:00", "12:00")), PRICE, [], MONTH).whole is None


@pytest.mark.parametrize(("edge", "flat"), [("12:00:00", 0), ("12:00:01", 1_000)])
def test_a_flat_fee_falls_in_the_month_in_which_the_booking_ends(edge: str, flat: int) -> None:
    session = used(booked("10:00", "12:00"))
    first, second = Period(at("00:00"), at(edge)), Period(at(edge), at("23:59"))
    fees = [
        sum(c.trace.flat for c in rate(session, PRICE, month) if c.component is Component.OVERRUN)
        for month in (first, second)
    ]
    assert fees == [flat, 1_000 - flat]


def test_sessions_draw_on_free_time_from_the_earliest_and_of_one_instant_by_their_keys() -> None:
    early, late = used(booked("10:00", "12:00")), used(booked("10:00", "12:00"))
    first, second = sorted((early, late), key=lambda s: s.key)
    second = replace(second, machine_id=MachineId(new_id()))
    for order in ((first, second), (second, first)):
        lines = rate_month([(s, PRICE) for s in order], MONTH)
        freed = {c.key.split("/")[0] for c in lines if c.trace.quota_seconds}
        assert freed == {first.key}


def test_a_session_that_begins_after_the_month_uses_nothing_of_the_next_one() -> None:
    """An early start in October of a booking of November: October has its seconds alone."""
    november = Month(2026, 11).period(KST).start
    session = used(booked("10:00", "12:00"), until="12:00")
    moved = november - at("10:00")
    ten = timedelta(minutes=10)
    period = Period(november, november + timedelta(hours=2))
    whole = Period(period.start - ten, period.end)
    assert session.booking is not None
    usage = replace(session.usages[0], period=whole, runs=(whole,))
    early = replace(
        session,
        booking=replace(session.booking, period=period),
        usages=(usage,),
        occupied=whole,
        own_time=(whole,),
        runs=tuple(
            replace(r, start=r.start + moved, end=r.end + moved if r.end else None)
            for r in session.runs
        ),
    )
    plain = replace(PRICE, quotas=(), item=replace(ITEM, windows=(), base_fee=700))
    lines = rate(early, plain, Month(2026, 10).period(KST))
    assert [(c.component, c.trace.billed_seconds, c.trace.gross) for c in lines] == [
        (Component.TIME, 600, "5000")
    ]
