"""The calendar of a centre's machines: when each is open, booked, closed, and ran."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from gadong.booking.domain.booking import Taken
from gadong.booking.domain.closure import Closure
from gadong.booking.domain.rules.limits import Rules
from gadong.booking.domain.seating import FreeSeats, free_over_time
from gadong.booking.services.rules.company_rule_book import book
from gadong.booking.store import bookings, closures
from gadong.core.database import END_OF_TIME, Pool, transaction
from gadong.core.domain.access import Caller
from gadong.core.domain.ids import CentreId, MachineId
from gadong.core.domain.period import Period, span, without
from gadong.core.domain.problem import Invalid, NotFound
from gadong.machines.domain.machine import Machine
from gadong.machines.store import machines
from gadong.metering.store import runs
from gadong.people.store import centres, people

# A month's view with the weeks at its edges.
LONGEST = timedelta(days=45)


@dataclass(frozen=True, slots=True, kw_only=True)
class AgendaRow:
    """One machine: when it can be booked, what of it is taken, when it is closed,
    and when it ran.
    """

    machine: Machine
    rules: Rules
    opened: Sequence[Period]
    closed: Sequence[Closure]
    taken: Sequence[Taken]
    ran: Sequence[Period]

    @property
    def free_seats(self) -> list[FreeSeats]:
        """Return how many seats of a room of several are free while any is held."""
        total = self.machine.seats
        if total == 1:
            return []
        held = [(t.held, t.seats if t.shares else total) for t in self.taken]
        return free_over_time(held, total=total)

    @property
    def free(self) -> list[Period]:
        """Return when it is open and not taken; a room of several seats while any is free."""
        full = [f.period for f in self.free_seats if f.free == 0]
        held = full if self.machine.seats > 1 else [t.held for t in self.taken]
        return without(self.opened, [*held, *(c.period for c in self.closed)])


def of_centre(
    pool: Pool,
    who: Caller,
    centre_id: CentreId,
    bounds: Period,
    *,
    kind: str | None,
    only: Collection[MachineId] | None = None,
    now: datetime,
) -> list[AgendaRow]:
    """Return a centre's machines over the bounds, in as many queries for fifty machines as for one.

    They are all of its machines, or `only` some, of the kind if one is named. Whose a booking is
    and what for is everybody's own: the caller shows it to those who may see.
    """
    permit = who.need_entry(centre_id)
    if bounds.length > LONGEST:
        raise Invalid("A calendar shows at most 45 days at once", field="end", limit=45)
    with transaction(pool, permit) as tx:
        centre = people.centre(tx, centre_id)
        if centre is None:
            raise NotFound
        shown = [
            m
            for m in machines.of_centres(tx, [centre_id])
            if kind in {None, m.kind} and (only is None or m.id in only)
        ]
        weeks = centres.weeks(tx, centre_id, recorded_before=END_OF_TIME)
        days_off = centres.days_off(tx, centre, bounds, recorded_before=END_OF_TIME)
        known = book(tx, centre_id, at=bounds.start)
        closed = closures.of_centre(tx, centre_id, bounds)
        taken: dict[MachineId, list[Taken]] = {}
        for one in bookings.of_centre(tx, centre_id, bounds):
            taken.setdefault(one.machine_id, []).append(one)
        ran = runs.running_of(tx, [m.id for m in shown], bounds)
    found: list[AgendaRow] = []
    # A hall's machines mostly keep the same hours: those are worked out once.
    opened: dict[object, list[Period]] = {}
    for machine in shown:
        its_rules = known.rules(machine, bounds.start)
        if its_rules.opens not in opened:
            opening = its_rules.opening(weeks, days_off)
            opened[its_rules.opens] = opening.periods(centre.zone, bounds)
        found.append(
            AgendaRow(
                machine=machine,
                rules=its_rules,
                opened=opened[its_rules.opens],
                closed=[c for c in closed if c.machine_id in {None, machine.id}],
                taken=taken.get(machine.id, []),
                ran=_merged(ran.get(machine.id, []), bounds, now),
            )
        )
    return found


def _merged(
    found: Sequence[tuple[datetime, datetime | None]], bounds: Period, now: datetime
) -> list[Period]:
    """Return the machine's running time up to now, with gaps under a minute closed."""
    drawn: list[Period] = []
    for start, end in found:
        part = span(max(start, bounds.start), min(end or now, bounds.end, now))
        if part and drawn and part.start - drawn[-1].end < timedelta(minutes=1):
            drawn[-1] = Period(drawn[-1].start, max(drawn[-1].end, part.end))
        elif part:
            drawn.append(part)
    return drawn
