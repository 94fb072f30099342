"""The evaluation of a booking request: the facts, the problems, and the alternatives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from gadong.booking.domain import availability
from gadong.booking.domain.booking_request import Facts, FreeSlot, Wish
from gadong.booking.domain.rules import policy
from gadong.booking.services import qualifications
from gadong.booking.services.request_facts import facts_for, facts_for_each
from gadong.booking.services.rules.company_rule_book import Book, book
from gadong.booking.store import rulebook
from gadong.core.database import Tx
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.problem import Forbidden, Problem, Refused, SlotTaken
from gadong.machines.domain.machine import Machine
from gadong.machines.store import machines

# The reach around a refused wish in which a free place is searched.
AROUND = timedelta(days=7)
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
    each = facts_for_each(tx, known, others, wish)
    for other in others:
        named = {slug for need in each[other.id].equipment for slug in need.slugs}
        its_wish = replace(wish, machine_id=other.id)
        if named.issuperset(wish.equipment) and availability.is_allowed(
            its_wish, each[other.id], borne, now
        ):
            found.append(FreeSlot(machine_id=other.id, machine=other.slug, period=wish.period))
            if len(found) == MOST_OFFERED:
                break
    return found
