"""The oracle's reading of whose a machine's running seconds were (docs/tariffs.md, "Whose time it
is").
Time is walked forwards, one piece of running time after the other. Nothing here is taken from the
engine.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from gadong.booking.domain.booking import BookingState
from gadong.core.domain.machine_state import State
from tests.oracle.ledger import with_ledger
from tests.oracle.world import Floor, Slot, Stay, Stretch

# The rule book's defaults (docs/booking.md).
JOIN_GAP = 10 * 60
EARLY_GRACE = 15 * 60
NO_SHOW_AFTER = 15 * 60
LONGEST_PRESENCE = 12 * 3600

#: Bookings that somebody answers for.
THEIRS = (
    BookingState.CONFIRMED,
    BookingState.CHECKED_IN,
    BookingState.IN_USE,
    BookingState.COMPLETED,
    BookingState.NO_SHOW,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """An activity, or the part of it that is one booking's: pieces of running time, and whose they
    were.

    They are a company's for a booking or for none, the centre's ("") or nobody's (None). `goes_on`
    says that the machine ran in the second before, as another booking's. `named` is the booking
    that a manager named; `since` is when the whole activity began. A ledger names what
    `is_written`.
    """

    pieces: tuple[tuple[int, int], ...]
    company: str | None
    slot: str | None
    goes_on: bool = False
    named: str | None = None
    since: int = 0
    is_written: bool = False

    @property
    def start(self) -> int:
        """Return its first second."""
        return self.pieces[0][0]

    @property
    def end(self) -> int:
        """Return the second after its last."""
        return self.pieces[-1][1]


def claimed(slot: Slot) -> tuple[int, int]:
    """Return the time that is the booking's own: until it was freed or given up; else none of
    it.
    """
    end = slot.end
    if slot.state is BookingState.CANCELLED:
        end = slot.start if slot.cancelled is None else slot.cancelled
    elif slot.state is BookingState.RELEASED:
        end = slot.start if slot.freed is None else slot.freed
    elif slot.state in THEIRS:
        end = slot.end if slot.freed is None else slot.freed
    else:
        end = slot.start
    return slot.start, max(slot.start, min(slot.end, end))


def as_it_stands(floor: Floor) -> Floor:
    """Return the machine without the check-ins of bookings that have no time of their own.

    Nor does anybody name a booking that the centre took back.
    """
    void = {s.name for s in floor.slots if claimed(s)[0] == claimed(s)[1]}
    back = {
        s.name
        for s in floor.slots
        if s.name in void
        and (
            s.state is BookingState.RELEASED
            or (s.state is BookingState.CANCELLED and s.cancelled is None)
        )
    }
    return replace(
        floor,
        stays=tuple(s for s in floor.stays if s.slot not in void),
        assignments=tuple(
            replace(a, slot=None) if a.slot in back else a for a in floor.assignments
        ),
        logged=tuple(replace(x, slot=None) if x.slot in back else x for x in floor.logged),
    )


@lru_cache(maxsize=16)
def usages(floor: Floor) -> tuple[Usage, ...]:
    """Return all running time of the machine with whose it was, in order of time."""
    floor = as_it_stands(with_ledger(floor))
    blocks: list[Usage] = []
    found: list[Usage] = []
    for piece in floor.stretches:
        if piece.state is not State.RUNNING or piece.entry is not None:
            continue
        last = blocks[-1] if blocks else None
        pieces = [(piece.start, piece.end)]
        if last is not None and _goes_on(floor, last, piece.start):
            company, slot, named = last.company, last.slot, last.named
            pieces = [*last.pieces, *pieces]
            blocks.pop()
        else:
            company, slot, named = _owner(floor, found, piece.start)
        blocks.append(
            Usage(pieces=tuple(pieces), company=company, slot=slot, named=named, since=pieces[0][0])
        )
        found = [part for block in blocks for part in _by_booking(floor, block)]
    written = [part for x in floor.stretches if x.entry is not None for part in _written(floor, x)]
    return tuple(sorted([*found, *written], key=lambda u: u.start))


def _written(floor: Floor, piece: Stretch) -> list[Usage]:
    """Return use that the ledger names: of whom its entry says, whatever ran before or after."""
    entry = floor.logged[piece.entry or 0]
    slot = _booking_of(floor, entry.company, entry.slot, piece.start) if entry.company else None
    whole = Usage(
        pieces=((piece.start, piece.end),),
        company=_for_whom(floor, entry.company, slot),
        slot=slot,
        named=entry.slot,
        since=piece.start,
        is_written=True,
    )
    return _by_booking(floor, whole)


def _goes_on(floor: Floor, last: Usage, start: int) -> bool:
    """Say whether running time that begins now is the activity before it, after a pause or a short
    rest.
    """
    rested = start - last.end
    paused = any(
        x.state is State.PAUSED and x.start <= last.end and start <= x.end for x in floor.stretches
    )
    if rested > JOIN_GAP and not paused:
        return False
    own = _firms(floor, last.company, last.slot)
    if any(last.end <= s.start <= start and s.company not in own for s in floor.stays):
        return False
    held = booked_at(floor, start)
    if not (held and held.firms & own):
        # In time that is not its own, an activity ends with a change of who is there.
        stay = present_at(floor, start)
        stranger = stay is not None and stay.company not in own
        if stay and stranger and held and stay.company in held.firms:
            return False
        arrivals = [
            s
            for s in floor.stays
            if s.company in own and s.start <= start and _is_of_its_people(floor, last, s)
        ]
        left = max(arrivals, key=lambda s: s.start).end if arrivals else None
        left_in_rest = left is not None and left >= last.end and not paused
        if left is not None and left <= start and (stranger or (held and left_in_rest)):
            return False
    # A job's word and the state's may lie a second apart.
    began = any(last.end < job <= start + 1 for job in floor.jobs)
    return not (began and held and not held.firms & own)


def _is_of_its_people(floor: Floor, activity: Usage, stay: Stay) -> bool:
    """Say whether somebody was there while an activity ran, or came for or in its booking."""
    if stay.end is None or activity.since < stay.end:
        return True
    slot = next((s for s in floor.slots if s.name == activity.slot), None)
    if slot is None:
        return False
    since, until = claimed(slot)
    return since < until and (stay.slot == slot.name or since <= stay.start < until)


def _by_booking(floor: Floor, block: Usage) -> list[Usage]:
    """Divide an activity where another booking of its own company begins: from there on it is that
    booking's.
    """
    firms = _firms(floor, block.company, block.slot)
    edges = [(block.start, block.slot)]
    for s in sorted(floor.slots, key=lambda s: s.start):
        begins = claimed(s)[1] > s.start and block.start < s.start < block.end
        if begins and s.name != block.slot and s.firms & firms:
            # The companies of the later booking are those that the next one is asked about.
            firms = s.firms
            edges.append((s.start, s.name))
    bookers = {s.name: s.company for s in floor.slots}
    ends = [e[0] for e in edges[1:]] + [block.end]
    found: list[Usage] = []
    for (since, slot), until in zip(edges, ends, strict=True):
        pieces = tuple(
            (max(a, since), min(b, until)) for a, b in block.pieces if max(a, since) < min(b, until)
        )
        if pieces:
            ran_across = all(any(a <= x < b for a, b in block.pieces) for x in (since - 1, since))
            goes_on = slot not in {block.slot, block.named} and ran_across
            found.append(
                Usage(
                    pieces=pieces,
                    company=block.company if slot == block.slot else bookers[slot or ""],
                    slot=slot,
                    goes_on=goes_on,
                    named=block.named,
                    since=block.since,
                    is_written=block.is_written,
                )
            )
    return found


def _owner(
    floor: Floor, before: list[Usage], start: int
) -> tuple[str | None, str | None, str | None]:
    """Return whose an activity is that begins at the second, of which booking, and the booking that
    was decided.
    """
    said = next((a for a in floor.assignments if a.start <= start < a.end), None)
    if said:
        slot = _booking_of(floor, said.company, said.slot, start) if said.company else None
        return _for_whom(floor, said.company, slot), slot, said.slot
    held = booked_at(floor, start)
    stay = present_at(floor, start)
    if stay and (
        held is None or stay.company in held.firms or not came(floor, before, held, start)
    ):
        own = _booking_of(floor, stay.company, stay.slot, start)
        return _for_whom(floor, stay.company, own), own, None
    if any(since <= start < until for since, until in floor.maintenance):
        return "", None, None
    if held:
        return held.company, held.name, None
    ahead = [s for s in floor.slots if claimed(s)[1] > s.start and s.start > start]
    following = min(ahead, key=lambda s: s.start, default=None)
    if following and following.start - start <= EARLY_GRACE:
        return following.company, following.name, None
    return None, None, None


def _booking_of(floor: Floor, company: str, said: str | None, start: int) -> str | None:
    """Return the booking of a company's activity: its own at the second, else the one said, else
    its next if near.
    """
    own = [s for s in floor.slots if company in s.firms and claimed(s)[1] > s.start]
    now = [s.name for s in own if s.start <= start < claimed(s)[1]]
    soon = [(s.start, s.name) for s in own if 0 < s.start - start <= EARLY_GRACE]
    if now:
        return now[0]
    return said or (min(soon)[1] if soon else None)


def _firms(floor: Floor, company: str | None, name: str | None) -> set[str]:
    """Return the companies that an activity counts as: those of its booking, if it is theirs."""
    slot = next((s for s in floor.slots if s.name == name and s.company == company), None)
    if slot and claimed(slot)[1] > slot.start:
        return slot.firms
    return {company} if company else set()


def _for_whom(floor: Floor, company: str, name: str | None) -> str:
    """Return the booker in the place of a company that has a part of the booking."""
    slot = next((s for s in floor.slots if s.name == name), None)
    return slot.company if slot and company in slot.firms else company


def booked_at(floor: Floor, second: int) -> Slot | None:
    """Return the booking whose own time the second is."""
    return next((s for s in floor.slots if claimed(s)[0] <= second < claimed(s)[1]), None)


def present_at(floor: Floor, second: int) -> Stay | None:
    """Return who was there: the last to check in, unless they had left.

    Who checks in for a booking and never out has left with its end; without a booking after twelve
    hours.
    """
    before = [s for s in floor.stays if s.start <= second]
    if not before:
        return None
    last = max(before, key=lambda s: s.start)
    until = last.start + LONGEST_PRESENCE
    for slot in floor.slots:
        if slot.name == last.slot and claimed(slot)[1] > slot.start:
            until = claimed(slot)[1]
    if last.end is not None:
        until = last.end
    return last if second < until else None


def came(floor: Floor, before: list[Usage], slot: Slot, second: int) -> bool:
    """Say whether anybody of the booking's companies ran the machine or checked in during it,
    before a second.
    """
    since, until = claimed(slot)
    ran = any(
        a < until and since < b for u in before if u.company in slot.firms for a, b in u.pieces
    )
    arrived = any(
        s.company in slot.firms
        and s.start <= second
        and (s.slot == slot.name or since <= s.start < until)
        for s in floor.stays
    )
    return ran or arrived
