"""A statement at its limits: what blocks it, what a programme pays to the won, and each step of its
life.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from gadong.billing.domain.statement import (
    UNKNOWN_BORNE,
    Reckoning,
    StatementAction,
    StatementState,
    blockers,
    following,
    in_review,
    totals,
)
from gadong.billing.domain.subsidy import ProgrammeDraws, Subsidy
from gadong.core.domain.problem import NotAllowed, Problem
from tests.support.billing.own_days import EXEMPT, HALF, INCLUSIVE, sold

WHOLE = replace(HALF, pct=Decimal(100))
NOTHING: dict[str, Any] = {
    "unattributed_seconds": 0,
    "unpriced": (),
    "open_sessions": 0,
    "open_sequence_gaps": 0,
    "unknown_seconds": 0,
    "uncertain_sessions": 0,
    "unlogged_sessions": 0,
    "refuted_seconds": 0,
    "expired": (),
    "totals": totals([], unit=1),
}
OPTIONAL = {"contradicted_sessions", "unlogged_sessions", "refuted_seconds"}
OWED = totals([sold(-1, EXEMPT)], unit=1)


@pytest.mark.parametrize(
    ("facts", "problem"),
    [
        ({"unattributed_seconds": 1}, Problem(code="statement.unattributed", actual=1)),
        ({"open_sessions": 1}, Problem(code="statement.open_session", actual=1)),
        ({"open_sequence_gaps": 1}, Problem(code="statement.sequence_gap", actual=1)),
        ({"unknown_seconds": 599}, None),
        ({"unknown_seconds": 600}, None),
        ({"unknown_seconds": 601}, Problem(code="statement.unknown", limit=10, actual=10)),
        ({"unknown_seconds": 7260}, Problem(code="statement.unknown", limit=10, actual=121)),
        ({"unlogged_sessions": 1}, Problem(code="statement.unlogged", actual=1)),
        ({"refuted_seconds": 600}, None),
        ({"refuted_seconds": 601}, Problem(code="statement.refuted", limit=10, actual=10)),
        ({"refuted_seconds": 7260}, Problem(code="statement.refuted", limit=10, actual=121)),
        ({"uncertain_sessions": 1}, Problem(code="statement.uncertain", limit=60, actual=1)),
        ({"contradicted_sessions": 1}, Problem(code="statement.contradicted", actual=1)),
        ({"totals": OWED}, Problem(code="statement.negative", actual=-1)),
        ({"totals": totals([sold(1, EXEMPT)], unit=1)}, None),
        ({"unpriced": ("mill",)}, Problem(code="statement.no_rate", actual="mill")),
        ({"expired": ("proof",)}, Problem(code="statement.proof_expired", actual="proof")),
    ],
)
def test_each_open_question_blocks_a_statement_by_itself(
    facts: dict[str, Any], problem: Problem | None
) -> None:
    # Figures stand in sentences, so 10 minutes are never 10.0.
    assert repr(blockers(**{**NOTHING, **facts})) == repr([problem] if problem else [])


def test_what_need_not_be_said_blocks_nothing() -> None:
    said = {name: fact for name, fact in NOTHING.items() if name not in OPTIONAL}
    assert blockers(**said) == []
    assert blockers(**{**said, "refuted_seconds": UNKNOWN_BORNE}) == []


def test_all_that_blocks_a_statement_is_named_at_once() -> None:
    found = blockers(
        **{**NOTHING, "unpriced": ("mill", "lathe"), "open_sessions": 2, "totals": OWED}
    )
    assert [(p.code, p.actual) for p in found] == [
        ("statement.no_rate", "mill"),
        ("statement.no_rate", "lathe"),
        ("statement.open_session", 2),
        ("statement.negative", -1),
    ]


REVIEWED = datetime(2026, 12, 3, 9, tzinfo=UTC)
IN_REVIEW = Problem(code="statement.in_review", limit="2026-12-03T09:00:00Z")


@pytest.mark.parametrize(
    ("until", "problem"),
    [
        (None, None),
        (REVIEWED - timedelta(seconds=1), None),
        (REVIEWED, None),
        (REVIEWED + timedelta(seconds=1), replace(IN_REVIEW, limit="2026-12-03T09:00:01Z")),
    ],
)
def test_a_company_has_its_time_to_the_second(
    until: datetime | None, problem: Problem | None
) -> None:
    assert in_review(until, now=REVIEWED) == problem


def test_a_step_that_a_statement_cannot_take_is_named_with_its_state() -> None:
    with pytest.raises(NotAllowed) as refused:
        following(StatementState.ISSUED, StatementAction.APPROVE)
    assert refused.value.figures == {
        "state": StatementState.ISSUED,
        "action": StatementAction.APPROVE,
    }


# Programmes to the won


def test_a_share_states_its_terms() -> None:
    (share,) = totals([sold(60_001, programme=replace(HALF, monthly_cap=40_000))], unit=1).shares
    assert (share.programme, share.payer, share.pct) == ("바우처", "경남", Decimal(50))
    assert (share.eligible, share.limit, share.amount) == (60_001, 40_000, 30_000)


def test_a_programme_that_covers_no_line_has_a_share_of_nothing() -> None:
    material = replace(HALF, covers=("material",))
    (share,) = totals([sold(60_000, vat_mode=None)], unit=1, subsidy=material).shares
    assert (share.programme, share.eligible, share.amount) == ("바우처", 0, 0)


@pytest.mark.parametrize(("covered", "eligible"), [(30_000, 0), (30_001, 1), (29_999, 0)])
def test_a_line_below_nothing_leaves_a_programme_no_won_of_its_own(
    covered: int, eligible: int
) -> None:
    """A manager took 30,000 won off, and no line is uncovered."""
    (share,) = totals([sold(covered, programme=WHOLE), sold(-30_000, EXEMPT)], unit=1).shares
    assert (share.eligible, share.amount) == (eligible, eligible)


def test_the_whole_supply_may_be_paid_and_the_tax_is_left() -> None:
    sums = totals([sold(100_000, programme=WHOLE)], unit=1)
    assert (sums.subsidy, sums.payable) == (100_000, 10_000)


def test_programmes_pay_no_more_than_the_document_comes_to() -> None:
    """A manager's line takes more tax off than there is: a total of 90,000 won with a supply of
    100,000.
    """
    second = replace(WHOLE, name="시험")
    lines = [
        sold(100_000, EXEMPT, programme=WHOLE),
        sold(100_000, EXEMPT, programme=second),
        sold(-100_000),
    ]
    sums = totals(lines, unit=1)
    assert (sums.supply, sums.total) == (100_000, 90_000)
    assert [(s.eligible, s.limit, s.amount) for s in sums.shares] == [
        (50_000, 90_000, 50_000),
        (50_000, 40_000, 40_000),
    ]
    assert sums.payable == 0


def test_a_programme_with_lines_of_nothing_in_all_is_given_no_won_of_another() -> None:
    """Of three won less one, two are left, and they are the programme's with the three."""
    lines = [
        sold(-1, programme=replace(WHOLE, name="가")),
        sold(3, programme=replace(WHOLE, name="나")),
    ]
    assert [(s.programme, s.eligible) for s in totals(lines, unit=1).shares] == [
        ("가", 0),
        ("나", 2),
    ]


