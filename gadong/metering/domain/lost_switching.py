"""Relays whose last word is off although the meter behind them shows work: an ON was lost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from gadong.dialects.domain.power_draw import Draw
from gadong.dialects.domain.power_states import PowerThresholds

#: A relay's words in order of time: when, and whether it is on.
RelayWords = Sequence[tuple[datetime, bool]]


def lost_switchings(
    draws: Sequence[Draw], words: RelayWords, limits: PowerThresholds
) -> Iterator[Draw]:
    """Yield each draw from which on a relay was on, although its last word is off.

    The first reading after the word may be an average of the time before it: it counts for nothing.
    After it the work must last `run_after`, and no less be drawn at its end than one reading
    before: an average that decays only falls. Time alone confirms nothing. A counter that rose as
    fast as work needs, between two readings after the word, proves the work by itself.
    """
    off_at: datetime | None = None
    first: Draw | None = None
    before = 0.0
    position = 0
    for draw in draws:
        is_first = False
        while position < len(words) and words[position][0] <= draw.sample.at:
            at, is_on = words[position]
            off_at, first, is_first = None if is_on else at, None, True
            position += 1
        if off_at is None:
            continue
        is_counted = draw.since is not None and draw.since > off_at
        if is_first and not is_counted:
            continue
        if draw.sample.watts < limits.run_above:
            first = None
        else:
            lasts = first is not None and draw.sample.at - first.sample.at >= limits.run_after
            is_proof = is_counted or (lasts and draw.sample.watts >= before)
            first = first or draw
            if is_proof:
                yield first
                off_at = None
        before = draw.sample.watts
