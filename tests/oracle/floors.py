"""Machines by Hypothesis: bookings, what ran for them, who came, and what a counter and a manager
say.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

from hypothesis import strategies as st

from gadong.booking.domain.booking import BookingState
from gadong.core.domain.charge_component import Component
from gadong.core.domain.machine_state import State
from gadong.core.domain.usage_mode import UsageMode
from gadong.machines.domain.observation import Observed
from tests.oracle.world import Assignment, Floor, Logged, Slot, Stay, Stretch, Word

MINUTE, HOUR, DAY = 60, 3600, 86400
COMPANIES = "ABCD"
#: Around the graces and blocks of the rule book and the tariffs, to the second.
ODD = (0, 1, -1, 59, 60, 61, 600, 601, 599, 900, 901, 899, 120, 119, 121)


def maybe(draw: st.DrawFn, *values: Any) -> Any:
    """Draw one of the values, of which the first is the simplest."""
    return draw(st.sampled_from(values))


@st.composite
def floors(draw: st.DrawFn, machine: str, midnight: int) -> Floor:
    """Draw a machine with bookings, check-ins and what it did."""
    slots: list[Slot] = []
    at = midnight + maybe(draw, 10, -3, -1, 0, 8, 22, -26) * HOUR
    for index in range(maybe(draw, 1, 2, 2, 3, 3, 0)):
        at += maybe(draw, 0, 0, 1, 2) * HOUR
        end = at + maybe(draw, 2, 1, 3, 5) * HOUR
        slots.append(_slot(draw, f"{machine}{index + 1}", at, end))
        at = end
    first = slots[0].start if slots else at
    parts: list[tuple[int, int, State]] = []
    for slot in slots:
        parts += _use(draw, slot)
    for _ in range(draw(st.integers(0, 2))):
        start = first + draw(st.integers(-120, 600)) * MINUTE + maybe(draw, 0, *ODD)
        length = maybe(draw, 20 * MINUTE, 2 * MINUTE, 45 * MINUTE, 90 * MINUTE, 10 * HOUR)
        state = maybe(
            draw, State.RUNNING, State.FAULT, State.UNKNOWN, State.PAUSED, State.SETUP, State.OFF
        )
        parts.append((start, start + length + maybe(draw, 0, *ODD), state))
    stays = tuple(_stay(draw, slots, first) for _ in range(draw(st.integers(0, 3))))
    if maybe(draw, *[False] * 7, True):
        return _room(draw, machine, midnight, slots, stays)
    upkeep: tuple[tuple[int, int], ...] = ()
    if maybe(draw, False, False, False, True):
        begun = first + draw(st.integers(-2, 8)) * 30 * MINUTE
        upkeep = ((begun, begun + maybe(draw, 30, 60, 7) * MINUTE),)
    seen = (midnight - 3 * DAY, midnight + 4 * DAY)
    assignments = tuple(
        _assignment(draw, slots) for _ in range(maybe(draw, 0, 0, 0, 1, 2) if slots else 0)
    )
    observed = maybe(
        draw, *[Observed.SIGNAL] * 4, Observed.LEDGER, Observed.LEDGER, Observed.NEITHER
    )
    changes = _changes(draw, slots, first, observed)
    logged: tuple[Logged, ...] = ()
    if changes:
        logged = _logged(draw, slots, parts)
        # Mostly nothing is heard while no signals observe it.
        edges = [seen[0], *(at for at, _ in changes), seen[1]]
        ways = [observed, *(way for _, way in changes)]
        for (since, until), way in zip(pairwise(edges), ways, strict=True):
            if way is not Observed.SIGNAL and maybe(draw, True, False):
                parts.append((since, until, State.UNKNOWN))
    elif observed is not Observed.SIGNAL:
        logged = _logged(draw, slots, parts)
        # Mostly nothing is heard of such a machine; seldom there is a ledger beside its signals.
        parts = maybe(draw, [(*seen, State.UNKNOWN)], [(*seen, State.UNKNOWN)], parts)
    return Floor(
        machine=machine,
        logged=logged,
        observed=observed,
        changes=changes,
        stretches=tuple(_counted(draw, x) for x in _painted(seen, parts)),
        slots=tuple(slots),
        stays=tuple(sorted(stays, key=lambda s: (s.start, s.company))),
        maintenance=upkeep,
        words=tuple(
            _word(draw, maybe(draw, *slots)) for _ in range(maybe(draw, 0, 0, 1, 2) if slots else 0)
        ),
        jobs=tuple(sorted(_job(draw, parts) for _ in range(maybe(draw, 0, 0, 2) if parts else 0))),
        assignments=assignments,
    )


def _room(
    draw: st.DrawFn, machine: str, midnight: int, slots: list[Slot], stays: tuple[Stay, ...]
) -> Floor:
    """Draw a room that nothing observes, in which some of the bookings stand beside each other."""
    beside = tuple(
        replace(s, start=s.start - early, end=s.end - early, shares=True)
        if (early := maybe(draw, 0, HOUR, 30 * MINUTE))
        else replace(s, shares=draw(st.booleans()))
        for s in slots
    )
    return Floor(
        machine=machine,
        observed=Observed.NEITHER,
        stretches=(Stretch(start=midnight - 3 * DAY, end=midnight + 4 * DAY, state=State.UNKNOWN),),
        slots=beside,
        stays=tuple(
            sorted((s for s in stays if s.slot is not None), key=lambda s: (s.start, s.company))
        ),
        words=tuple(
            _word(draw, maybe(draw, *slots)) for _ in range(maybe(draw, 0, 0, 1, 2) if slots else 0)
        ),
    )


def _changes(
    draw: st.DrawFn, slots: list[Slot], first: int, observed: Observed
) -> tuple[tuple[int, Observed], ...]:
    """Draw when the machine came to be observed otherwise: mostly never, else around a booking."""
    found: list[tuple[int, Observed]] = []
    for _ in range(maybe(draw, 0, 0, 0, 1, 2, 3)):
        edge = maybe(draw, *(x for s in slots for x in (s.start, s.end))) if slots else first
        at = edge + draw(st.integers(-90, 120)) * MINUTE + maybe(draw, 0, *ODD)
        last = found[-1] if found else (0, observed)
        way = maybe(draw, *(w for w in Observed if w is not last[1]))
        found.append((max(at, last[0] + MINUTE), way))
    return tuple(found)


def _logged(
    draw: st.DrawFn, slots: list[Slot], parts: list[tuple[int, int, State]]
) -> tuple[Logged, ...]:
    """Draw what people wrote down of what ran: of one company each, for a booking of it or for
    none.
    """
    found: list[Logged] = []
    for start, end, state in sorted(parts):
        begun = max(start, found[-1].end) if found else start
        if state is not State.RUNNING or begun >= end:
            continue
        during = [s for s in slots if s.start < end and begun < s.end]
        slot = maybe(draw, *during, None) if during else None
        company = (
            maybe(draw, slot.company, *sorted(slot.firms - {slot.company}))
            if slot
            else maybe(draw, *COMPANIES[:3], "")
        )
        named = maybe(draw, None, slot.name) if slot else None
        found.append(Logged(start=begun, end=end, company=company, slot=named))
    return tuple(found)


def _assignment(draw: st.DrawFn, slots: list[Slot]) -> Assignment:
    """Draw a decision about what begins around the start of a booking, with a booking of the
    company or without.
    """
    edge = maybe(draw, *slots).start
    start = edge + maybe(draw, -15, -20, 0, -125, -1) * MINUTE + maybe(draw, 0, 1, -1)
    company = maybe(draw, *COMPANIES, "")
    own = [s.name for s in slots if company in s.firms]
    length = maybe(draw, 15, 30, 1, 180) * MINUTE
    return Assignment(
        start=start, end=start + length, company=company, slot=maybe(draw, None, *own)
    )


def _counted(draw: st.DrawFn, stretch: Stretch) -> Stretch:
    """Draw a counter's word on unknown time: none, or any part of it."""
    if stretch.state is not State.UNKNOWN:
        return stretch
    length = stretch.end - stretch.start
    return replace(stretch, counted=maybe(draw, None, length, length // 2, 1, length - 1, 0))


def _word(draw: st.DrawFn, slot: Slot) -> Word:
    """Draw a manager's word on a booking."""
    what = maybe(draw, "seconds", "waive", "mode")
    if what == "seconds":
        length = slot.end - slot.start
        return Word(
            slot=slot.name,
            seconds=maybe(draw, 0, 1, HOUR, length, length - 1, length + 1, 3 * length),
        )
    if what == "mode":
        return Word(
            slot=slot.name,
            mode=maybe(draw, UsageMode.COMMISSIONED, UsageMode.SELF, UsageMode.ASSISTED),
        )
    component = maybe(
        draw,
        None,
        Component.TIME,
        Component.SURCHARGE,
        Component.OVERRUN,
        Component.BASE_FEE,
        Component.MINIMUM,
        Component.NO_SHOW,
    )
    return Word(slot=slot.name, is_waived=True, component=component)


def _job(draw: st.DrawFn, parts: list[tuple[int, int, State]]) -> int:
    """Draw when a job began: about when the machine began to do something."""
    start, _, _ = maybe(draw, *parts)
    found: int = start + maybe(draw, 0, -1, 1, -2, -60)
    return found


def _slot(draw: st.DrawFn, name: str, start: int, end: int) -> Slot:
    """Draw a booking: mostly one that holds; else given up before or in its time, freed early,
    missed, or taken back.
    """
    half = (start + end) // 2
    state, cancelled, freed = maybe(
        draw,
        *[(BookingState.CONFIRMED, None, None)] * 8,
        (BookingState.COMPLETED, None, half),
        (BookingState.CANCELLED, start - HOUR, None),
        (BookingState.CANCELLED, start - maybe(draw, 24 * HOUR, 24 * HOUR - 1, 48 * HOUR, 0), None),
        (BookingState.CANCELLED, half, None),
        (BookingState.NO_SHOW, None, start + 15 * MINUTE),
        (BookingState.RELEASED, None, None),
        (BookingState.RELEASED, None, end),
        (BookingState.CANCELLED, None, None),
    )
    company = maybe(draw, *COMPANIES[:3])
    return Slot(
        name=name,
        company=company,
        parts=_parts(draw, company),
        seats=maybe(draw, 1, 1, 2, 5, 200),
        start=start,
        end=end,
        state=state,
        mode=maybe(draw, *[UsageMode.SELF] * 4, UsageMode.COMMISSIONED),
        cancelled=cancelled,
        freed=freed,
    )


def _parts(draw: st.DrawFn, booker: str) -> tuple[tuple[str, int], ...]:
    """Draw the parts of a booking's cost: seldom there are any."""
    others = [name for name in COMPANIES if name != booker]
    count = maybe(draw, 0, 0, 0, 1, 2)
    if not count:
        return ()
    named = [booker, *draw(st.permutations(others))[:count]]
    return tuple((name, maybe(draw, 1, 1, 2, 3, 7, 999, 1000)) for name in named)


def _use(draw: st.DrawFn, slot: Slot) -> list[tuple[int, int, State]]:
    """Draw what ran for a booking: all of it, nothing, from late or early on, past its end, in two
    parts.
    """
    how = maybe(draw, "whole", "odd", "odd", "odd", "parts", "parts", "nothing", "over", "over")
    if how == "nothing":
        return []
    if how == "whole":
        return [(slot.start, slot.end, State.RUNNING)]
    if how == "over":
        return _over_the_end(draw, slot)
    late = maybe(draw, 0, *ODD, 20 * MINUTE, -20 * MINUTE)
    over = maybe(draw, 0, *ODD, 25 * MINUTE, 125 * MINUTE, -40 * MINUTE, 6 * HOUR)
    start, end = slot.start + late, slot.end + over
    if how == "odd":
        return [(start, end, State.RUNNING)]
    middle = (slot.start + slot.end) // 2
    pause = maybe(draw, 5, 10, 11, 30) * MINUTE + maybe(draw, 0, 1, -1)
    return [
        (start, middle, State.RUNNING),
        (middle + pause, max(end, middle + pause + 60), State.RUNNING),
    ]


def _over_the_end(draw: st.DrawFn, slot: Slot) -> list[tuple[int, int, State]]:
    """Draw a run up to about a booking's end, a rest that may be unknown, and a run that begins
    about that end.
    """
    until = slot.end - maybe(draw, 2 * MINUTE, 0, 1, 5 * MINUTE, 12 * MINUTE)
    again = slot.end + maybe(draw, MINUTE, 0, 1, -1, 5 * MINUTE, 10 * MINUTE, 20 * MINUTE)
    again = max(again, until + 1)
    length = maybe(draw, 4 * MINUTE, 10 * MINUTE, 15 * MINUTE, 40 * MINUTE) + maybe(
        draw, 0, *ODD[:3]
    )
    between = maybe(draw, State.IDLE, State.UNKNOWN, State.UNKNOWN, State.PAUSED)
    return [
        (slot.start, until, State.RUNNING),
        (until, again, between),
        (again, again + length, State.RUNNING),
    ]


def _stay(draw: st.DrawFn, slots: list[Slot], first: int) -> Stay:
    """Draw a check-in, for a booking of theirs or for none."""
    slot = maybe(draw, *slots, None) if slots else None
    if slot and slot.state is BookingState.CONFIRMED:
        start = slot.start + maybe(draw, 0, -14, 10, 30, -15, 16) * MINUTE + maybe(draw, 0, 1, -1)
        stays_until = maybe(
            draw, None, slot.end, slot.end + 20 * MINUTE, start + 30 * MINUTE, slot.end + 2 * HOUR
        )
        if stays_until is not None and stays_until <= start:
            stays_until = None
        company = maybe(draw, slot.company, *sorted(slot.firms - {slot.company}))
        return Stay(company=company, start=start, end=stays_until, slot=slot.name)
    start = first + draw(st.integers(-60, 400)) * MINUTE
    end = maybe(draw, None, start + HOUR)
    return Stay(company=maybe(draw, *COMPANIES[:4]), start=start, end=end)


def _painted(seen: tuple[int, int], parts: list[tuple[int, int, State]]) -> tuple[Stretch, ...]:
    """Return idle time with the parts painted over it, a later one over an earlier."""
    edges = sorted({*seen, *(x for a, b, _ in parts for x in (a, b) if seen[0] < x < seen[1])})
    result: list[Stretch] = []
    for start, end in pairwise(edges):
        state = State.IDLE
        for a, b, painted in parts:
            if a <= start < b:
                state = painted
        if result and result[-1].state is state:
            result[-1] = Stretch(start=result[-1].start, end=end, state=state)
        else:
            result.append(Stretch(start=start, end=end, state=state))
    return tuple(result)
