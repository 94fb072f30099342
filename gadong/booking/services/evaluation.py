"""The evaluation of a booking request: the facts, the problems, and the alternatives."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from gadong.booking.domain import availability
from gadong.booking.domain.booking_request import Facts, FreeSlot, Wish
from gadong.booking.domain.closure import Closure
from gadong.booking.domain.rules import policy
from gadong.booking.domain.rules.limits import Rules
from gadong.booking.domain.seating import SeatHold
from gadong.booking.services import qualifications
from gadong.booking.services.equipment.stock import stock_for
from gadong.booking.services.rules.company_rule_book import Book, book
from gadong.booking.services.staff.roster import helpers_of, roster_for
from gadong.booking.store import applications, askers, closures, rulebook, seat_holds
from gadong.core.database import END_OF_TIME, Tx, once
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.calendar import Month, Week
from gadong.core.domain.ids import BookingId, MachineId
from gadong.core.domain.period import Period, within
from gadong.core.domain.problem import Forbidden, Problem, Refused, SlotTaken
from gadong.machines.domain.machine import Machine
from gadong.machines.store import machines
from gadong.people.domain.centre import Centre
from gadong.people.store import centres, company_categories

# The reach around a refused wish in which a free place is searched.
AROUND = timedelta(days=7)
# The longest row of days that a rule may count (`days_in_row`), and a day for its edge.
LONGEST_ROW = timedelta(days=32)
# Other machines that are looked at when one is taken: a kind with more is a farm, where three
# answers are enough.
OTHERS_LOOKED_AT = 12
MOST_OFFERED = 3
# A person waits this long for others' acts on a machine, which is less than the pool waits for a
# connection.
PATIENCE = timedelta(seconds=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """An evaluated booking request: the facts, all problems, and the alternatives."""

    facts: Facts
    problems: list[Problem]
    alternatives: list[FreeSlot]


def weigh(
    tx: Tx,
    who: Caller,
    machine: Machine,
    wish: Wish,
    *,
    override: str,
    now: datetime,
    shared: Book | None = None,
    is_binding: bool = True,
) -> Weighed:
    """Evaluate every rule on a request; if one refuses, add alternatives.

    What is not binding, such as a quote, locks no quota.
    """
    known = shared or book(tx, machine.centre_id, wish.company_id, at=wish.period.start)
    if is_binding and known.rules(machine, wish.period.start).quota_scope == "kind":
        # The machine's lock alone would let two requests on two machines pass one quota.
        rulebook.lock_kinds(tx, machine.centre_id, {machine.kind})
    facts = facts_for(
        tx, known, machine, wish, bounds=wish.period.widened(before=AROUND, after=AROUND)
    )
    problems = _named(tx, machine, policy.check(wish, facts, now=now))
    if override:
        if not who.may(machine.centre_id, Right.DESK_WORK):
            raise Forbidden("Only a manager passes a rule, and says why")
        problems = [p for p in problems if p.overridable_by != "manager"]
    borne = policy.form_codes(wish, facts, now=now)
    if all(p.code in borne for p in problems):
        # Another time mends nothing that the request's form lacks.
        return Weighed(facts=facts, problems=problems, alternatives=[])
    if wish.is_extension and wish.was:
        longest = availability.longest_extension(wish, facts, now=now)
        ends = [longest] if longest else []
        slots = [FreeSlot(machine_id=machine.id, machine=machine.slug, period=p) for p in ends]
        return Weighed(facts=facts, problems=problems, alternatives=slots)
    nearest = availability.alternatives(wish, facts, now=now, most=MOST_OFFERED)
    choices = [
        FreeSlot(machine_id=machine.id, machine=machine.slug, period=period) for period in nearest
    ]
    if not wish.moving:
        # The questions of another machine are asked by its own form.
        asked = borne | {"booking.unanswered", "booking.terms"}
        choices += _elsewhere(tx, known, machine, wish, asked, now=now)
    return Weighed(facts=facts, problems=problems, alternatives=choices)


def lock_kinds(tx: Tx, hall: Sequence[Machine], *, now: datetime) -> None:
    """Lock every kind whose quotas an act on the machines of one centre may count.

    `weigh` locks one kind at a time; two acts that name two kinds in two orders would deadlock.
    """
    known = book(tx, hall[0].centre_id, at=now)
    rulebook.lock_kinds(tx, known.centre.id, {m.kind for m in hall if known.may_count_kind(m)})


def _named(tx: Tx, machine: Machine, problems: list[Problem]) -> list[Problem]:
    """Give the problems the names of what they call by its code: machines and trainings."""
    problems = qualifications.named(tx, machine.centre_id, problems)
    if all(p.code != "booking.linked" for p in problems):
        return problems
    hall = {m.slug: (m.name_ko, m.name_en) for m in machines.of_centres(tx, [machine.centre_id])}
    return [p.saying(names=hall) if p.code == "booking.linked" else p for p in problems]


def instead(
    tx: Tx, known: Book, machine: Machine, wish: Wish, *, most: int = MOST_OFFERED, now: datetime
) -> list[FreeSlot]:
    """Return alternatives to a booking: the same time on sister machines, then other times.

    `wish.moving` is the booking, whose own place counts as given up.
    """
    facts = facts_for(
        tx, known, machine, wish, bounds=wish.period.widened(before=AROUND, after=AROUND)
    )
    borne = policy.form_codes(wish, facts, now=now) | {"booking.unanswered", "booking.terms"}
    nearest = availability.alternatives(wish, facts, now=now, most=most)
    return [
        *_elsewhere(tx, known, machine, wish, borne, now=now),
        *(
            FreeSlot(machine_id=machine.id, machine=machine.slug, period=period)
            for period in nearest
        ),
    ]


def need_allowed(weighed: Weighed) -> Facts:
    """Return the facts if every rule agrees; Refused with problems and alternatives."""
    refuse(weighed.problems, weighed.alternatives)
    return weighed.facts


def refuse(problems: Sequence[Problem], alternatives: Sequence[FreeSlot]) -> None:
    """Raise Refused with the problems; SlotTaken if another's booking is the only one."""
    if problems:
        kind = SlotTaken if {p.code for p in problems} == {"booking.taken"} else Refused
        raise kind(problems, alternatives)


