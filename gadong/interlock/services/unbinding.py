"""Unbinding of a source that may hold an interlock."""

from __future__ import annotations

from gadong.core.database import Pool, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.ids import SourceId
from gadong.core.domain.problem import Conflict, NotFound
from gadong.interlock.store import interlocks
from gadong.machines.domain.machine import Machine
from gadong.machines.store import machines


def unbind(pool: Pool, who: Caller, machine: Machine, source_id: SourceId) -> None:
    """End a binding; raise Conflict if the device holds the machine's interlock.

    The signals of the device are kept.
    """
    permit = who.need(machine.centre_id, Right.FLOOR_WORK)
    with transaction(pool, permit) as tx:
        if source_id not in {s.id for s in machines.sources(tx, machine_id=machine.id)}:
            raise NotFound
        if interlocks.machine_of_source(tx, source_id):
            raise Conflict("This device holds the machine's interlock; take that away first")
        machines.retire_source(tx, source_id)
