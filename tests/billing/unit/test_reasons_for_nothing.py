"""Each reason for a line of nothing, from what happened in its scenario."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from gadong.billing.domain.charge import Price, Unbilled
from gadong.billing.domain.documents.charge_text import sentences
from gadong.billing.domain.rate_terms import Basis, NoShowFee
from gadong.billing.domain.rating.rating import rate_month
from gadong.billing.domain.rating.unbilled_lines import unbilled
from gadong.billing.domain.tariff import RateItem
from gadong.booking.domain.attribution import attribute
from gadong.booking.domain.booking import Booking, BookingState
from gadong.booking.domain.decision import Rulings
from gadong.booking.domain.session import sessions
from gadong.booking.domain.usage import AttributionLimits, CheckIn, Witnesses
from gadong.core.domain.ids import PersonId, new_id
from gadong.core.domain.machine_state import Grade, State
from gadong.core.domain.period import Period
from gadong.machines.domain.observation import Observed
from gadong.metering.domain.run import Run
from gadong.texts.charges import UNBILLED
from tests.support.golden import KST, MACHINE, MC, MONTH, A, B, at, between, booked, ran

LIMITS = AttributionLimits()
RUN = replace(MC, minimum_seconds=0)
HULL = replace(RUN, basis=Basis.HULL)
OCCUPIED = replace(RUN, basis=Basis.ACTUAL_OCCUPIED)
TEN_TO_TWELVE = booked("10:00", "12:00")
SILENT = [Run(start=at("00:00"), end=at("23:59"), state=State.UNKNOWN, grade=Grade.SIGNAL)]


def lines(
    item: RateItem,
    runs: Sequence[Run],
    bookings: Sequence[Booking] = (TEN_TO_TWELVE,),
    check_ins: Sequence[CheckIn] = (),
    *,
    closures: Sequence[Period] = (),
    maintenance: Sequence[Period] = (),
    month: Period = MONTH,
    **terms: Any,
) -> list[Unbilled | None]:
    """Return the reasons of the first company's lines; None for one that was charged."""
    witnesses = Witnesses(
        bookings=bookings,
        check_ins=check_ins,
        closures=[*closures, *maintenance],
        maintenance=maintenance,
    )
    usages = attribute(runs, witnesses, LIMITS, bounds=between("00:00", "23:59"))
    price = Price(item=item, discount_pct=Decimal(0), zone=KST, **terms)
    found = sessions(MACHINE, usages, runs, witnesses, LIMITS, of=A)
    priced = [(session, price) for session in found]
    charged = rate_month(priced, month)
    every = [*charged, *unbilled(priced, month, charged)]
    for charge in every:
        if reason := charge.trace.unbilled:
            assert UNBILLED[reason].ko in sentences(charge, KST).ko
    return [c.trace.unbilled for c in sorted(every, key=lambda c: c.trace.periods[0].start)]


def came(time: str, until: str | None = None, booking: Booking = TEN_TO_TWELVE) -> CheckIn:
    """A check-in to a booking."""
    return CheckIn(
        at=at(time),
        company_id=booking.company_id,
        person_id=PersonId(new_id()),
        booking_id=booking.id,
        until=at(until) if until else None,
    )


def states(*parts: tuple[str, str, State]) -> list[Run]:
    """Runs one after the other."""
    return [Run(start=at(s), end=at(e), state=state, grade=Grade.SIGNAL) for s, e, state in parts]


def test_nobody_came_and_the_fee_is_nothing() -> None:
    assert lines(RUN, ran()) == [Unbilled.NO_SHOW]
    assert lines(replace(RUN, no_show=NoShowFee(pct=Decimal(1))), ran()) == [None]


def test_somebody_came_and_it_did_not_run() -> None:
    assert lines(RUN, ran(), check_ins=[came("10:05")]) == [Unbilled.NOT_RUN]


@pytest.mark.parametrize("check_ins", [[], [came("10:05")]], ids=["nobody seen", "checked in"])
def test_no_signal_says_whether_it_ran(check_ins: Sequence[CheckIn]) -> None:
    assert lines(RUN, SILENT, check_ins=check_ins) == [Unbilled.UNMEASURED]
    assert lines(RUN, [], check_ins=check_ins) == [Unbilled.UNMEASURED]


# Of two hours 5,760 seconds are four fifths.
@pytest.mark.parametrize(
    ("since", "reason"),
    [
        ("10:23:59", Unbilled.NOT_RUN),
        ("10:24:00", Unbilled.NOT_RUN),
        ("10:24:01", Unbilled.UNMEASURED),
    ],
)
def test_what_is_mostly_known_did_not_run(since: str, reason: Unbilled) -> None:
    known = states(
        ("00:00", "10:00", State.UNKNOWN),
        ("10:00", since, State.UNKNOWN),
        (since, "23:59", State.IDLE),
    )
    assert lines(RUN, known, check_ins=[came("10:05")]) == [reason]
    assert lines(RUN, known) == [reason]


