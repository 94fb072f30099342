"""The oracle's reading of what one booking, or one stretch of use without one, amounted to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from functools import lru_cache
from itertools import pairwise

from gadong.booking.domain.booking import BookingState
from gadong.core.domain.charge_component import Component
from gadong.core.domain.machine_state import State
from gadong.core.domain.usage_mode import UsageMode
from tests.oracle.ledger import with_ledger
from tests.oracle.owners import (
    EARLY_GRACE,
    NO_SHOW_AFTER,
    THEIRS,
    Usage,
    as_it_stands,
    claimed,
    usages,
)
from tests.oracle.world import Floor, Slot, Stay, Word

#: What counts as running when it is asked whether anybody came.
BUSY = (State.RUNNING, State.PAUSED, State.SETUP)


class Outcome(Enum):
    """The outcome of a booking."""

    KEPT = "somebody came, or nobody can say that they did not"
    MISSED = "a no-show"
    CANCELLED = "given up by its people"
    EXCUSED = "nobody came, and nobody is to blame"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Visit:
    """A booking, or an activity without one, of one company at one machine.

    `signs` are when its people were there.
    """

    floor: Floor
    company: str
    slot: Slot | None
    used: tuple[Usage, ...]
    signs: tuple[int, ...]
    outcome: Outcome
    others: tuple[Usage, ...]

    @property
    def seen(self) -> tuple[int, int] | None:
        """Return the time from the first sign of its people to the last."""
        if not self.signs or min(self.signs) == max(self.signs):
            return None
        return min(self.signs), max(self.signs)

    @property
    def start(self) -> int:
        """Return the second that decides the visit's day, tariff and month."""
        return self.slot.start if self.slot else self.used[0].start

    @property
    def mode(self) -> UsageMode:
        """Return how the machine was used, by the latest word on it; without a booking by the
        company itself.
        """
        booked = self.slot.mode if self.slot else UsageMode.SELF
        return next((w.mode for w in self.words if w.mode), booked)

    @property
    def words(self) -> tuple[Word, ...]:
        """Return what was decided about the booking, the latest first."""
        return tuple(w for w in self.floor.words if self.slot and w.slot == self.slot.name)

    @property
    def decided(self) -> int | None:
        """Return how many seconds are billed by the latest word on it."""
        return next((w.seconds for w in self.words if w.seconds is not None), None)

    def is_waived(self, component: Component) -> bool:
        """Say whether a component was decided to cost nothing."""
        return any(w.is_waived and w.component in {None, component} for w in self.words)

    @property
    def is_kept(self) -> bool:
        """Say whether the booked time itself can be charged."""
        return self.outcome is Outcome.KEPT


def apart(floor: Floor) -> list[Floor]:
    """Return the machine as each of those saw it who shared it, and as all others did together."""
    together = tuple(s for s in floor.slots if not s.shares)
    if len(together) == len(floor.slots):
        return [floor]
    whole = replace(floor, slots=together, room=floor.slots)
    seated = []
    for slot in floor.slots:
        if slot.shares:
            own = tuple(s for s in floor.stays if s.slot == slot.name)
            seated.append(replace(floor, slots=(slot,), stays=own, room=floor.slots))
    return [
        replace(whole, aside=tuple(seated)),
        *(replace(seat, aside=(whole,)) for seat in seated),
    ]


@lru_cache(maxsize=16)
def visits(floor: Floor) -> tuple[Visit, ...]:
    """Return all companies' visits at the machine."""
    floor = as_it_stands(with_ledger(floor))
    every = usages(floor)
    found: list[Visit] = []
    booked: list[Usage] = []
    for slot in floor.slots:
        own = tuple(u for u in every if u.company == slot.company and u.slot == slot.name)
        is_given_up = slot.state is BookingState.CANCELLED and slot.cancelled is not None
        since, until = claimed(slot)
        if own or slot.state in THEIRS or is_given_up or since < until:
            found.append(_booked(floor, slot, own, every))
            booked += own
    found += [
        Visit(
            floor=floor,
            company=usage.company,
            slot=None,
            used=(usage,),
            signs=(usage.start, usage.end),
            outcome=Outcome.KEPT,
            others=(),
        )
        for usage in every
        if usage.company and usage not in booked
    ]
    return tuple(sorted(found, key=lambda v: v.start))


