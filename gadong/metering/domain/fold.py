"""The pure fold from signals to runs.

Deterministic: the same signals, outages and settings give the same runs, in whatever order or
batches the signals arrived. Late, repeated and out-of-order signals re-enter here
(docs/reference/signals.md#late-signals).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from math import ceil

from gadong.core.domain.ids import SourceId
from gadong.core.domain.machine_state import Grade, State
from gadong.core.domain.period import Period, total_seconds, whole_second
from gadong.dialects.domain import power_states
from gadong.dialects.domain.axes import Axes
from gadong.dialects.domain.power_draw import draws
from gadong.dialects.domain.signal import Channel, Signal
from gadong.machines.domain.outage import Outage
from gadong.machines.domain.senders.sender import LateWords
from gadong.machines.domain.source_reading import Metering, Unbound
from gadong.metering.domain.contradiction import SourceSignals, with_doubts
from gadong.metering.domain.counted_time import with_counters
from gadong.metering.domain.run import Run
from gadong.metering.domain.state_change import (
    METER_RANK,
    AxisChange,
    all_changes,
    place,
    power_changes,
    stretches,
    without_blips,
)


def fold(
    metering: Sequence[Metering],
    signals: Iterable[Signal],
    outages: Sequence[Outage] = (),
    now: datetime | None = None,
    late: LateWords | None = None,
) -> list[Run]:
    """Fold all sources' signals into one machine's runs, and mark the contradicted ones.

    `now` is the instant to which time has passed: a meter's reading that nothing contradicted until
    then is believed. `late` are messages that spoke of the past after their source had said more:
    they count, and are compared. The first run starts at the first signal; the last has no end, or
    is unknown where a heartbeat is owed. Where several sources speak, the one with the lowest
    precedence number that knows a state decides. A source may have several versions of its reading,
    each for its own time.
    """
    beats = {version.source_id: version.heartbeat for version in sorted(metering, key=_since)}
    words = SourceSignals(signals=list(signals), heartbeats=beats, late=late or {})
    settled = words.settled()
    runs = _folded(metering, words.signals, outages, now)
    is_same = len(settled) == len(words.signals)
    before = runs if is_same else _folded(metering, settled, outages, now)
    return with_doubts(runs, before, words, settled)


def _folded(
    metering: Sequence[Metering],
    signals: Iterable[Signal],
    outages: Sequence[Outage],
    now: datetime | None,
) -> list[Run]:
    """Fold the signals without a check for contradictions."""
    by_source: dict[SourceId, list[Signal]] = {m.source_id: [] for m in metering}
    for signal in sorted(signals, key=lambda s: s.order):
        if signal.source_id in by_source:
            by_source[signal.source_id].append(signal)
    versions: dict[SourceId, list[Metering]] = {}
    for version in sorted(metering, key=_since):
        versions.setdefault(version.source_id, []).append(version)
    ordered = sorted(versions.values(), key=lambda v: (v[-1].precedence, str(v[-1].source_id)))
    bridged: list[Period] = []
    folded = [_fold_versions(v, by_source[v[0].source_id], outages, bridged, now) for v in ordered]
    combined = _with_bridges(
        _combined(
            [(v[-1].proves_running, runs) for v, runs in zip(ordered, folded, strict=True) if runs]
        ),
        bridged,
    )
    return with_counters(combined, [s for v in ordered for s in by_source[v[0].source_id]])


def bridges(
    metering: Sequence[Metering], signals: Iterable[Signal], outages: Sequence[Outage]
) -> list[Period]:
    """Return the periods in which a source's link was away too briefly to matter."""
    said = sorted(signals, key=lambda s: s.order)
    return [
        period
        for source_id in {version.source_id for version in metering}
        for period in without_blips(
            all_changes([s for s in said if s.source_id == source_id], outages)
        )[1]
    ]


