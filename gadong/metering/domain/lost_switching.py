"""Relays whose last word is off although the meter behind them shows work: an ON was lost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from gadong.dialects.domain.power_draw import Draw
from gadong.dialects.domain.power_states import PowerThresholds

#: A relay's words in order of time: when, and whether it is on.
RelayWords = Sequence[tuple[datetime, bool]]


@dataclass(frozen=True, slots=True)
class LostSwitching:
    """The instant from which on a relay was on despite its OFF, and the draw that shows it."""

    at: datetime
    draw: Draw


def lost_switchings(
    draws: Sequence[Draw], words: RelayWords, limits: PowerThresholds
) -> Iterator[LostSwitching]:
    """Find where work that a meter shows contradicts a relay's OFF.

    The first reading after the word may be an average of the time before it: it counts for nothing.
    After it the work must last `run_after`, and no less be drawn at its end than one reading
    before: an average that decays only falls. Time alone confirms nothing. A counter that rose as
    fast as work needs, between two readings after the word, proves the work by itself.

    The relay is on from the first reading that counts. An OFF that is only said again, while all
    readings around it are work, did not open it at all. Several readings of one instant are one.
    """
    off_at: datetime | None = None
    repeated: list[datetime] = []
    first: Draw | None = None
    before: Draw | None = None
    position = 0
    for draw in _one_an_instant(draws):
        works = draw.sample.watts >= limits.run_above
        worked = before is not None and before.sample.watts >= limits.run_above
        # Some devices say each switching twice; it is said again only after a reading of work.
        is_again = worked and position > 0 and not words[position - 1][1]
        is_first = False
        while position < len(words) and words[position][0] <= draw.sample.at:
            at, is_on = words[position]
            is_again = is_again and not is_on
            if is_again:
                repeated.append(at)
            else:
                repeated = []
            off_at, first, is_first = None if is_on else at, None, True
            position += 1
        last, before = before, draw
        if not works:
            first, repeated = None, []
        if off_at is None or not works:
            continue
        is_counted = draw.since is not None and draw.since > off_at
        if is_first and not is_counted:
            continue
        lasts = first is not None and draw.sample.at - first.sample.at >= limits.run_after
        rises = last is not None and draw.sample.watts >= last.sample.watts
        first = first or draw
        if is_counted or (lasts and rises):
            for at in repeated or [first.sample.at]:
                yield LostSwitching(at, first)
            off_at, repeated = None, []


def _one_an_instant(draws: Sequence[Draw]) -> Iterator[Draw]:
    """Yield the draws; of several readings of power at one instant the last alone.

    A message that comes twice shows no more than once. What a counter proves is kept beside them.
    """
    for after, draw in enumerate(draws, start=1):
        is_last = after == len(draws) or draws[after].sample.at != draw.sample.at
        if is_last or draw.since is not None:
            yield draw
