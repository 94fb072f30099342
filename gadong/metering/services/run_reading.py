"""A machine's runs as its signals from an instant on give them, with what they were read from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from gadong.core.database import END_OF_TIME, Tx
from gadong.core.domain.ids import CentreId, MachineId
from gadong.dialects.domain.signal import Signal
from gadong.machines.domain.outage import Outage
from gadong.machines.domain.senders.sender import LateWords
from gadong.machines.domain.source_reading import Metering
from gadong.machines.store import broker_sessions
from gadong.metering.domain.fold import fold
from gadong.metering.domain.run import Run
from gadong.metering.services.signal_history import read_signals


@dataclass(frozen=True, slots=True, kw_only=True)
class RunReading:
    """The runs from `start` on, and the signals, late messages and outages around them.

    `now` is the instant to which time has passed.
    """

    start: datetime
    now: datetime
    signals: Sequence[Signal]
    late: LateWords
    outages: Sequence[Outage]
    runs: Sequence[Run]


def read_runs(
    tx: Tx,
    machine_id: MachineId,
    centre_id: CentreId,
    metering: Sequence[Metering],
    start: datetime,
    *,
    until: datetime,
) -> RunReading:
    """Fold the signals before `until` to the runs from `start` on; the first may be cut there."""
    signals, late = read_signals(
        tx, machine_id, centre_id, metering, start, until=until, recorded_before=END_OF_TIME
    )
    outages: Sequence[Outage] = ()
    if signals:
        since = min(s.event_time for s in signals)
        outages = broker_sessions.outages(tx, centre_id, since=since, recorded_before=END_OF_TIME)
    now = min(until, datetime.now(UTC))
    found = [
        replace(run, start=max(run.start, start))
        for run in fold(metering, signals, outages, now, late)
        if run.end is None or run.end > start
    ]
    return RunReading(start=start, now=now, signals=signals, late=late, outages=outages, runs=found)