def confirmed_by_time(
    metering: Sequence[Metering],
    signals: Iterable[Signal],
    outages: Sequence[Outage],
    *,
    now: datetime,
) -> datetime | None:
    """Return the instant at which time alone changes the runs: a meter's reading is then
    confirmed.
    """
    said = sorted(signals, key=lambda s: s.order)
    latest = {version.source_id: version for version in sorted(metering, key=_since)}
    due: list[datetime] = []
    for version in latest.values():
        is_ended = isinstance(version, Unbound)
        if is_ended or version.thresholds is None or not version.patience.holds:
            continue
        changes, _ = without_blips(
            all_changes([s for s in said if s.source_id == version.source_id], outages)
        )
        last = stretches(changes, now=now)[-1]
        samples = [draw.sample for draw in draws(last.signals, version.thresholds, last.phases)]
        patience = replace(version.patience, until=last.until)
        if last.until == now and (
            at := power_states.confirmed_by_time(samples, version.thresholds, patience=patience)
        ):
            due.append(at)
    return min(due, default=None)


def _since(version: Metering) -> tuple[bool, float]:
    return (
        version.effective_from is not None,
        version.effective_from.timestamp() if version.effective_from else 0,
    )


def _fold_versions(
    versions: Sequence[Metering],
    signals: Sequence[Signal],
    outages: Sequence[Outage],
    bridged: list[Period],
    now: datetime | None,
) -> list[Run]:
    """Return a source's runs; each period is read by the settings in force then."""
    runs: list[Run] = []
    for version in versions:
        if isinstance(version, Unbound) and version.effective_from:
            return _ended(runs, whole_second(version.effective_from))
        fresh = _fold_source(version, signals, outages, bridged, now)
        since = version.effective_from
        if not runs or since is None:
            runs = fresh
            continue
        since = whole_second(since)
        runs = [r for r in runs if r.start < since]
        for run in fresh:
            if run.end is None or run.end > since:
                _append(runs, replace(run, start=max(run.start, since), end=None))
    return runs


def _ended(runs: Sequence[Run], at: datetime) -> list[Run]:
    """Return the runs up to the end of the binding, and unknown time from it on."""
    found = [run for run in runs if run.start < at]
    if found:
        _append(found, _unknown(at))
    return found


def _fold_source(
    metering: Metering,
    signals: Sequence[Signal],
    outages: Sequence[Outage],
    bridged: list[Period],
    now: datetime | None,
) -> list[Run]:
    changes, blips = without_blips(all_changes(signals, outages))
    bridged += blips
    if metering.thresholds:
        found = power_changes(metering.thresholds, metering.patience, changes, now=now)
        changes = sorted([*changes, *found], key=place)
    axes, runs = Axes(), [_unknown(changes[0].at)] if changes else []
    alive: datetime | None = None
    last: Signal | None = None
    down: Signal | None = None
    for change in changes:
        if metering.stale and metering.heartbeat and alive and change.at - alive > metering.stale:
            _append(runs, replace(_unknown(alive + metering.heartbeat), held_from=alive))
            axes = axes.forgotten() if metering.repeats_state else axes
        signal = change.signal
        if signal is not None:
            if _is_alive(change, signal, metering):
                alive = change.at
            last = signal if change.axis in {"activity", "activity_hint"} else last
            down = signal if change.axis == "link_up" and not change.value else down
            if down and change.axis != "link_up" and signal.received_at > down.received_at:
                # Some hosts never report their return; a live message is proof enough.
                axes, down = _applied(axes, replace(change, axis="link_up", value=True), last), None
        axes = _applied(axes, change, last)
        state = axes.state()
        is_begun = runs[-1].start < change.at or runs[-1].opened_by is not None
        if runs[-1].state is state and runs[-1].end is None and is_begun:
            # The run that lasts goes on; within its first second too, the message that began it
            # did.
            continue
        grade = Grade.UNRESOLVED if state is State.UNKNOWN else Grade.SIGNAL
        opened_by = signal.message_id if signal else None
        held = alive if state is State.UNKNOWN else None
        _append(
            runs,
            Run(
                start=change.at,
                end=None,
                state=state,
                grade=grade,
                opened_by=opened_by,
                held_from=held,
                uncertain_seconds=ceil(change.uncertain.total_seconds()),
            ),
        )
    if metering.heartbeat and alive:
        _append(runs, replace(_unknown(alive + metering.heartbeat), held_from=alive))
    return runs


