"""The maintenance log: work on machines, written down and taken back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from gadong.core.database import Pool, recorded_at, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.ids import CentreId, MachineId, new_id
from gadong.core.domain.period import Period
from gadong.core.domain.problem import Conflict, Invalid, NotFound
from gadong.machines.domain.upkeep import LONGEST, UpkeepEntry, Work, need_work
from gadong.machines.store import machines, upkeep


def write(
    pool: Pool, who: Caller, machine_id: MachineId, work: Work, *, now: datetime
) -> UpkeepEntry:
    """Write work on a machine down; for whoever works on the floor."""
    with transaction(pool, who.reach()) as tx:
        machine = machines.by_id(tx, machine_id)
        if machine is None or not who.may_enter(machine.centre_id):
            raise NotFound
        who.need(machine.centre_id, Right.FLOOR_WORK)
        entry = UpkeepEntry(
            id=new_id(),
            centre_id=machine.centre_id,
            machine_id=machine.id,
            work=need_work(work, now=now),
            recorded_by=who.person_id,
            recorded_at=recorded_at(tx, machine.centre_id),
        )
        upkeep.insert(tx, entry)
    return entry


def take_back(pool: Pool, who: Caller, entry_id: UUID, *, reason: str) -> None:
    """Take a wrong entry back, with the reason; both stay."""
    if not reason.strip() or len(reason) > LONGEST:
        raise Invalid("Say why it is taken back", field="reason", limit=LONGEST)
    with transaction(pool, who.reach()) as tx:
        entry = upkeep.entry(tx, entry_id)
        if entry is None or not who.may(entry.centre_id, Right.FLOOR_WORK):
            raise NotFound
        at = recorded_at(tx, entry.centre_id)
        if not upkeep.take_back(tx, entry, reason=reason.strip(), by=who.person_id, at=at):
            raise Conflict("This entry was taken back before")


def of_period(pool: Pool, who: Caller, centre: CentreId, period: Period) -> Sequence[UpkeepEntry]:
    """Return the centre's entries whose work began in the period, with those taken back."""
    permit = who.need(centre, Right.FLOOR_SEE, Right.REPORT_SEE)
    with transaction(pool, permit) as tx:
        return upkeep.entries(tx, centre, period)
