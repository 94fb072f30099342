"""Assignments: who works on commissioned work, on which machine and when, and the load of each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from gadong.core.domain.ids import BookingId, MachineId, PersonId
from gadong.core.domain.period import Period

# A shift of a laboratory for each item of the largest case; more is a mistake.
MOST_ASSIGNMENTS = 40
# The same as of an entry in the ledger of use: more is a slip of the pen.
LONGEST = timedelta(days=31)


@dataclass(frozen=True, slots=True, kw_only=True)
class CommissionAssignment:
    """A person, a machine's time, or both, for a case.

    The machine and the period are those of `booking_id` where there is one. A booking that holds
    its machine no more `is_lost`.
    """

    id: UUID
    commission_id: UUID
    person_id: PersonId | None
    name: str
    booking_id: BookingId | None
    machine_id: MachineId | None
    machine_ko: str
    machine_en: str
    period: Period | None
    is_lost: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerLoad:
    """The number of cases in work of one person."""

    person_id: PersonId
    name: str
    commissions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineLoad:
    """The time that cases in work still need of one machine, and in how many cases."""

    machine_id: MachineId
    name_ko: str
    name_en: str
    length: timedelta
    commissions: int


def worker_loads(found: Iterable[CommissionAssignment]) -> list[WorkerLoad]:
    """Return the load of each person, the most cases first."""
    cases: dict[tuple[PersonId, str], set[UUID]] = {}
    for one in found:
        if one.person_id is not None:
            cases.setdefault((one.person_id, one.name), set()).add(one.commission_id)
    loads = [
        WorkerLoad(person_id=person, name=name, commissions=len(ids))
        for (person, name), ids in cases.items()
    ]
    return sorted(loads, key=lambda load: (-load.commissions, load.name, load.person_id))


def machine_loads(found: Sequence[CommissionAssignment], *, now: datetime) -> list[MachineLoad]:
    """Return the time to come of each machine, the longest first.

    Two people at one machine in one time are that time once.
    """
    loads: list[MachineLoad] = []
    ahead = [(one, one.period) for one in found if one.period and not one.is_lost]
    for machine in {one.machine_id for one, _ in ahead}:
        mine = [(one, p) for one, p in ahead if one.machine_id == machine and p.end > now]
        if machine is None or not mine:
            continue
        first = mine[0][0]
        loads.append(
            MachineLoad(
                machine_id=machine,
                name_ko=first.machine_ko,
                name_en=first.machine_en,
                length=_covered([Period(max(p.start, now), p.end) for _, p in mine]),
                commissions=len({one.commission_id for one, _ in mine}),
            )
        )
    return sorted(loads, key=lambda load: (-load.length, load.name_ko, load.machine_id))


def unassigned(cases: Iterable[UUID], found: Iterable[CommissionAssignment]) -> int:
    """Return the number of cases on which nobody works."""
    return len(set(cases) - {one.commission_id for one in found if one.person_id is not None})


def _covered(periods: Sequence[Period]) -> timedelta:
    total, until = timedelta(), min(p.start for p in periods)
    for period in sorted(periods, key=lambda p: p.start):
        total += max(timedelta(), period.end - max(period.start, until))
        until = max(until, period.end)
    return total