def facts_for(tx: Tx, known: Book, machine: Machine, wish: Wish, *, bounds: Period) -> Facts:
    """Return the facts that the rules need for a wish, as far around it as the bounds reach."""
    return facts_for_each(tx, known, [machine], wish, bounds=bounds)[machine.id]


def facts_for_each(
    tx: Tx, known: Book, wanted: Sequence[Machine], wish: Wish, *, bounds: Period
) -> dict[MachineId, Facts]:
    """Return the facts for each of several machines of one centre, in a few queries."""
    rules_of = {m.id: known.rules(m, wish.period.start) for m in wanted}
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


def _elsewhere(
    tx: Tx, known: Book, machine: Machine, wish: Wish, borne: frozenset[str], *, now: datetime
) -> list[FreeSlot]:
    """Return other machines of the kind and abilities with no problems but the accepted codes.

    A machine that does not use the chosen equipment is none of them.
    """
    found: list[FreeSlot] = []
    others = [m for m in machines.of_centres(tx, [machine.centre_id]) if m.kind == machine.kind]
    able = machines.abilities(tx, [machine.centre_id])
    others = [m for m in others if m.id != machine.id and able[m.id].serve(able[machine.id])]
    others = [m for m in others if m.seats >= wish.seats][:OTHERS_LOOKED_AT]
    if not others:
        return []
    bounds = wish.period.widened(before=AROUND, after=AROUND)
    each = facts_for_each(tx, known, others, wish, bounds=bounds)
    for other in others:
        named = {slug for need in each[other.id].equipment for slug in need.slugs}
        problems = policy.check(replace(wish, machine_id=other.id), each[other.id], now=now)
        if named.issuperset(wish.equipment) and all(p.code in borne for p in problems):
            found.append(FreeSlot(machine_id=other.id, machine=other.slug, period=wish.period))
            if len(found) == MOST_OFFERED:
                break
    return found
