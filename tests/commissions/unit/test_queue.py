"""The order and the load of a laboratory, and how long its work took."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from gadong.billing.domain.tariff_terms import Measure
from gadong.commissions.domain.commission import (
    IN_WORK,
    Commission,
    CommissionItem,
    CommissionState,
)
from gadong.commissions.domain.queue import FinishedWork, load_of, queued, turn_round
from gadong.core.domain.ids import CentreId, CompanyId, new_id

AT = datetime(2026, 11, 2, 1, tzinfo=UTC)
POUCHES = CommissionItem(
    position=1,
    good="pouch",
    name_ko="파우치",
    name_en="Pouch",
    measure=Measure.PIECE,
    quantity=Decimal(200),
)
DRYING = replace(POUCHES, good="drying", measure=Measure.GRAM, quantity=Decimal("1234.5"))
ONE = Commission(
    id=new_id(),
    centre_id=CentreId(new_id()),
    company_id=CompanyId(new_id()),
    person_id=None,
    year=2026,
    sequence=1,
    subject="탕전",
    state=CommissionState.RECEIVED,
    due_on=date(2026, 11, 9),
    requested_at=AT,
    items=(POUCHES,),
)


@pytest.mark.parametrize("state", CommissionState)
def test_what_is_received_and_not_finished_is_queued(state: CommissionState) -> None:
    one = replace(ONE, state=state)
    assert queued([one]) == ([one] if state in IN_WORK else [])
    assert bool(load_of([one])) is (state in IN_WORK)


def test_the_urgent_come_first_and_then_the_earliest_day() -> None:
    late = replace(ONE, sequence=2, due_on=date(2026, 11, 10))
    urgent = replace(ONE, sequence=3, due_on=date(2026, 12, 1), is_urgent=True)
    asked_later = replace(ONE, sequence=4, requested_at=AT + timedelta(seconds=1))
    found = queued([late, asked_later, urgent, ONE])
    assert [one.sequence for one in found] == [3, 1, 4, 2]


def test_a_load_has_each_measure_apart_and_a_case_once() -> None:
    # A batch in two parts is one case, and grams are no pieces.
    twice = replace(ONE, items=(POUCHES, replace(POUCHES, position=2, quantity=Decimal(50))))
    loads = load_of([ONE, twice, replace(ONE, items=(DRYING,))])
    assert [(x.good, x.measure, x.quantity, x.commissions) for x in loads] == [
        ("pouch", Measure.PIECE, Decimal(450), 2),
        ("drying", Measure.GRAM, Decimal("1234.5"), 1),
    ]


def test_work_is_in_time_on_its_day_and_late_on_the_next() -> None:
    def took(hours: int, day: int) -> FinishedWork:
        return FinishedWork(
            received_at=AT,
            finished_at=AT + timedelta(hours=hours),
            finished_on=date(2026, 11, day),
            due_on=date(2026, 11, 9),
        )

    found = turn_round([took(10, 8), took(20, 9), took(60, 10), took(30, 10)])
    assert (found.commissions, found.in_time) == (4, 2)
    assert (found.median, found.longest) == (timedelta(hours=25), timedelta(hours=60))
    none = turn_round([])
    assert (none.commissions, none.in_time, none.median, none.longest) == (0, 0, None, None)
