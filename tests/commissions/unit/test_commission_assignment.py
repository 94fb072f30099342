"""The load of people and machines that cases in work are."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from gadong.commissions.domain.commission_assignment import (
    CommissionAssignment,
    machine_loads,
    unassigned,
    worker_loads,
)
from gadong.core.domain.ids import MachineId, PersonId, new_id
from gadong.core.domain.period import Period

NOW = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)
A, B, C = (UUID(int=n) for n in (1, 2, 3))
KIM, LEE = PersonId(UUID(int=11)), PersonId(UUID(int=12))
HPLC, DRYER = MachineId(UUID(int=21)), MachineId(UUID(int=22))


def assigned(
    case: UUID,
    person: PersonId | None = None,
    machine: MachineId | None = None,
    *,
    start: int = 0,
    end: int = 0,
    is_lost: bool = False,
) -> CommissionAssignment:
    """Return an assignment with a time in minutes from now."""
    edges = [NOW + timedelta(minutes=n) for n in (start, end)]
    return CommissionAssignment(
        id=new_id(),
        commission_id=case,
        person_id=person,
        name={KIM: "김", LEE: "이", None: ""}[person],
        booking_id=None,
        machine_id=machine,
        machine_ko="장비" if machine else "",
        machine_en="Machine" if machine else "",
        period=Period(*edges) if machine else None,
        is_lost=is_lost,
    )


def test_a_person_has_each_case_once_and_the_busiest_comes_first() -> None:
    found = [
        assigned(A, KIM),
        assigned(A, KIM, HPLC, start=0, end=60),
        assigned(A, LEE),
        assigned(B, LEE),
        assigned(C, machine=DRYER, start=0, end=60),
    ]
    loads = [(load.name, load.commissions) for load in worker_loads(found)]
    assert loads == [("이", 2), ("김", 1)]
    assert unassigned([A, B, C], found) == 1


def test_a_machines_load_is_its_time_to_come_each_minute_once() -> None:
    found = [
        # An hour that began half an hour ago, and one that is over.
        assigned(A, KIM, HPLC, start=-30, end=30),
        assigned(A, KIM, HPLC, start=-90, end=0),
        # Two people at one machine, and another case in a part of that time.
        assigned(A, KIM, HPLC, start=60, end=120),
        assigned(A, LEE, HPLC, start=60, end=120),
        assigned(B, LEE, HPLC, start=90, end=150),
        assigned(C, None, DRYER, start=0, end=240),
        assigned(C, None, DRYER, start=300, end=360, is_lost=True),
    ]
    loads = [
        (load.machine_id, load.length, load.commissions) for load in machine_loads(found, now=NOW)
    ]
    assert loads == [(DRYER, timedelta(hours=4), 1), (HPLC, timedelta(hours=2), 2)]
