"""The oracle's reading of measured and billed seconds (docs/tariffs.md, "Measured and billed
time").
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from gadong.billing.domain.rate_terms import Basis, UnknownPolicy
from gadong.billing.domain.tariff import MAINTENANCE, RateItem
from gadong.core.domain.machine_state import State
from tests.oracle.owners import usages
from tests.oracle.visits import Visit, charged_to, reach, vouched
from tests.oracle.world import Floor

# Every zone's offset, and so every edge of a day or a window in a world, is a multiple of it.
QUARTER = 15 * 60


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some billed seconds, all of which have the facts of the second `at`."""

    at: int
    seconds: int


def stretches(floor: Floor, since: int, until: int) -> Iterator[tuple[int, int]]:
    """Yield the time between two instants, cut wherever any fact of the world changes.

    Between two cuts all seconds are alike, so that what holds of the first holds of each.
    """
    cuts = {since, until, *range(since - since % QUARTER, until, QUARTER)}
    for stretch in floor.stretches:
        cuts |= {stretch.start, stretch.end, stretch.start + (stretch.counted or 0)}
    for slot in floor.slots:
        cuts |= {slot.start, slot.end, slot.freed or slot.end, slot.cancelled or slot.end}
    for stay in floor.stays:
        cuts |= {stay.start, stay.start if stay.end is None else stay.end}
    for start, end in floor.maintenance:
        cuts |= {start, end}
    for used in usages(floor):
        cuts |= {used.start, used.end}
    yield from pairwise(sorted(c for c in cuts if since <= c <= until))


def state_at(floor: Floor, second: int) -> State | None:
    """Return the machine's state in a second, or None where nothing was recorded."""
    return next((x.state for x in floor.stretches if x.start <= second < x.end), None)


def measured(everything: tuple[Visit, ...], visit: Visit, item: RateItem) -> list[Chunk]:
    """Return the seconds that the item's basis counts of a visit, in order of time.

    `everything` are all visits at the machine: no second is measured for two of them.
    """
    since, until = reach(visit)
    # The machine may have gone on in a rest at the end, where the company's next booking begins.
    rests = [
        ran[1] for _, ran, before in vouched(everything, visit.company) if before in visit.used
    ]
    return [
        Chunk(start, end - start)
        for start, end in stretches(visit.floor, since, max([until, *rests]))
        if _counts(everything, visit, item, start)
    ]


def _counts(everything: tuple[Visit, ...], visit: Visit, item: RateItem, second: int) -> bool:
    """Say whether one second is counted."""
    if item.basis is Basis.ACTUAL_RUN:
        ran = any(a <= second < b for u in visit.used for a, b in u.pieces)
        return ran or (
            item.unknown_policy is UnknownPolicy.COUNTER_FILL
            and _counted(everything, visit, second)
        )
    if not _in_basis(visit, item, second):
        return False
    if state_at(visit.floor, second) in item.excluded_states:
        return False
    kept_up = any(start <= second < end for start, end in visit.floor.maintenance)
    if kept_up and MAINTENANCE in item.excluded_states:
        return False
    return charged_to(everything, second) is visit


def _counted(everything: tuple[Visit, ...], visit: Visit, second: int) -> bool:
    """Say whether a counter says that the machine ran in a second that is the visit's."""
    ran = [r for _, r, _ in vouched(everything, visit.company)]
    return any(a <= second < b for a, b in ran) and charged_to(everything, second) is visit


def _in_basis(visit: Visit, item: RateItem, second: int) -> bool:
    """Say whether a second lies in what the basis names: presence, booking, or from the first to
    the last of both.
    """
    if not visit.is_kept:
        return any(u.start <= second < u.end for u in visit.used)
    seen = visit.seen or (0, 0)
    booked = (visit.slot.start, visit.slot.end) if visit.slot else seen
    match item.basis:
        case Basis.ACTUAL_OCCUPIED:
            return seen[0] <= second < seen[1]
        case Basis.BOOKED:
            return booked[0] <= second < booked[1]
    both = [x for x in (booked, seen) if x != (0, 0)]
    return min(x[0] for x in both) <= second < max(x[1] for x in both)


def is_noise(visit: Visit, item: RateItem, seconds: int) -> bool:
    """Say whether so little activity is not billed; booked time is, however short it was."""
    by_activity = item.basis in {Basis.ACTUAL_RUN, Basis.ACTUAL_OCCUPIED}
    is_booked = visit.slot is not None and visit.is_kept
    return seconds < item.noise_seconds and (by_activity or not is_booked)


def quantity(seconds: int, item: RateItem) -> int:
    """Return how many seconds are billed for so many measured: whole blocks, and not less than the
    minimum.
    """
    blocks = 0
    while blocks * item.increment_seconds < seconds - item.increment_grace_seconds:
        blocks += 1
    return max(blocks * item.increment_seconds, item.minimum_seconds)


def billed(found: list[Chunk], seconds: int) -> list[Chunk]:
    """Return the measured seconds made as many as are billed: cut from the end, or the last one
    repeated.
    """
    left, result = seconds, []
    for chunk in found:
        if left > 0:
            result.append(Chunk(chunk.at, min(left, chunk.seconds)))
            left -= chunk.seconds
    if left > 0 and found:
        last = found[-1]
        result.append(Chunk(last.at + last.seconds - 1, left))
    return result


def overran(visit: Visit, item: RateItem, found: list[Chunk]) -> bool:
    """Say whether a visit went on past its booked end for longer than the grace, by its measured
    seconds.
    """
    if visit.slot is None:
        return False
    past = sum(c.seconds for c in found if c.at >= visit.slot.end)
    return past > item.overrun.grace_seconds
