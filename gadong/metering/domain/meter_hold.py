"""The end of a meter's reading before its next one: its device,
its relay or its listener was gone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from gadong.core.domain.ids import SourceId
from gadong.dialects.domain import power_draw
from gadong.dialects.domain.signal import Channel, Signal, TimeRule
from gadong.machines.domain.outage import Outage
from gadong.metering.domain.state_change import all_changes, stretches, without_blips


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldEnd:
    """An instant at which a reading of power ceases to hold.

    It concerns one phase (`part`), or None: the whole meter.
    """

    at: datetime
    part: str | None = None


def hold_ends(
    source_id: SourceId, signals: Iterable[Signal], outages: Sequence[Outage] = ()
) -> list[HoldEnd]:
    """Return the ends of the holds of a source's readings, in order of time.

    A lost link ends them, unless it returns as fast as `without_blips` allows. So does a relay that
    switches off, and so does a draw that the meter does not know. So does time in which nobody
    listened and the broker kept nothing.
    """
    unheard = [HoldEnd(at=o.period.start) for o in outages if not o.session_kept]
    said = _said(_by_source(signals).get(source_id, ()))
    return sorted([*said, *unheard], key=lambda end: end.at)


@dataclass(frozen=True, slots=True)
class PresentDraw:
    """The present draw of a machine by its meter; None where the meter is gone or does not know."""

    watts: float | None


def present_draw(signals: Iterable[Signal], outages: Sequence[Outage] = ()) -> PresentDraw | None:
    """Return the draw of the machine's meter that was read last, its phases summed.

    None without one.
    """
    by_source = _by_source(signals)
    read_at = {
        source_id: max(at)
        for source_id, said in by_source.items()
        if (at := [s.event_time for s in said if _is_reading(s)])
    }
    if not read_at:
        return None
    said = by_source[max(read_at, key=lambda source_id: read_at[source_id])]
    changes, _ = without_blips(all_changes(said, outages))
    last = stretches(changes)[-1]
    if last.until is not None:
        return PresentDraw(None)  # its link is down
    readings = power_draw.readings(last.signals)
    return PresentDraw(readings[-1].watts if readings else None)


def _is_reading(signal: Signal) -> bool:
    return signal.channel is Channel.POWER_WATTS and signal.time_rule is not TimeRule.RETAINED


def _by_source(signals: Iterable[Signal]) -> dict[SourceId, list[Signal]]:
    """Return the signals in order by source."""
    found: dict[SourceId, list[Signal]] = {}
    for signal in sorted(signals, key=lambda s: s.order):
        found.setdefault(signal.source_id, []).append(signal)
    return found


def _said(signals: Sequence[Signal]) -> Iterable[HoldEnd]:
    changes, _ = without_blips(all_changes(signals, ()))
    relay_on: dict[str, bool] = {}
    for change in changes:
        signal = change.signal
        if signal is None:
            continue
        is_switched_off = False
        if change.axis == "relay":
            is_switched_off = not change.value and relay_on.get(signal.part, True)
            relay_on[signal.part] = bool(change.value)
        if signal.channel is Channel.POWER_WATTS and signal.number is None:
            yield HoldEnd(at=signal.event_time, part=signal.part)
        elif is_switched_off or (change.axis == "link_up" and not change.value):
            yield HoldEnd(at=signal.event_time)