def _booked(floor: Floor, slot: Slot, own: tuple[Usage, ...], every: tuple[Usage, ...]) -> Visit:
    came = [s for s in floor.stays if s.slot == slot.name]
    others = tuple(
        u
        for u in every
        if u.company is not None and u not in own and u.start < slot.end and slot.start < u.end
    )
    outcome = _outcome(floor, slot, own, came, others, every)
    if outcome is Outcome.CANCELLED:
        came = []
    signs = [x for u in own for x in (u.start, u.end)]
    signs += [x for s in came for x in (s.start, s.end) if x is not None]
    return Visit(
        floor=floor,
        company=slot.company,
        slot=slot,
        used=own,
        signs=tuple(signs),
        outcome=outcome,
        others=others,
    )


def _outcome(
    floor: Floor,
    slot: Slot,
    own: tuple[Usage, ...],
    came: list[Stay],
    others: tuple[Usage, ...],
    every: tuple[Usage, ...],
) -> Outcome:
    """Return what became of the booking, from the facts alone (docs/booking.md, "By the facts")."""
    gives_up = slot.cancelled is not None and slot.cancelled < slot.end
    if gives_up and not own:
        return Outcome.CANCELLED
    due = min(slot.end, slot.start + NO_SHOW_AFTER)
    # Earlier use by the company that only ends here, soon, is no arrival.
    if any(not _only_ends(u, due) for u in own):
        return Outcome.KEPT
    kept = _start_kept(floor, slot, every, due)
    if came:
        return Outcome.KEPT
    displaced = any(
        u.company not in slot.firms and u.start < slot.start and due <= u.end for u in others
    )
    shut = any(a < due and slot.start < b for a, b in floor.maintenance)
    if displaced or (shut and kept is not True):
        return Outcome.EXCUSED
    if kept is False and slot.mode is UsageMode.COMMISSIONED:
        return Outcome.EXCUSED
    # The facts are asked again about a release by them.
    if slot.state is BookingState.RELEASED and slot.freed != slot.end:
        return Outcome.EXCUSED
    return Outcome.MISSED if kept is False else Outcome.KEPT


def _only_ends(usage: Usage, due: int) -> bool:
    return usage.goes_on and len(usage.pieces) == 1 and usage.end < due


def _start_kept(floor: Floor, slot: Slot, every: tuple[Usage, ...], due: int) -> bool | None:
    """Say whether anybody came to the booking's start.

    None where the machine was too little observed to say.
    """
    since, until = slot.start - EARLY_GRACE, slot.start + NO_SHOW_AFTER
    for stay in floor.stays:
        if stay.slot == slot.name or (stay.slot is None and since <= stay.start < until):
            return True
    seconds_known = 0
    second = since
    cuts = {since, until}
    for x in floor.stretches:
        cuts |= {x.start, x.end}
    for u in every:
        cuts |= {u.start, u.end}
    edges = sorted(c for c in cuts if since <= c <= until)
    for second, following in pairwise(edges):
        state = next((x.state for x in floor.stretches if x.start <= second < x.end), None)
        if state in BUSY and not any(
            u.start <= second < u.end and _is_foreign(u, slot, due) for u in every
        ):
            return True
        if state not in {None, State.UNKNOWN, State.FAULT}:
            seconds_known += following - second
    return False if seconds_known * 100 >= 80 * (until - since) else None


def _is_foreign(usage: Usage, slot: Slot, due: int) -> bool:
    """Say whether a usage says nothing of who came to the booking: it began before, or as
    another's.
    """
    if usage.company is None:
        return False
    if usage.company == "":
        return True
    if usage.slot == slot.name and usage.company == slot.company:
        return _only_ends(usage, due)
    if usage.slot is None:
        # Use without a booking keeps what it begins in time for.
        return usage.start < slot.start - EARLY_GRACE
    return usage.start < slot.start


def charged_to(everything: tuple[Visit, ...], second: int) -> Visit | None:
    """Return the one visit that a second may be charged to, by the strongest reason
    (docs/tariffs.md).

    What the centre's own work took is charged to nobody.
    """
    centres = [
        u for u in usages(everything[0].floor) if u.company == "" and u.start <= second < u.end
    ]
    if any(u.is_written for u in centres):
        return None
    for reason in (_written, _active, _late, _booked_for, _present, _freed, _rested):
        reasons = sorted(
            (
                (found, n)
                for n, v in enumerate(everything)
                if (found := reason(everything, v, second))
            ),
        )
        if reasons:
            return everything[reasons[0][1]]
        if centres:
            # A company's written use stays its own in a rest of the centre's work.
            return None
    return None


