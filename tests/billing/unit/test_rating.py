"""Rating and statements: sums that hold for any month."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gadong.billing.domain.documents.charge_text import sentences
from gadong.billing.domain.rate_terms import Basis, NoShowFee, PriceWindow
from gadong.billing.domain.statement import StatementAction, StatementState, following, totals
from gadong.billing.domain.tariff import RateItem, Tariff
from gadong.booking.domain.usage import CheckIn
from gadong.core.domain.money import floored
from gadong.core.domain.period import Period
from gadong.core.domain.problem import NotAllowed
from tests.support.golden import MC, A, B, at, booked, charges, ran, total

starts = st.integers(0, 600)
lengths = st.integers(1, 300)
bases = st.sampled_from(list(Basis))


def _ran(start: int, length: int) -> tuple[str, str]:
    begin = at("08:00") + timedelta(minutes=start)
    return begin.strftime("%H:%M:%S"), (begin + timedelta(minutes=length)).strftime("%H:%M:%S")


@given(starts, lengths, st.integers(0, 900), bases, st.integers(1, 80_000))
def test_a_month_cut_anywhere_costs_the_same(
    start: int, length: int, cut: int, basis: Basis, rate: int
) -> None:
    item = RateItem(machine="m", rate_per_hour=Decimal(rate), basis=basis)
    runs, held = ran(_ran(start, length)), [booked("10:00", "12:00")]
    edge = at("08:00") + timedelta(minutes=cut)
    whole = Period(at("00:00"), at("23:59"))
    parts = (
        [Period(whole.start, edge), Period(edge, whole.end)]
        if whole.start < edge < whole.end
        else [whole]
    )
    together = total(charges(item, runs, held, month=whole))
    apart = sum(total(charges(item, runs, held, month=part)) for part in parts)
    # Each line is floored by itself, so two parts may lose a won a line; they never gain one.
    assert together - 6 <= apart <= together


@given(starts, lengths, st.integers(0, 60), bases)
def test_running_longer_never_costs_less(start: int, length: int, more: int, basis: Basis) -> None:
    item = RateItem(machine="m", rate_per_hour=Decimal(30000), basis=basis)
    held = [booked("10:00", "12:00")]
    short = total(charges(item, ran(_ran(start, length)), held))
    longer = total(charges(item, ran(_ran(start, length + more)), held))
    in_the_booking = 120 - 15 <= start < 240
    if in_the_booking or basis is Basis.BOOKED:
        assert longer >= short


@given(st.lists(st.tuples(starts, lengths), max_size=3), st.sampled_from([1, 10, 100]))
def test_lines_truncation_and_tax_are_the_total(runs: list[tuple[int, int]], unit: int) -> None:
    lines = [
        c
        for start, length in runs
        for c in charges(MC, ran(_ran(start, length)), [booked("10:00", "14:00")])
    ]
    sums = totals(lines, unit=unit)
    assert sum(line.amount for line in lines) == sums.lines
    assert sums.lines + sums.truncation == sums.supply
    assert -unit < sums.truncation <= 0
    assert sums.supply + sums.vat == sums.total


@pytest.mark.parametrize(
    ("amount", "unit", "expected"), [(19, 10, 10), (Decimal("9.99"), 1, 9), (-1, 10, -10)]
)
def test_one_function_rounds_and_only_down(amount: int | Decimal, unit: int, expected: int) -> None:
    assert floored(amount, unit) == expected


def test_a_charge_reads_as_a_sentence_that_a_calculator_checks() -> None:
    item = RateItem(
        machine="mc",
        rate_per_hour=Decimal(30000),
        basis=Basis.BOOKED,
        windows=(
            PriceWindow(
                weekdays=(3,), since=at("18:00").time(), until=at("00:00").time(), pct=Decimal(130)
            ),
        ),
    )
    lines = charges(item, ran(("17:00", "20:00")), [booked("17:00", "20:00")], discount=50)
    korean, english = sentences(lines[0], ZoneInfo("Asia/Seoul"))
    assert korean == "사용료: 11/12 17:00:00–20:00:00 예약 180분 → 180분 × 30,000원/시간 × 50 %"
    assert english == "use: 11/12 17:00:00–20:00:00 booked 180 min → 180 min × KRW 30,000/h × 50 %"
    surcharge, _ = sentences(lines[1], ZoneInfo("Asia/Seoul"))
    assert surcharge.endswith("→ 120분 × 30,000원/시간 × 30 %")
    assert lines[1].amount == 120 * 30_000 // 60 * 30 // 100


def test_an_issued_statement_can_only_be_made_void_and_a_void_one_goes_nowhere() -> None:
    assert following(StatementState.ISSUED, StatementAction.VOID) is StatementState.VOID
    for state, actions in (
        (StatementState.ISSUED, set(StatementAction) - {StatementAction.VOID}),
        (StatementState.VOID, set(StatementAction)),
    ):
        for action in actions:
            with pytest.raises(NotAllowed):
                following(state, action)


def test_a_tariff_says_what_is_wrong_with_it() -> None:
    item = RateItem(kind="mill", rate_per_hour=Decimal(1))
    twice = Tariff(effective_from=at("00:00").date(), items=(item, item))
    assert [p.code for p in twice.problems()] == ["tariff.item_twice"]
    with pytest.raises(ValueError, match="either a machine or a kind"):
        RateItem(rate_per_hour=Decimal(1))
    with pytest.raises(ValueError, match="cannot be negative"):
        RateItem(kind="mill", rate_per_hour=Decimal(-1))


def test_whom_an_overrun_displaced_owes_nothing() -> None:
    """Another still ran when it should have been theirs, and they never came."""
    item = RateItem(
        machine="mc",
        rate_per_hour=Decimal(30000),
        basis=Basis.BOOKED,
        no_show=NoShowFee(pct=Decimal(50)),
    )
    late, mine, runs = (
        booked("08:00", "10:00", B),
        booked("10:00", "12:00"),
        ran(("09:00", "10:20")),
    )
    assert charges(item, runs, [late, mine]) == []
    # People who came all the same, and used the rest, pay for that.
    came = CheckIn(at=at("10:30"), company_id=A, person_id=mine.person_id, booking_id=mine.id)
    assert total(charges(item, runs, [late, mine], [came])) > 0
    # A run that is nobody's yet may be their own early start: it makes no booking free.
    assert total(charges(item, runs, [mine])) > 0


def test_why_a_rule_was_passed_is_said_where_it_is_charged() -> None:
    item = RateItem(machine="mc", rate_per_hour=Decimal(30000), basis=Basis.BOOKED)
    passed = replace(booked("10:00", "12:00"), override="전화 예약")
    (line,) = charges(item, ran(("10:00", "12:00")), [passed])
    korean, english = sentences(line, ZoneInfo("Asia/Seoul"))
    assert korean.endswith("(예외 승인: 전화 예약)")
    assert english.endswith("(exception: 전화 예약)")


@pytest.mark.parametrize(("until", "won"), [("10:00:59", 0), ("10:01:00", 0), ("10:01:01", 15_000)])
def test_a_session_within_the_grace_has_no_base_fee(until: str, won: int) -> None:
    """Sixty seconds of grace come to no block of ten minutes.

    A second more is one, with the base fee.
    """
    item = RateItem(
        machine="m",
        rate_per_hour=Decimal(30_000),
        basis=Basis.ACTUAL_RUN,
        base_fee=10_000,
        noise_seconds=0,
    )
    assert total(charges(item, ran(("10:00:00", until)), [booked("10:00", "12:00")])) == won
