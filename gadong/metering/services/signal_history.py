"""Signals of a machine and breaks of listening, read as far back as a derivation needs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from gadong.core.database import Tx
from gadong.core.domain.ids import CentreId, MachineId, SourceId
from gadong.core.domain.period import whole_second
from gadong.dialects.domain import power_states
from gadong.dialects.domain.power_draw import draws
from gadong.dialects.domain.power_states import Patience, PowerThresholds
from gadong.dialects.domain.signal import (
    METER_CHANNELS,
    METERED_CHANNELS,
    Channel,
    Signal,
    TimeRule,
)
from gadong.machines.domain.senders.sender import LateWords
from gadong.machines.domain.source_reading import Metering, repeating
from gadong.machines.store import broker_sessions, late_words
from gadong.metering.domain.state_change import (
    LINK_GRACE,
    all_changes,
    power_changes,
    without_blips,
)
from gadong.metering.store import runs

# The first look back for the samples that settle a plug's state; four times longer until they do.
FIRST_LOOK_BACK = timedelta(hours=1)


def look_back(metering: Sequence[Metering]) -> timedelta:
    """Return how far before its own instant a signal can change a run."""
    reach = LINK_GRACE
    for source in metering:
        reach = max(reach, source.stale or timedelta(0), source.heartbeat or timedelta(0))
        if source.thresholds:
            reach = max(reach, source.thresholds.run_after, source.thresholds.idle_after)
    return reach + timedelta(seconds=2)


def read_signals(
    tx: Tx,
    machine_id: MachineId,
    centre_id: CentreId,
    metering: Sequence[Metering],
    start: datetime,
    *,
    until: datetime,
    recorded_before: datetime,
) -> tuple[list[Signal], LateWords]:
    """Return the signals that settle the state from `start` on, and the late messages.

    Of a source with late words all is read: what it repeats shows whether they contradict it.
    """
    first = runs.first_signal(tx, machine_id, recorded_before=recorded_before)
    back = max(FIRST_LOOK_BACK, 2 * look_back(metering))
    repeated = repeating(metering)
    is_read_by_energy = any(m.thresholds and m.patience.holds for m in metering)
    channels = METER_CHANNELS if is_read_by_energy else METERED_CHANNELS
    while True:
        since = start - back
        late, late_sources = late_words.of_machine(
            tx, machine_id, since=since, until=until, recorded_before=recorded_before
        )
        sparse = {source: step for source, step in repeated.items() if source not in late_sources}
        window = runs.signals(
            tx,
            machine_id,
            since=since,
            until=until,
            recorded_before=recorded_before,
            sparse=sparse,
            breaks=_breaks(tx, centre_id, since, recorded_before) if sparse else (),
            channels=channels,
        )
        ids: list[SourceId] = sorted({source.source_id for source in metering})
        held = runs.seeds(tx, ids, since=since, recorded_before=recorded_before, channels=channels)
        if first is None or since <= first or _is_decided(metering, held, window, start):
            return held + window, late
        back *= 4


def _breaks(
    tx: Tx, centre_id: CentreId, since: datetime, recorded_before: datetime
) -> list[datetime]:
    """Return the instants of resets; the fold places an outage before all else of its second."""
    found = broker_sessions.outages(tx, centre_id, since=since, recorded_before=recorded_before)
    return sorted(whole_second(outage.period.start) for outage in found)


def _is_decided(
    metering: Sequence[Metering],
    held: Sequence[Signal],
    window: Sequence[Signal],
    start: datetime,
) -> bool:
    for source in metering:
        if source.thresholds is None:
            continue
        before, said = _of(source, held), _of(source, window)
        if not _is_relay_decided(source.thresholds, source.patience, before, said, start):
            return False
        readings = draws([(whole_second(s.event_time), s) for s in said], source.thresholds)
        samples = [draw.sample for draw in readings]
        if not power_states.decided_at(
            samples, source.thresholds, at=start, patience=source.patience
        ):
            return False
    return True


def _of(source: Metering, signals: Sequence[Signal]) -> list[Signal]:
    """Return a source's signals in order, without old values of unknown age."""
    own = (s for s in signals if s.source_id == source.source_id)
    return sorted((s for s in own if s.time_rule is not TimeRule.RETAINED), key=lambda s: s.order)


def _is_relay_decided(
    limits: PowerThresholds,
    patience: Patience,
    held: Sequence[Signal],
    window: Sequence[Signal],
    start: datetime,
) -> bool:
    """Return whether the window shows if the meter contradicted a relay before `start`.

    A word within the window has all readings after it there. An off from before it may have been
    contradicted before it, too.
    """
    if any(s.channel is Channel.POWER and s.event_time <= start for s in window):
        return True
    word = next((s for s in reversed(held) if s.channel is Channel.POWER), None)
    if word is None or word.text == "on":
        return True
    changes, _ = without_blips(all_changes([word, *window], ()))
    shown = power_changes(limits, patience, changes)
    return any(change.axis == "relay" and change.at <= start for change in shown)