def test_what_is_covered_is_parted_by_what_lines_come_to_without_their_tax() -> None:
    """Older lines name no mode: 110,000 won that hold the tax are 100,000, beside 100,000 that are
    exempt.
    """
    lines = [
        sold(110_000, vat_mode=None, programme=WHOLE),
        sold(100_000, EXEMPT, vat_mode=None, programme=replace(WHOLE, name="시험")),
        sold(-50_000, EXEMPT, vat_mode=None),
    ]
    sums = totals(lines, unit=1, vat_mode=INCLUSIVE)
    assert [share.eligible for share in sums.shares] == [75_000, 75_000]


BUDGETS = [(None, 1), (None, 9_000), (9_000, 10_000)]


@pytest.mark.parametrize("budgets", BUDGETS)
@pytest.mark.parametrize("is_reversed", [False, True])
def test_versions_of_a_programme_stand_in_the_order_of_their_terms(
    budgets: tuple[int | None, int], is_reversed: bool
) -> None:
    lines = [
        sold(1_000 * n, programme=replace(HALF, budget=b)) for n, b in enumerate(budgets, start=1)
    ]
    sums = totals(lines[::-1] if is_reversed else lines, unit=1)
    assert [share.eligible for share in sums.shares] == [1_000, 2_000]


def version(
    name: str = "바우처", payer: str = "경남", pct: int = 50, cap: int = 1_000_000
) -> Subsidy:
    """Return a version of a programme."""
    return Subsidy(name=name, payer=payer, pct=Decimal(pct), monthly_cap=cap)


