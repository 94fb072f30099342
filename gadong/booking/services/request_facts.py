"""The facts that the rules look at for a booking request, read for one machine or for many."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import reduce

from gadong.booking.domain.booking_request import Facts, Wish
from gadong.booking.domain.closure import Closure
from gadong.booking.domain.rules.limits import Rules
from gadong.booking.domain.seating import SeatHold
from gadong.booking.services.equipment.stock import stock_for
from gadong.booking.services.rules.company_rule_book import Book, book
from gadong.booking.services.staff.roster import helpers_of, roster_for
from gadong.booking.store import applications, askers, closures, seat_holds
from gadong.core.database import END_OF_TIME, Tx, once
from gadong.core.domain.calendar import Month, Week
from gadong.core.domain.ids import BookingId, MachineId
from gadong.core.domain.period import Period, within
from gadong.machines.domain.machine import Machine
from gadong.machines.store import machines
from gadong.people.domain.centre import Centre
from gadong.people.store import centres, company_categories

# The longest row of days that a rule may count (`days_in_row`), and a day for its edge.
LONGEST_ROW = timedelta(days=32)


def facts_for(tx: Tx, known: Book, machine: Machine, wish: Wish, *, bounds: Period) -> Facts:
    """Return the facts that the rules need for a wish, as far around it as the bounds reach."""
    return facts_for_each(tx, known, [machine], wish, bounds=bounds)[machine.id]


def facts_for_each(
    tx: Tx, known: Book, wanted: Sequence[Machine], wish: Wish, *, bounds: Period | None = None
) -> dict[MachineId, Facts]:
    """Return the facts for each of several machines of one centre, in a few queries.

    Without bounds they suffice for the wish's own period, and for no other.
    """
    rules_of = {m.id: known.rules(m, wish.period.start) for m in wanted}
    if bounds is None:
        # The rules look at others' time no farther than the turn-round reaches.
        bounds = reduce(Period.hull, (r.held(wish.period) for r in rules_of.values()))
    itself = wish.moving or wish.offer
    hall = _hall(tx, known.centre, list(rules_of), bounds, without=itself)
    since = _since(known.centre, wish, rules_of.values(), bounds)
    alike = _alike(tx, known.centre, [(m.kind, rules_of[m.id]) for m in wanted])
    asked = askers.read(
        tx,
        known.centre.id,
        wanted,
        [wish],
        since=since,
        alike=alike,
        its_rules=rules_of.values(),
    )
    modes = [rules.mode(wish.usage_mode) for rules in rules_of.values()]
    staff = roster_for(tx, known.centre, modes, bounds, without=itself)
    stock = stock_for(tx, known.centre.id, rules_of, bounds, without=itself)
    since_month = Month.of(min(bounds.start, wish.period.start), known.centre.zone)
    applied_for = list(rules_of) if known.knows_applications else []
    rounds = applications.rounds_since(tx, applied_for, since=since_month)
    # A hall's machines mostly keep the same hours: those are worked out once.
    opened = {
        opens: hall.opened(its_rules, bounds)
        for opens, its_rules in {r.opens: r for r in rules_of.values()}.items()
    }
    return {
        m.id: asked.facts(
            m,
            wish,
            rules_of[m.id],
            zone=known.centre.zone,
            opened=opened[rules_of[m.id].opens],
            closed=[c.period for c in hall.closed if c.machine_id in {None, m.id}],
            held=hall.held.get(m.id, []),
            itself=itself,
            helpers=helpers_of(staff, m, rules_of[m.id].mode(wish.usage_mode), bounds),
            equipment=stock.needed(
                m.id, rules_of[m.id].mode(wish.usage_mode), bounds, chosen=wish.equipment
            ),
            rounds=rounds.get(m.id, ()),
            books_directly=m.id in rounds and known.books_directly(m, wish.period.start),
        )
        for m in wanted
    }


def facts_for_waiting(
    tx: Tx, machine: Machine, wishes: Sequence[Wish], bounds: Sequence[Period]
) -> list[Facts]:
    """Return the facts for each of the wishes on one machine, in as many queries for fifty as for
    one.
    """
    shared = book(tx, machine.centre_id, at=bounds[0].start)
    centre = shared.centre
    whole = Period(min(b.start for b in bounds), max(b.end for b in bounds))
    hall = _hall(tx, centre, [machine.id], whole, without=None, with_requests=True)
    said = company_categories.of_companies(
        tx, centre.id, {w.company_id for w in wishes}, recorded_before=END_OF_TIME
    )
    books: list[Book] = []
    for wish in wishes:
        day = wish.period.start.astimezone(centre.zone).date()
        tier = said[wish.company_id].on(day) if wish.company_id in said else None
        books.append(replace(shared, tier=tier))
    rules_of = [b.rules(machine, w.period.start) for b, w in zip(books, wishes, strict=True)]
    since = min(_since(centre, w, [r], whole) for w, r in zip(wishes, rules_of, strict=True))
    alike = _alike(tx, centre, [(machine.kind, rules) for rules in rules_of])
    asked = askers.read(
        tx, centre.id, [machine], wishes, since=since, alike=alike, its_rules=rules_of
    )
    modes = [rules.mode(wish.usage_mode) for rules, wish in zip(rules_of, wishes, strict=True)]
    staff = roster_for(tx, centre, modes, whole, without=None)
    stock = stock_for(tx, centre.id, [machine.id], whole, without=None)
    rounds = applications.rounds_since(
        tx,
        [machine.id] if shared.knows_applications else [],
        since=Month.of(whole.start, centre.zone),
    ).get(machine.id, [])
    opened = {r.opens: hall.opened(r, whole) for r in rules_of}
    closed = [c.period for c in hall.closed if c.machine_id in {None, machine.id}]
    return [
        asked.facts(
            machine,
            wish,
            its_rules,
            zone=centre.zone,
            opened=within(opened[its_rules.opens], around),
            closed=closed,
            held=hall.held.get(machine.id, []),
            itself=wish.offer,
            helpers=helpers_of(staff, machine, its_rules.mode(wish.usage_mode), around),
            equipment=stock.needed(
                machine.id, its_rules.mode(wish.usage_mode), around, chosen=wish.equipment
            ),
            rounds=rounds,
            books_directly=bool(rounds) and its_book.books_directly(machine, wish.period.start),
        )
        for wish, its_book, its_rules, around in zip(wishes, books, rules_of, bounds, strict=True)
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Hall:
    """A centre's hours, closures and held time, the same for every caller."""

    centre: Centre
    weeks: Sequence[Week]
    days_off: frozenset[date]
    closed: Sequence[Closure]
    held: Mapping[MachineId, Sequence[SeatHold]]

    def opened(self, its_rules: Rules, bounds: Period) -> list[Period]:
        return its_rules.opening(self.weeks, self.days_off).periods(self.centre.zone, bounds)


