"""A wish held against the rule book: what is known, what stands in the way, and what would do instead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from gadong.booking.domain import availability, policy
from gadong.booking.domain.attribution import Limits
from gadong.booking.domain.booking_request import Choice, Facts, Wish
from gadong.booking.domain.limits import Rules, Window
from gadong.booking.domain.rulebook import Setting, Subject, in_force, limits, rules
from gadong.booking.store import bookings, closures, payment_standing, rulebook
from gadong.core.database import END_OF_TIME, Tx
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.calendar import Month, open_periods
from gadong.core.domain.ids import CentreId, CompanyId, MachineId
from gadong.core.domain.period import Period
from gadong.core.domain.problem import Forbidden, Invalid, NotFound, Problem, Refused, SlotTaken
from gadong.machines.domain.machine import Machine
from gadong.machines.store import machines
from gadong.people.domain.centre import Centre
from gadong.people.store import company_categories, people

# How far around a refused wish a free place is looked for.
AROUND = timedelta(days=7)
# No single booking is longer than this, whatever a machine's own rules say; it bounds every query.
LONGEST = timedelta(days=31)
# Other machines that are looked at when one is taken: a kind with more is a farm, where three answers are enough.
OTHERS_LOOKED_AT = 12
MOST_OFFERED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """A wish against the rules: the facts, all that stands in the way, and what would do instead."""

    facts: Facts
    problems: list[Problem]
    alternatives: list[Choice]


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """A centre's rule book as it is now, for one company: read once, asked for many machines."""

    centre: Centre
    settings: Sequence[Setting]
    tier: str | None = None

    def subject(self, machine: Machine) -> Subject:
        """The machine and the company's tier, as settings are looked up."""
        return Subject(centre_id=machine.centre_id, kind=machine.kind, machine_id=machine.id, tier=self.tier)

    def rules(self, machine: Machine, at: datetime) -> Rules:
        """The machine's rules for the company at the instant."""
        try:
            return rules(in_force(self.settings, self.subject(machine), at))
        except ValueError as trouble:
            # Settings are checked when they are made; a later release's defaults may still contradict old ones.
            raise Invalid(f"The rules of {machine.slug} contradict each other: {trouble}") from trouble

    def limits(self, machine: Machine, at: datetime) -> Limits:
        """The machine's limits of attribution at the instant; those are nobody's tier."""
        return limits(in_force(self.settings, replace(self.subject(machine), tier=None), at))


def book(tx: Tx, centre_id: CentreId, company_id: CompanyId | None = None, *, at: datetime) -> Book:
    """The centre's rule book, for a company's tier at the instant."""
    centre = people.centre(tx, centre_id)
    if centre is None:
        raise NotFound
    tier = None
    if company_id:
        day = at.astimezone(centre.zone).date()
        tier = company_categories.of_company(tx, centre_id, company_id, recorded_before=END_OF_TIME).on(day)
    known = rulebook.settings(tx, centre_id, recorded_before=END_OF_TIME)
    return Book(centre=centre, settings=known, tier=tier)


def weigh(
    tx: Tx,
    who: Caller,
    machine: Machine,
    wish: Wish,
    *,
    override: str,
    now: datetime,
    shared: Book | None = None,
) -> Weighed:
    """Every rule's answer to a wish, and where one says no, what would do instead."""
    known = shared or book(tx, machine.centre_id, wish.company_id, at=wish.period.start)
    facts = facts_for(tx, known, machine, wish, bounds=wish.period.widened(before=AROUND, after=AROUND))
    problems = policy.check(wish, facts, now=now)
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
        ends = [Choice(machine=machine.slug, period=longest)] if longest else []
        return Weighed(facts=facts, problems=problems, alternatives=ends)
    nearest = availability.alternatives(wish, facts, now=now, most=MOST_OFFERED)
    choices = [Choice(machine=machine.slug, period=period) for period in nearest]
    if not wish.moving:
        # The questions of another machine are asked by its own form.
        asked = borne | {"booking.unanswered", "booking.terms"}
        choices += _elsewhere(tx, known, machine, wish, asked, now=now)
    return Weighed(facts=facts, problems=problems, alternatives=choices)


def need_allowed(weighed: Weighed) -> Facts:
    """The facts, if every rule agrees; Refused with all that do not, and with what would do."""
    refuse(weighed.problems, weighed.alternatives)
    return weighed.facts


