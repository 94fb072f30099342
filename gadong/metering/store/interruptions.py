"""Signals that interrupt a machine's meters."""

from __future__ import annotations

from gadong.core.database import Tx, many
from gadong.core.domain.ids import MachineId
from gadong.core.domain.period import Period
from gadong.core.store.queries import statements
from gadong.dialects.domain.signal import Signal
from gadong.metering.store.runs import signal_of

SQL = statements(__file__)


def of_machine(tx: Tx, machine_id: MachineId, bounds: Period) -> list[Signal]:
    """Return a machine's links, changes of relays and unknown draws in the bounds, in order."""
    rows = many(tx, SQL["of_machine"], machine_id=machine_id, since=bounds.start, until=bounds.end)
    return [signal_of(row) for row in rows]