def _hall(
    tx: Tx,
    centre: Centre,
    wanted: Sequence[MachineId],
    bounds: Period,
    *,
    without: BookingId | None,
    with_requests: bool = False,
) -> _Hall:
    return _Hall(
        centre=centre,
        weeks=once(
            tx,
            ("weeks", centre.id),
            lambda: centres.weeks(tx, centre.id, recorded_before=END_OF_TIME),
        ),
        days_off=centres.days_off(tx, centre, bounds, recorded_before=END_OF_TIME),
        closed=closures.of_centre(tx, centre.id, bounds),
        held=seat_holds.held_of(tx, wanted, bounds, without=without, with_requests=with_requests),
    )


def _since(centre: Centre, wish: Wish, each: Iterable[Rules], bounds: Period) -> datetime:
    """Return how far back bookings count.

    Quotas count whole months, weeks and rows of days around every time in the bounds. Strikes count
    `strike` and `stop`.
    """
    earliest = min(wish.period.start, bounds.start)
    month = Month.of(earliest, centre.zone).period(centre.zone)
    back = [wish.period.start - r.strike - r.stop for r in each if r.strikes]
    return min([month.start - timedelta(days=7), earliest - LONGEST_ROW, *back])


def _alike(
    tx: Tx, centre: Centre, each: Iterable[tuple[str, Rules]]
) -> dict[str, dict[MachineId, str]]:
    """Return the machines of each kind whose quotas count the kind, with their slugs."""
    kinds = {kind for kind, its_rules in each if its_rules.quota_scope == "kind"}
    if not kinds:
        return {}
    hall = once(tx, ("hall", centre.id), lambda: machines.of_centres(tx, [centre.id]))
    return {kind: {m.id: m.slug for m in hall if m.kind == kind} for kind in kinds}
