"""Unbinding of a source that may hold an interlock."""

from __future__ import annotations

from gadong.core.database import Pool, recorded_at, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.ids import SourceId
from gadong.core.domain.problem import Conflict, NotFound
from gadong.interlock.store import interlocks
from gadong.machines.domain.machine import Machine
from gadong.machines.store import machines


def unbind(pool: Pool, who: Caller, machine: Machine, source_id: SourceId) -> None:
    """End a binding; raise Conflict if the device holds the machine's interlock.

    The signals of the device are kept. From now on nothing is known by them. Else the last word of
    a device that was taken away would hold for ever, before those of the device in its place.
    """
    permit = who.need(machine.centre_id, Right.FLOOR_WORK)
    with transaction(pool, permit) as tx:
        bound = machines.sources(tx, machine_id=machine.id)
        source = next((s for s in bound if s.id == source_id), None)
        if source is None:
            raise NotFound
        if interlocks.machine_of_source(tx, source_id):
            raise Conflict("This device holds the machine's interlock; take that away first")
        machines.retire_source(tx, source, at=recorded_at(tx, machine.centre_id))
