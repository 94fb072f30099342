"""Counters that can go backwards: what was consumed between two readings of energy, hours, parts or
filament.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from gadong.core.domain.ids import MessageId

# Instants are whole seconds in many formats, so that two readings may seem nearer than they were.
SLACK_SECONDS = 2


@dataclass(frozen=True, slots=True)
class CounterReading:
    """A counter's value at an instant, as the device gave it, and in which message."""

    at: datetime
    value: float
    message_id: MessageId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Consumption:
    """The sum of a counter's steps.

    `resets` counts how often it fell, `doubtful` the falls whose new value was not believed because
    the device cannot have consumed that much since.
    """

    amount: float
    resets: int = 0
    doubtful: int = 0


def consumption(
    readings: Iterable[CounterReading],
    *,
    most_per_second: float | None = None,
    goes_on: float | None = None,
) -> Consumption:
    """Return the consumption over a counter's readings (docs/reference/signals.md#counters).

    A meter forgets at a power cut, an operator resets a count of parts. On a fall the new value
    counts where it is plausible: at most `most_per_second` since the last reading. With no such
    limit a fall counts nothing. A counter that keeps a share of `goes_on` was not reset: it goes on
    from a value that it had saved. A rise of such a counter is limited like a new value.
    """
    amount, resets, doubtful = 0.0, 0, 0
    for before, after in pairwise(sorted(readings, key=lambda r: r.at)):
        step = after.value - before.value
        elapsed = (after.at - before.at).total_seconds()
        if step >= 0:
            # An energy meter's reader may say zero until its meter has spoken.
            is_limited = goes_on is not None and most_per_second is not None
            if is_limited and step > (most_per_second or 0) * (elapsed + SLACK_SECONDS):
                doubtful += 1
            else:
                amount += step
            continue
        resets += 1
        if goes_on is not None and after.value >= goes_on * before.value:
            continue
        if most_per_second is not None and after.value <= most_per_second * elapsed:
            amount += after.value
        else:
            doubtful += 1
    return Consumption(amount=amount, resets=resets, doubtful=doubtful)
