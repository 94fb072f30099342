"""A machine's facts read through a growing window, as the ledger reads them from the database.

The worlds lie around the edges of that window.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise

from hypothesis import strategies as st

from gadong.billing.domain.rate_terms import Basis, NoShowFee, Overrun
from gadong.billing.services.statement_document import reckon
from gadong.billing.services.statement_inputs import Inputs
from gadong.booking.domain.reading_window import enough, held
from gadong.booking.services.machine_ledger import MARGIN, MachineFacts, derived
from gadong.core.domain.calendar import Month
from gadong.core.domain.machine_state import State
from gadong.core.domain.period import Period
from gadong.metering.domain.run import Run
from tests.oracle import engine
from tests.oracle.cases import MILL, at, world
from tests.oracle.floors import HOUR, maybe
from tests.oracle.world import Floor, Slot, Stay, Stretch, World

DAY = 24 * HOUR
#: The first second of December in Seoul, the edge around which things happen.
EDGE = at("2026-12-01T00:00")
MONTHS = (Month(2026, 11), Month(2026, 12))


def lines_by_reading(world: World) -> list[str]:
    """Return the lines of either month that differ by the facts of the window and by all."""
    found = []
    for month in MONTHS:
        then = replace(world, month=month)
        for firm in world.firms:
            inputs = engine.inputs_of(then, firm)
            through = tuple(read(facts, inputs.period) for facts in inputs.machines)
            whole, part = _lines(inputs), _lines(replace(inputs, machines=through))
            found += [
                f"{month} {firm.name} {key}: {part.get(key)} instead of {whole.get(key)}"
                for key in sorted(whole.keys() | part.keys())
                if whole.get(key) != part.get(key)
            ]
    return found


def _lines(inputs: Inputs) -> dict[str, int]:
    return {x.charge.key: x.charge.amount for x in reckon(inputs).document.lines}


def read(facts: MachineFacts, period: Period) -> MachineFacts:
    """Return the facts that the ledger reads for a period: it widens its window until it is wide
    enough (`booking.services.machine_ledger.open_ledger`).
    """
    bounds = period.widened(before=MARGIN, after=MARGIN)
    while True:
        seen = _inside(facts, bounds)
        ledger = derived(seen)
        edges = (period.start, period.end, bounds.start, bounds.end)
        wide = enough(
            bounds,
            period,
            ledger.runs,
            ledger.usages,
            ledger.sessions,
            limits=ledger.limits,
            margin=MARGIN,
            links=[*ledger.named, *held(ledger.witnesses), *_across(facts, edges)],
        )
        if wide == bounds:
            return seen
        bounds = wide


def _across(facts: MachineFacts, edges: tuple[datetime, ...]) -> list[Period]:
    return [
        Period(c.at, c.until)
        for c in facts.witnesses.check_ins
        if c.until and any(c.at < edge < c.until for edge in edges)
    ]


def _inside(facts: MachineFacts, bounds: Period) -> MachineFacts:
    """Return what a query of the bounds answers: of a later check-out it knows nothing."""
    known = facts.witnesses
    arrivals = bounds.widened(before=facts.limits.longest_presence, after=timedelta(0))
    return replace(
        facts,
        bounds=bounds,
        runs=tuple(
            replace(run, start=part.start, end=part.end, counted_seconds=_counted(run, bounds))
            for run in facts.runs
            if (part := run.clipped(bounds))
        ),
        witnesses=replace(
            known,
            bookings=[b for b in known.bookings if b.period.overlap(arrivals)],
            check_ins=[
                replace(c, until=c.until if c.until and c.until < arrivals.end else None)
                for c in known.check_ins
                if arrivals.contains(c.at)
            ],
        ),
    )


def _counted(run: Run, bounds: Period) -> int | None:
    """Return what a counter moved across a gap: nobody who stops in it has read that."""
    return run.counted_seconds if run.end and run.end < bounds.end else None


def _instants(draw: st.DrawFn) -> int:
    """Draw a second near an edge of the month, or of the window in which either month is read."""
    margin = int(MARGIN.total_seconds())
    edge = EDGE + int(maybe(draw, 0, -margin, margin, -margin - DAY // 2))
    unit = int(maybe(draw, HOUR, 60, DAY))
    return edge + draw(st.integers(-30, 30)) * unit


@st.composite
def long_worlds(draw: st.DrawFn) -> World:
    """Draw a machine's days around the edge: long bookings, long runs, late check-outs."""
    edges = sorted({_instants(draw) for _ in range(draw(st.integers(3, 7)))})
    slots = tuple(
        Slot(name=f"s{n}", company=draw(st.sampled_from("ABC")), start=start, end=end)
        for n, (start, end) in enumerate(pairwise(edges))
        if end - start >= 600 and maybe(draw, True, True, False)
    )
    near = {
        x + draw(st.integers(-20, 20)) * 60
        for s in slots
        for x in (s.start, s.end)
        if draw(st.booleans())
    }
    changes = sorted(near | {_instants(draw) for _ in range(draw(st.integers(1, 5)))})
    seen = (EDGE - 90 * DAY, *changes, EDGE + 90 * DAY)
    states = (
        State.IDLE,
        *(maybe(draw, State.RUNNING, State.IDLE, State.PAUSED, State.UNKNOWN) for _ in changes[1:]),
        State.IDLE,
    )
    stays = tuple(
        Stay(company=s.company, start=came, end=draw(_leaving(came, s.end)), slot=s.name)
        for s in slots
        if draw(st.booleans())
        for came in [s.start + draw(st.integers(-14, 30)) * 60]
    )
    heard = tuple(
        replace(x, counted=maybe(draw, x.end - x.start, (x.end - x.start) // 2, None))
        if x.state is State.UNKNOWN
        else x
        for x in _stretches(seen, states)
    )
    hall = Floor(machine="m", stretches=heard, slots=slots, stays=stays)
    item = replace(
        MILL,
        basis=maybe(draw, *Basis),
        no_show=NoShowFee(pct=Decimal(maybe(draw, 50, 0))),
        overrun=Overrun(grace_seconds=0, flat=maybe(draw, 0, 777)),
    )
    return world(item, hall)


@st.composite
def shift_worlds(draw: st.DrawFn) -> World:
    """Draw a machine that is booked in shifts, back to back for weeks around the edge, and used in
    each until shortly before the next.
    """
    chance = draw(st.randoms(use_true_random=False))
    shift, count = chance.choice([2, 4, 8]) * HOUR, chance.choice([40, 60, 90])
    first = EDGE - count // 2 * shift - chance.choice([0, HOUR, shift // 2])
    slots, stays, ran = [], [], []
    for n in range(count):
        start, end = first + n * shift, first + (n + 1) * shift
        slot = Slot(name=f"s{n}", company=chance.choice("ABC"), start=start, end=end)
        slots.append(slot)
        if chance.random() < 0.3:
            came = start + chance.randint(-14, 30) * 60
            left = chance.choice([None, end - 600, end, end + chance.randint(1, 30) * 60])
            stays.append(Stay(company=slot.company, start=came, end=left, slot=slot.name))
        since = start + chance.choice([0, 300, chance.randint(-5, 30) * 60])
        ran.append((since, end - chance.choice([0, 420, 600, chance.randint(0, 15) * 60])))
    edges = {x for part in ran for x in part}
    seen = sorted({EDGE - 90 * DAY, EDGE + 90 * DAY, *edges})
    rest = (*[State.IDLE] * 6, State.PAUSED)
    states = tuple(
        State.RUNNING
        if any(a <= at < b for a, b in ran)
        else chance.choice(rest if until - at < HOUR else [State.IDLE])
        for at, until in pairwise(seen)
    )
    hall = Floor(
        machine="m",
        stretches=_stretches(tuple(seen), states),
        slots=tuple(slots),
        stays=tuple(sorted(stays, key=lambda s: s.start)),
    )
    item = replace(
        MILL,
        basis=chance.choice(list(Basis)),
        no_show=NoShowFee(pct=Decimal(chance.choice([0, 50, 100]))),
        overrun=Overrun(grace_seconds=0, flat=chance.choice([0, 777])),
    )
    return world(item, hall)


def _leaving(came: int, end: int) -> st.SearchStrategy[int | None]:
    """Draw a check-out near the end of the booked time or days later, or none."""
    late = [-600, 0, 3 * HOUR, DAY, 3 * DAY, 6 * DAY]
    return st.sampled_from([None, *(max(came + 60, end + seconds) for seconds in late)])


def _stretches(seen: tuple[int, ...], states: tuple[State, ...]) -> tuple[Stretch, ...]:
    """Return the machine's states, each as long as it lasted."""
    found: list[Stretch] = []
    for (start, end), state in zip(pairwise(seen), states, strict=True):
        if found and found[-1].state is state:
            found[-1] = replace(found[-1], end=end)
        else:
            found.append(Stretch(start=start, end=end, state=state))
    return tuple(found)