def test_programmes_stand_by_name_then_payer_then_terms() -> None:
    every = [
        version("나", "가", 1, 1),
        version("나", "나", 1, 1),
        version("나", "나", 2, 1),
        version("나", "나", 2, 2),
        version("다", "가", 1, 1),
    ]
    lines = [sold(1_000 * n, programme=p) for n, p in enumerate(every, start=1)]
    for order in (lines, lines[::-1], [*lines[2:], *lines[:2]]):
        assert [s.eligible for s in totals(order, unit=1).shares] == [
            1_000,
            2_000,
            3_000,
            4_000,
            5_000,
        ]


@pytest.mark.parametrize(
    ("unit", "drawn", "amount"), [(1, 0, 9_999), (10, 0, 9_995), (1, 95_000, 5_000)]
)
def test_a_reckoning_has_the_unit_and_the_draws(unit: int, drawn: int, amount: int) -> None:
    reckoning = Reckoning(unit=unit, drawn={"바우처": ProgrammeDraws(others=drawn)})
    line = sold(19_999, programme=replace(HALF, budget=100_000))
    assert reckoning.totals([line]).subsidy == amount


@pytest.mark.parametrize(
    ("draws", "left"),
    [
        # Of a budget of 100: what others and the firm's own month drew is gone, wherever it stands.
        (ProgrammeDraws(), 100),
        (ProgrammeDraws(others=30), 70),
        (ProgrammeDraws(own=30), 70),
        (ProgrammeDraws(others=30, own=20, beside=10), 50),
        (ProgrammeDraws(others=80, own=30), 0),
        # A year's budget leaves less: its rest does not know the firm's own month yet.
        (ProgrammeDraws(others=30, own=20, beside=10, year_left=45), 15),
        (ProgrammeDraws(own=20, year_left=10), 0),
    ],
)
def test_a_further_document_draws_what_all_others_left(draws: ProgrammeDraws, left: int) -> None:
    programme = replace(WHOLE, name="바우처", monthly_cap=1_000, budget=100)
    found = Reckoning(drawn={"바우처": draws.further}).totals(
        [replace(sold(1_000, EXEMPT), programme=programme)]
    )
    assert found.subsidy == left


@pytest.mark.parametrize(
    ("draws", "left"),
    [
        # Of a cap of 100 of the firm's month, with or without a budget that leaves more.
        (ProgrammeDraws(others=500), 100),
        (ProgrammeDraws(own=80), 20),
        (ProgrammeDraws(own=50, beside=30), 20),
        (ProgrammeDraws(own=100), 0),
        (ProgrammeDraws(own=80, year_left=90), 10),
        (ProgrammeDraws(own=80, year_left=1_000), 20),
    ],
)
@pytest.mark.parametrize("budget", [None, 1_000])
def test_a_further_document_draws_what_the_month_left_of_the_cap(
    draws: ProgrammeDraws, left: int, budget: int | None
) -> None:
    programme = replace(WHOLE, name="바우처", monthly_cap=100, budget=budget)
    found = Reckoning(drawn={"바우처": draws.further}).totals(
        [replace(sold(1_000, EXEMPT), programme=programme)]
    )
    assert found.subsidy == left
