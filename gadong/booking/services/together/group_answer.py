"""The answer to one request for several machines: the problems of each, and times that suit all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from gadong.booking.domain import availability
from gadong.booking.domain.booking import Booking
from gadong.booking.domain.booking_request import FreeSlot, Wish, wish_again
from gadong.booking.domain.rules import policy
from gadong.booking.domain.together.reach import group_of
from gadong.booking.services.evaluation import AROUND, MOST_OFFERED, Weighed, instead
from gadong.booking.services.request_facts import facts_for
from gadong.booking.services.rules.company_rule_book import book
from gadong.booking.store import bookings
from gadong.core.database import Tx
from gadong.core.domain.period import Period
from gadong.core.domain.problem import Problem
from gadong.machines.domain.machine import Machine, of_machine
from gadong.machines.store import machines

# Times that are tried on all machines of a group, of those that would do on one.
MOST_CANDIDATES = 24


def alternatives_for_all(
    weighed: Sequence[tuple[Machine, Wish, Weighed]], *, now: datetime
) -> list[FreeSlot]:
    """Return the alternatives; for several machines the times that suit all of them."""
    if len(weighed) == 1:
        return weighed[0][2].alternatives
    wished = weighed[0][1].period
    candidates = {
        period
        for _, wish, answer in weighed
        for period in availability.alternatives(wish, answer.facts, now=now, most=MOST_CANDIDATES)
    }
    found: list[Period] = []
    for period in sorted(candidates, key=lambda p: (abs(p.start - wished.start), p.start)):
        would_do = all(
            {p.code for p in policy.check(replace(wish, period=period), answer.facts, now=now)}
            <= policy.form_codes(wish, answer.facts, now=now)
            for _, wish, answer in weighed
        )
        if would_do and not any(period.overlap(other) for other in found):
            found.append(period)
            if len(found) == MOST_OFFERED:
                break
    return [
        FreeSlot(machine_id=machine.id, machine=machine.slug, period=period)
        for period in found
        for machine, _, _ in weighed
    ]


def instead_of(tx: Tx, machine: Machine, booking: Booking, *, now: datetime) -> list[FreeSlot]:
    """Return alternatives to a booking that lost its time: sister machines first, then other times.

    Another time of one machine of a group does on all its machines. A sister takes a part of a
    group that stands, whose other machines keep their time.
    """
    known = book(tx, booking.centre_id, booking.company_id, at=booking.period.start)
    made = bookings.joined(tx, booking.joined) if booking.joined else []
    others = [
        (other, _wish_again(other, b))
        for b in group_of(booking, made)
        if b.id != booking.id and b.state is booking.state
        if (other := machines.by_id(tx, b.machine_id))
    ]
    most = MOST_CANDIDATES if others else MOST_OFFERED
    found = instead(tx, known, machine, _wish_again(machine, booking), most=most, now=now)
    if not others:
        return found
    around = booking.period.widened(before=AROUND, after=AROUND)
    beside = [(w, facts_for(tx, known, other, w, bounds=around)) for other, w in others]

    def does_on_all(period: Period) -> bool:
        return all(
            {p.code for p in policy.check(replace(wish, period=period), facts, now=now)}
            <= policy.form_codes(wish, facts, now=now)
            for wish, facts in beside
        )

    sisters = [c for c in found if c.machine_id != machine.id]
    own = [c for c in found if c.machine_id == machine.id and does_on_all(c.period)]
    is_taken = booking.is_holding or does_on_all(booking.period)
    return [*(sisters if is_taken else []), *own[:MOST_OFFERED]]


def _wish_again(machine: Machine, booking: Booking) -> Wish:
    """Return a booking as a wish of its people, whose own place counts as given up."""
    return replace(wish_again(machine.id, booking), moving=booking.id)


def ends_for_all(
    weighed: Sequence[tuple[Machine, Wish, Weighed]], *, now: datetime
) -> list[FreeSlot]:
    """Return the longest extension that does on all machines of a group; nothing where none does.

    Dates of a series have an end each, so that no single one would do for them.
    """
    starts = {wish.period.start for _, wish, _ in weighed}
    each = [
        wish.period
        if not answer.problems
        else availability.longest_extension(wish, answer.facts, now=now)
        for _, wish, answer in weighed
    ]
    ends = [period.end for period in each if period]
    if len(starts) > 1 or len(ends) < len(each):
        return []
    for (_, wish, answer), longest in zip(weighed, each, strict=True):
        if longest and longest.end > min(ends):
            shorter = replace(wish, period=Period(wish.period.start, min(ends)))
            if policy.check(shorter, answer.facts, now=now):
                return []
    return [
        FreeSlot(
            machine_id=machine.id,
            machine=machine.slug,
            period=Period(wish.period.start, min(ends)),
        )
        for machine, wish, _ in weighed
    ]


def all_problems(weighed: Sequence[tuple[Machine, Wish, Weighed]]) -> list[Problem]:
    """Return the problems of all machines; each names its machine if there are several."""
    if len(weighed) == 1:
        return weighed[0][2].problems
    return [
        replace(p, details={**p.details, **of_machine(machine)}).saying(
            names={**_names(p), machine.slug: (machine.name_ko, machine.name_en)}
        )
        for machine, _, answer in weighed
        for p in answer.problems
    ]


def _names(problem: Problem) -> Mapping[str, tuple[str, str]]:
    return problem.spoken.names if problem.spoken else {}