Span = tuple[int, int]


def vouched(everything: tuple[Visit, ...], company: str) -> list[tuple[Span, Span, Usage]]:
    """Return the unknown gaps that a counter counted as a company's: the gap, its counted seconds,
    the use before it.

    The machine ran as the company's before it and after. Both were one activity. Or the company had
    booked, or was there in, all of the time between, and both lie in visits that touch it.
    """
    floor = everything[0].floor
    found: list[tuple[Span, Span, Usage]] = []
    for gap in floor.stretches:
        if gap.state is not State.UNKNOWN or not gap.counted:
            continue
        before = [u for u in usages(floor) if any(b <= gap.start for _, b in u.pieces)]
        after = [u for u in usages(floor) if any(a >= gap.end for a, _ in u.pieces)]
        if not before or not after or not (before[-1].company == after[0].company == company):
            continue
        beside = [v.used for v in everything if reach(v)[0] <= gap.end and gap.start <= reach(v)[1]]
        is_near = all(any(u in used for used in beside) for u in (before[-1], after[0]))
        reaches = [reach(v) for v in everything if v.company == company and v.is_kept]
        edges = {gap.start, *(x for r in reaches for x in r if gap.start < x < gap.end)}
        covered = all(any(a <= x < b for a, b in reaches) for x in edges)
        if (covered and is_near) or before[-1].since == after[0].since:
            found.append(((gap.start, gap.end), (gap.start, gap.start + gap.counted), before[-1]))
    return found


def reach(visit: Visit) -> Span:
    """Return the time from the start of booking or presence to the end of both."""
    edges = [visit.slot.start, visit.slot.end] if visit.slot else []
    edges += visit.seen or ()
    return min(edges), max(edges)


def _written(everything: tuple[Visit, ...], visit: Visit, second: int) -> Span | None:  # one shape
    spans = ((u.start, u.end) for u in visit.used if u.is_written)
    return next(((a, b) for a, b in spans if a <= second < b), None)


def _active(everything: tuple[Visit, ...], visit: Visit, second: int) -> Span | None:  # one shape
    return next(((u.start, u.end) for u in visit.used if u.start <= second < u.end), None)


def _late(everything: tuple[Visit, ...], visit: Visit, second: int) -> Span | None:
    """Return the presence after the booked end, until somebody came for time of their own."""
    seen = visit.seen
    if not visit.is_kept or visit.slot is None or seen is None:
        return None
    start = max(visit.slot.end, seen[0])
    if not start <= second < seen[1]:
        return None
    for other in everything:
        if other is visit or other.slot is None or not other.is_kept or not other.signs:
            continue
        if other.slot.end > start and second >= max(other.slot.start, min(other.signs)):
            return None
    return start, seen[1]


def _booked_for(
    everything: tuple[Visit, ...], visit: Visit, second: int
) -> Span | None:  # likewise
    if visit.slot is None or not visit.is_kept:
        return None
    own = claimed(visit.slot)
    return own if own[0] <= second < own[1] else None


def _present(everything: tuple[Visit, ...], visit: Visit, second: int) -> Span | None:  # likewise
    seen = visit.seen
    if visit.slot is None or not visit.is_kept or seen is None:
        return None
    return seen if seen[0] <= second < seen[1] else None


def _freed(everything: tuple[Visit, ...], visit: Visit, second: int) -> Span | None:  # likewise
    if visit.slot is None or not visit.is_kept:
        return None
    own = (visit.slot.start, visit.slot.end)
    return own if own[0] <= second < own[1] else None


def _rested(everything: tuple[Visit, ...], visit: Visit, second: int) -> Span | None:
    """Return the counted seconds of a rest in one activity: they go to what the activity was
    before.
    """
    for gap, ran, before in vouched(everything, visit.company):
        after = next(u for u in usages(visit.floor) if any(a >= gap[1] for a, _ in u.pieces))
        if ran[0] <= second < ran[1] and before in visit.used and before.since == after.since:
            return ran
    return None
