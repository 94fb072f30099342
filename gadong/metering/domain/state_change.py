"""Changes of state that single signals report, without short interruptions of a link."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import pairwise

from gadong.core.domain.machine_state import State
from gadong.core.domain.period import Period, span, whole_second
from gadong.dialects.domain import power_states
from gadong.dialects.domain.power_draw import draws
from gadong.dialects.domain.power_states import Patience, PowerThresholds, Transition
from gadong.dialects.domain.signal import Channel, Signal, TimeRule
from gadong.machines.domain.outage import Outage
from gadong.metering.domain.lost_switching import RelayWords, lost_switchings

# A link that returns within this was never away (docs/reference/signals.md#link-blips).
LINK_GRACE = timedelta(seconds=30)

# A meter's change comes after what other signals of the same instant say.
METER_RANK = 2


@dataclass(frozen=True, slots=True)
class AxisChange:
    """A change on an axis at an instant by one or several signals; without an axis a sign of
    life.
    """

    at: datetime
    rank: int
    order: tuple[datetime, datetime, int, int]
    signal: Signal | None
    axis: str | None = None
    value: object = None
    uncertain: timedelta = timedelta(0)

    @property
    def part(self) -> str:
        """Return the part of the machine that the change concerns; empty for a meter's reading.

        The phase whose reading crossed a threshold is no part of the machine: another's may end
        what it began.
        """
        return self.signal.part if self.signal and self.rank != METER_RANK else ""


def meaning(signal: Signal) -> tuple[str | None, object]:
    """Return the axis of a signal and its value there.

    No axis for a signal that changes no state.
    """
    match signal.channel:
        case Channel.LINK:
            return "link_up", signal.text == "up"
        case Channel.POWER:
            return "relay", signal.text == "on"
        case Channel.ACTIVITY:
            return "activity", State(signal.text or "unknown")
        case Channel.ACTIVITY_HINT:
            return "activity_hint", State(signal.text or "unknown")
        case Channel.ALARM:
            return "alarm", signal.text == "fault"
        case Channel.CONDITION:
            return "condition", signal.text == "fault"
        case Channel.SETUP:
            return "in_setup", signal.text == "on"
        case _:
            return None, None


def all_changes(signals: Sequence[Signal], outages: Sequence[Outage]) -> list[AxisChange]:
    """Return every signal as a change, in order; readings of power are signs of life only."""
    changes: list[AxisChange] = []
    for signal in signals:
        if signal.time_rule is TimeRule.RETAINED and signal.channel is not Channel.LINK:
            # An old value of unknown age opens nothing; the present link is what the broker keeps.
            continue
        at = whole_second(signal.event_time)
        axis, value = meaning(signal)
        changes.append(AxisChange(at, 1, signal.order, signal, axis, value, signal.uncertain))
    first = min((c.at for c in changes), default=None)
    for outage in outages:
        if first and outage.period.start >= first:
            at = whole_second(outage.period.start)
            changes.append(AxisChange(at, 0, (at, at, 0, 0), None, "outage", outage.session_kept))
    return sorted(changes, key=place)


def without_blips(changes: Sequence[AxisChange]) -> tuple[list[AxisChange], list[Period]]:
    """Return the changes with short interruptions as signs of life, and the bridged periods.

    An interruption is a link that is lost, or a part's activity that an adapter calls unavailable
    while it reconnects. It is short if it ends within LINK_GRACE.
    """
    blips: set[int] = set()
    bridged: list[Period] = []
    away: dict[tuple[str, str], int] = {}
    held: dict[tuple[str, str], object] = {}
    between: dict[tuple[str, str], list[int]] = {}
    for index, change in enumerate(changes):
        if change.axis not in {"link_up", "activity"}:
            continue
        key = (change.axis, change.part)
        if change.value in {False, State.UNKNOWN, None}:
            away.setdefault(key, index)
            between.setdefault(key, []).append(index)
            continue
        start, gone = away.pop(key, None), between.pop(key, [])
        returns = change.axis == "link_up" or held.get(key) == change.value
        if start is not None and returns and change.at - changes[start].at <= LINK_GRACE:
            blips.update([*gone, index])
            bridged += [part] if (part := span(changes[start].at, change.at)) else []
        held[key] = change.value
    kept = [replace(c, axis=None, value=None) if i in blips else c for i, c in enumerate(changes)]
    return kept, bridged


def place(change: AxisChange) -> tuple[datetime, int, tuple[datetime, datetime, int, int]]:
    """Return the position of the change in the order of all changes."""
    return change.at, change.rank, change.order


@dataclass(slots=True)
class MeterStretch:
    """A meter's signals between two resets of its state; `until` is the second, or now.

    `phases` are all that it had before the first.
    """

    signals: list[tuple[datetime, Signal]] = field(default_factory=list)
    until: datetime | None = None
    phases: frozenset[str] = frozenset()

    def following(self) -> MeterStretch:
        """Return the stretch after the next reset, in which each phase is to be read anew."""
        named = {s.part for _, s in self.signals if s.channel is Channel.POWER_WATTS and s.part}
        return MeterStretch(phases=self.phases | named)


def stretches(changes: Sequence[AxisChange], *, now: datetime | None = None) -> list[MeterStretch]:
    """Split a meter's signals where its state is reset.

    That is where its link returned, where nobody listened, and where its value was unknown.
    """
    found = [MeterStretch()]
    down: Signal | None = None
    for change in changes:
        signal = change.signal
        if change.axis == "link_up" and not change.value:
            down = signal
            found[-1].until = found[-1].until or change.at
            continue
        is_back = down is not None and (
            change.axis == "link_up"
            or (signal is not None and signal.received_at > down.received_at)
        )
        is_unknown = (
            signal is not None and signal.channel is Channel.POWER_WATTS and signal.number is None
        )
        if is_back or is_unknown or change.axis == "outage":
            found[-1].until = found[-1].until or change.at
            found.append(found[-1].following())
            down = None if is_back else down
        if signal is not None and signal.channel in {Channel.POWER_WATTS, Channel.ENERGY_WH}:
            found[-1].signals.append((change.at, signal))
    found[-1].until = found[-1].until or now
    return found


def power_changes(
    thresholds: PowerThresholds,
    patience: Patience,
    changes: Sequence[AxisChange],
    *,
    now: datetime | None = None,
) -> list[AxisChange]:
    """Return the changes that a meter's readings show, anew after each reset of its state."""
    words = [(change.at, bool(change.value)) for change in changes if change.axis == "relay"]
    return [
        change
        for stretch in stretches(changes, now=now)
        for change in _stretch_changes(
            thresholds, replace(patience, until=stretch.until), stretch, words
        )
    ]