@pytest.mark.parametrize("check_ins", [[], [came("10:05")]], ids=["nobody seen", "checked in"])
def test_nothing_was_written_down(check_ins: Sequence[CheckIn]) -> None:
    found = lines(RUN, [], check_ins=check_ins, observed=Observed.LEDGER)
    assert found == [Unbilled.UNLOGGED]


@pytest.mark.parametrize("item", [RUN, OCCUPIED, HULL], ids=lambda item: item.basis.value)
@pytest.mark.parametrize("check_ins", [[], [came("10:05")]], ids=["nobody seen", "checked in"])
def test_a_machine_out_of_order_says_so(item: RateItem, check_ins: Sequence[CheckIn]) -> None:
    broken = states(
        ("00:00", "09:40", State.IDLE),
        ("09:40", "12:00", State.FAULT),
        ("12:00", "14:00", State.IDLE),
    )
    assert lines(item, broken, check_ins=check_ins) == [Unbilled.EXCLUDED]


def test_a_closure_kept_them_out() -> None:
    assert lines(RUN, ran(), closures=[between("09:00", "13:00")]) == [Unbilled.EXCUSED]
    assert lines(HULL, ran(), maintenance=[between("09:00", "13:00")]) == [Unbilled.EXCUSED]


def test_who_was_there_before_kept_them_out() -> None:
    before = booked("08:00", "10:00", B)
    assert lines(RUN, ran(("09:00", "11:30")), [before, TEN_TO_TWELVE]) == [Unbilled.EXCUSED]


def test_a_booking_that_was_released_after_its_start_kept_them_out() -> None:
    released = replace(TEN_TO_TWELVE, state=BookingState.RELEASED, freed_from=at("10:15"))
    assert lines(RUN, ran(), [released]) == [Unbilled.EXCUSED]


def test_a_decision_of_nothing() -> None:
    ruled = Rulings(seconds=0, reason="장비 고장")
    assert lines(RUN, ran(("10:00", "12:00")), rulings=ruled) == [Unbilled.DECIDED]


@pytest.mark.parametrize(
    ("until", "reason"),
    [
        ("10:01:59", Unbilled.NOISE),
        ("10:02:00", Unbilled.ROUNDED),
        ("10:03:00", Unbilled.ROUNDED),
        ("10:03:01", None),
    ],
)
def test_it_ran_too_shortly(until: str, reason: Unbilled | None) -> None:
    item = replace(RUN, noise_seconds=120, increment_grace_seconds=180)
    assert lines(item, ran(("10:00", until))) == [reason]


# Of two hours 96 minutes are four fifths.
@pytest.mark.parametrize(
    ("until", "reason"),
    [
        ("12:00", Unbilled.TAKEN),
        ("11:36:01", Unbilled.TAKEN),
        ("11:36:00", Unbilled.TAKEN),
        ("11:35:59", Unbilled.NOT_RUN),
    ],
)
def test_others_used_it(until: str, reason: Unbilled) -> None:
    # Somebody without a booking begins to use it, so that the booking is kept.
    someone = CheckIn(at=at("09:55"), company_id=B, person_id=PersonId(new_id()), until=at("12:00"))
    found = lines(RUN, ran(("10:00", until)), check_ins=[someone])
    assert found == [reason]


def test_ones_own_people_stayed_on_into_the_next_booking() -> None:
    following = booked("12:00", "14:00")
    stayed = came("10:00", "14:00")
    found = lines(HULL, SILENT, [TEN_TO_TWELVE, following], [stayed])
    assert found == [None, Unbilled.ELSEWHERE]


def test_what_ran_lies_in_the_next_month() -> None:
    # The month that ends at eleven.
    month = Period(MONTH.start, at("11:00"))
    assert lines(RUN, ran(("11:00", "12:00")), month=month) == [Unbilled.OTHER_MONTH]
    ruled = Rulings(seconds=3600, reason="확인")
    assert lines(RUN, ran(("11:00", "12:00")), month=month, rulings=ruled) == [Unbilled.OTHER_MONTH]
    assert lines(RUN, ran(("10:59", "12:00")), month=month) == [None]


def test_a_waiver_stands_beside_the_reason() -> None:
    ruled = Rulings(waived=((None, "통신 장애"),))
    witnesses = Witnesses(bookings=[TEN_TO_TWELVE])
    (session,) = sessions(MACHINE, [], [], witnesses, LIMITS, of=A)
    price = Price(item=RUN, discount_pct=Decimal(0), zone=KST, rulings=ruled)
    (line,) = unbilled([(session, price)], MONTH, [])
    said = sentences(line, KST)
    assert "신호가 없어 이용을 확인할 수 없음" in said.ko
    assert "(waived: 통신 장애)" in said.en


def test_every_reason_has_its_sentence_and_its_scenario() -> None:
    assert set(UNBILLED) == {reason.value for reason in Unbilled}