def refuse(problems: Sequence[Problem], alternatives: Sequence[Choice]) -> None:
    """Raise what the problems amount to: SlotTaken where another's place is all that stands in the way."""
    if problems:
        kind = SlotTaken if {p.code for p in problems} == {"booking.taken"} else Refused
        raise kind(problems, alternatives)


def need_bounded(period: Period) -> None:
    """Raise Invalid for a period longer than any booking."""
    if period.length > LONGEST:
        raise Invalid("No booking is longer than 31 days", field="end", limit=31)


def facts_for(tx: Tx, known: Book, machine: Machine, wish: Wish, *, bounds: Period) -> Facts:
    """What the rules look at for a wish, as far around it as the bounds reach."""
    return facts_for_each(tx, known, [machine], wish, bounds=bounds)[machine.id]


def facts_for_each(
    tx: Tx, known: Book, wanted: Sequence[Machine], wish: Wish, *, bounds: Period
) -> dict[MachineId, Facts]:
    """The same for the wish on each of several machines of one centre, in a handful of queries for all."""
    centre = known.centre
    hours = people.hours(tx, centre.id)
    rules_of = {m.id: known.rules(m, wish.period.start) for m in wanted}
    # Quotas count whole weeks and months, strikes what lies `strike` and `stop` back.
    month = Month.of(wish.period.start, centre.zone).period(centre.zone)
    back = [wish.period.start - r.strike - r.stop for r in rules_of.values() if r.strikes]
    since = min([month.start - timedelta(days=7), bounds.start - timedelta(days=7), *back])
    itself = wish.moving or wish.offer
    counted = bookings.counted(
        tx, centre.id, list(rules_of), company_id=wish.company_id, person_id=wish.person_id, since=since
    )
    closed = closures.closures_of(tx, centre.id, bounds)
    held = bookings.held_of(tx, list(rules_of), bounds, without=itself)
    trained = {
        kind: closures.qualifications(tx, centre.id, wish.person_id, kind=kind)
        for kind in {m.kind for m in wanted}
    }
    accepted = rulebook.accepted(tx, centre.id, wish.person_id)
    stopped = rulebook.stopped_until(tx, centre.id, company_id=wish.company_id, person_id=wish.person_id)
    due = payment_standing.oldest_due(tx, centre.id, wish.company_id)
    counts = [c for c in counted if c.id != itself]
    # Of a hall's machines each sees the others' bookings alike: they are made once, not once a machine.
    elsewhere = {
        free: [c.on(None, free) for c in counts] for free in {r.free_cancellation for r in rules_of.values()}
    }
    opened: dict[tuple[Window, ...] | None, list[Period]] = {}
    for own in {r.opening_hours for r in rules_of.values()}:
        week = hours if own is None else [h for window in own for h in window.hours]
        opened[own] = open_periods(week, [], centre.zone, bounds)
    return {
        m.id: Facts(
            rules=(found := rules_of[m.id]),
            zone=centre.zone,
            opened=opened[found.opening_hours],
            closed=[c.period for c in closed if c.machine_id in {None, m.id}],
            held=held.get(m.id, []),
            counted=[
                c.on(m.id, found.free_cancellation) if c.machine_id == m.id else other
                for c, other in zip(counts, elsewhere[found.free_cancellation], strict=True)
            ],
            qualifications=trained[m.kind],
            accepted=accepted,
            stopped_until=stopped,
            unpaid_since=due,
            is_retired=m.retired_at is not None,
        )
        for m in wanted
    }


def _elsewhere(
    tx: Tx, known: Book, machine: Machine, wish: Wish, borne: frozenset[str], *, now: datetime
) -> list[Choice]:
    """Return other machines of the kind where nothing stands in the way but the borne codes."""
    found: list[Choice] = []
    others = [m for m in machines.of_centres(tx, [machine.centre_id]) if m.kind == machine.kind]
    others = [m for m in others if m.id != machine.id][:OTHERS_LOOKED_AT]
    if not others:
        return []
    bounds = wish.period.widened(before=AROUND, after=AROUND)
    each = facts_for_each(tx, known, others, wish, bounds=bounds)
    for other in others:
        problems = policy.check(replace(wish, machine_id=other.id), each[other.id], now=now)
        if all(p.code in borne for p in problems):
            found.append(Choice(machine=other.slug, period=wish.period))
            if len(found) == MOST_OFFERED:
                break
    return found