def _stretch_changes(
    thresholds: PowerThresholds, patience: Patience, stretch: MeterStretch, words: RelayWords
) -> list[AxisChange]:
    found = draws(stretch.signals, thresholds, stretch.phases)
    by_instant = {draw.sample.at: draw.signal for draw in found}
    instants = sorted(by_instant)
    # A threshold crossed at a reading may have been crossed at any moment since the reading before.
    since_last = {later: later - earlier for earlier, later in pairwise(instants)}
    readings = [draw.sample for draw in found]
    activity: dict[bool | None, State | None] = {True: State.RUNNING, False: State.IDLE, None: None}

    def change(transition: Transition, axis: str, value: object) -> AxisChange:
        signal = by_instant[transition.at]
        uncertain = signal.uncertain + since_last.get(transition.at, timedelta(0))
        return AxisChange(transition.at, METER_RANK, signal.order, signal, axis, value, uncertain)

    unknown = [
        AxisChange(at, METER_RANK, signal.order, signal, axis, None)
        for at, signal in stretch.signals
        if signal.channel is Channel.POWER_WATTS and signal.number is None
        for axis in ("activity", "powered")
    ]
    # A counter that shows the power is a sign of life like a reading of power.
    proofs = [
        AxisChange(draw.sample.at, METER_RANK, draw.signal.order, draw.signal)
        for draw in found
        if draw.signal.channel is Channel.ENERGY_WH
    ]
    # A list, so that an unknown and a certainty at one instant stay in this order through the
    # stable sort.
    return (
        unknown
        + [
            change(t, "activity", activity[t.value])
            for t in power_states.running(readings, thresholds, patience=patience)
        ]
        + [
            change(t, "powered", t.value)
            for t in power_states.powered(readings, thresholds, patience=patience)
        ]
        + [
            replace(change(Transition(lost.draw.sample.at, None), "relay", None), at=lost.at)
            for lost in lost_switchings(found, words, thresholds)
        ]
        + proofs
    )
