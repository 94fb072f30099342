"""What single signals say: changes on an axis, and which of them are mere blips of a link."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from gadong.domain.period import Period, span
from gadong.domain.signal import Channel, Signal
from gadong.domain.state import State

# A wireless blip: a link that is back within this was never away from the machine (signals.md §5.7: 10 to 30 s).
LINK_GRACE = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Change:
    """What one signal, or the reading of several, says about an axis at an instant; no axis is a sign of life."""

    at: datetime
    rank: int
    order: tuple[datetime, datetime, str, int]
    signal: Signal | None
    axis: str | None = None
    value: object = None
    uncertain: timedelta = timedelta(0)

    @property
    def part(self) -> str:
        """Which part of the machine it speaks of."""
        return self.signal.part if self.signal else ""


def meaning(signal: Signal) -> tuple[str | None, object]:
    """The axis that a signal speaks of and what it says there; no axis for what moves no state."""
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


def without_blips(changes: Sequence[Change]) -> tuple[list[Change], list[Period]]:
    """The changes, with what was away for less than LINK_GRACE and came back as it was as mere signs of life.

    That is a link, or a part's activity that an adapter calls unavailable while it reconnects. Also the spans bridged.
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