def _is_alive(change: AxisChange, signal: Signal, metering: Metering) -> bool:
    """Return whether a signal shows that the state is still observed.

    For a plug only a reading of its meter does, or a counter that shows the draw (rank 2). Of a
    source whose heartbeat says the state only the state does: its telemetry may go on without it.
    """
    if metering.thresholds is None:
        return not metering.repeats_state or signal.channel is Channel.ACTIVITY
    return signal.channel is Channel.POWER_WATTS or change.rank == METER_RANK


def _with_bridges(runs: Sequence[Run], bridged: Sequence[Period]) -> list[Run]:
    """Return the runs, each with the seconds of it that were bridged."""
    return [
        replace(run, bridged_seconds=seconds)
        if (seconds := total_seconds(part for b in bridged if (part := run.clipped(b))))
        else run
        for run in runs
    ]


def _applied(axes: Axes, change: AxisChange, last: Signal | None) -> Axes:
    """Return the source's known values after the change."""
    match change.axis, change.value:
        case "link_up", bool(is_up):
            # The state after an interruption of the link is unknown until the source reports it
            # again.
            known = axes.forgotten() if axes.link_up is False and is_up else axes
            return replace(known, link_up=is_up)
        case "outage", True if last is not None and last.qos > 0:
            return axes  # the broker kept what this source sends
        case "outage", _:
            return axes.forgotten()
        case "relay", value:
            # None: the meter shows that the relay is on although its last word is off.
            return replace(axes, relay_on=None if value is None else bool(value))
        case "powered" | "in_setup" as axis, value:
            # meaning() pairs axis and value.
            return replace(axes, **{axis: value})  # type: ignore[arg-type]
        case "activity_hint", State() as hint if axes.activity is None:
            return axes.with_activity(change.part, hint, change.at)
        case "activity", State() | None as value:
            return axes.with_activity(change.part, value, change.at)
        case "alarm", value:
            return axes.with_alarm(change.part, raised=bool(value))
        case "condition", value:
            return axes.with_condition(change.part, is_fault=bool(value), at=change.at)
        case _:
            return axes


def _unknown(start: datetime) -> Run:
    return Run(start=start, end=None, state=State.UNKNOWN, grade=Grade.UNRESOLVED)


def _append(runs: list[Run], run: Run) -> None:
    """Close the last run where the next begins; of two that begin together the later counts."""
    while runs and runs[-1].start >= run.start:
        run = replace(run, start=runs.pop().start)
    if runs and runs[-1].state is run.state:
        runs[-1] = replace(runs[-1], end=None)
        return
    if runs:
        runs[-1] = replace(runs[-1], end=run.start)
    runs.append(run)


def _combined(sources: Sequence[tuple[bool, Sequence[Run]]]) -> list[Run]:
    """Return the first source's runs with a known state, unless a later source proves running."""
    if len(sources) <= 1:
        return list(sources[0][1]) if sources else []
    edges = sorted({run.start for _, runs in sources for run in runs})
    positions = [0] * len(sources)
    result: list[Run] = []
    for edge in edges:
        best: Run | None = None
        for index, (is_proof, runs) in enumerate(sources):
            while positions[index] + 1 < len(runs) and runs[positions[index] + 1].start <= edge:
                positions[index] += 1
            here = runs[positions[index]]
            if here.start > edge:
                continue
            if (
                best is None
                or (best.state is State.UNKNOWN and here.state is not State.UNKNOWN)
                or (
                    is_proof
                    and here.state is State.RUNNING
                    and best.state in {State.IDLE, State.OFF}
                )
            ):
                best = here
        if best is not None:
            uncertain = best.uncertain_seconds if best.start == edge else 0
            _append(result, replace(best, start=edge, end=None, uncertain_seconds=uncertain))
    return result
