"""Events about runs that the machine's own evidence contradicts."""

from __future__ import annotations

from collections.abc import Sequence

from gadong.core.database import Tx
from gadong.core.domain.clock import write_instant
from gadong.core.domain.ids import CentreId, MachineId
from gadong.core.store import outbox
from gadong.machines.store import late_words
from gadong.metering.domain.doubt import Cause
from gadong.metering.domain.run import Run

KINDS = {
    Cause.LATE: "machine.rewritten",
    Cause.COUNTER: "machine.miscounted",
    Cause.UNBOUND: "machine.unvouched",
}


def tell(tx: Tx, machine_id: MachineId, centre_id: CentreId, fresh: Sequence[Run]) -> None:
    """Add an event about contradicted runs for the floor's staff, once for each day and cause."""
    told: set[tuple[object, object]] = set()
    for run in fresh:
        doubt = run.doubt
        if doubt is None or (doubt.period.start.date(), doubt.cause) in told:
            continue
        day = doubt.period.start.date()
        told.add((day, doubt.cause))
        if late_words.tell(tx, centre_id, machine_id, day=day, cause=doubt.cause):
            outbox.add(
                tx,
                centre_id,
                KINDS[doubt.cause],
                to="floor",
                machine=str(machine_id),
                start=write_instant(doubt.period.start),
                end=write_instant(doubt.period.end),
                minutes=max(1, round(doubt.seconds / 60)),
            )
