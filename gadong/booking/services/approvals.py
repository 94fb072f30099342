"""Answers to requests and offers: approve or decline a request, accept an offer."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from gadong.booking.domain.booking import Action, Booking
from gadong.booking.domain.rules import policy
from gadong.booking.domain.together.reach import Reach
from gadong.booking.services.booking_records import keep
from gadong.booking.services.booking_steps import (
    Hand,
    Step,
    Together,
    done,
    done_by,
    need_reason,
    tell_made,
    wish_of,
)
from gadong.booking.services.evaluation import need_allowed, weigh
from gadong.booking.services.together.waiting_groups import (
    answer_due,
    keep_as_before,
    tell_refused,
)
from gadong.booking.store import bookings
from gadong.core.database import Pool, Tx
from gadong.core.domain.access import Right
from gadong.core.domain.ids import BookingId
from gadong.core.domain.problem import NotAllowed, Problem, Refused
from gadong.machines.domain.machine import Machine
from gadong.machines.store import machines
from gadong.people.store import people


def approve(
    pool: Pool,
    hand: Hand,
    *,
    reason: str = "",
    override: str = "",
    reach: Reach = Reach.ALL,
    now: datetime,
) -> Booking:
    """Approve a request, by the rules as they are now; for managers. The reason is in its history.

    An `override` passes what stands in the way by now, as a closure made since, and stays with the
    booking. One that the booking has from before passes nothing.
    """

    def approved(tx: Tx, machine: Machine, booking: Booking) -> Booking:
        hand.who.need(booking.centre_id, Right.DESK_WORK)
        after = replace(
            booking.after(Action.APPROVE), expires_at=None, override=override or booking.override
        )
        _need_of_company(tx, booking)
        # The notice was kept when it was asked for.
        wish = replace(
            wish_of(booking, booking.period), is_extension=True, is_held=booking.keeps_others_off
        )
        need_allowed(weigh(tx, hand.who, machine, wish, override=override, now=now))
        return keep(tx, machine, after, Action.APPROVE, who=hand.who, reason=reason)

    together = Together(action=Action.APPROVE, reach=reach)
    return done(pool, hand, approved, "booking.confirmed", together=together, now=now)


def decline(
    pool: Pool, hand: Hand, *, reason: str, reach: Reach = Reach.ALL, now: datetime
) -> Booking:
    """Say no to a request, and why; for managers.

    Of a booking that was approved before its people extended it, the change alone is declined.
    """

    def declined(
        tx: Tx, machine: Machine, booking: Booking, ending: Collection[BookingId]
    ) -> Booking:
        need_reason(hand.who, booking, reason)
        booking.after(Action.DECLINE)
        if booking.id not in ending and (
            before := keep_as_before(tx, machine, booking, who=hand.who, reason=reason)
        ):
            return before
        after = replace(booking.after(Action.DECLINE), expires_at=None)
        return keep(tx, machine, after, Action.DECLINE, who=hand.who, reason=reason)

    def told(tx: Tx, after: Sequence[Booking]) -> None:
        tell_refused(tx, after, "booking.declined")

    def step_from(_origin: Booking, ending: Collection[BookingId]) -> Step:
        return lambda tx, machine, booking: declined(tx, machine, booking, ending)

    together = Together(action=Action.DECLINE, reach=reach)
    return done_by(pool, hand, step_from, told, together=together, now=now)


def accept(
    pool: Pool, hand: Hand, *, answers: Mapping[str, str] | None = None, now: datetime
) -> Booking:
    """Take an offer of the waiting list, by every rule and with every approval of a direct
    request.
    """

    def accepted(
        tx: Tx, machine: Machine, booking: Booking, waiting: Collection[BookingId]
    ) -> Booking:
        given = {**booking.answers, **(answers or {})}
        parts = bookings.joined(tx, booking.joined) if booking.joined else [booking]
        if lost := next((b for b in parts if not b.is_holding), None):
            # An offer of several machines of which one lapsed is taken by nobody.
            raise NotAllowed(state=lost.state, action=Action.ACCEPT)
        wish = replace(
            wish_of(booking, booking.period),
            moving=None,
            offer=booking.id,
            answers=given,
            together=frozenset(m.slug for b in parts if (m := machines.by_id(tx, b.machine_id))),
        )
        # The table speaks first: what is no offer any more is not evaluated.
        booking.after(Action.ACCEPT)
        _need_of_company(tx, booking)
        facts = need_allowed(weigh(tx, hand.who, machine, wish, override="", now=now))
        asks = booking.id in waiting or policy.needs_approval(wish, facts, now)
        waits = asks and not hand.who.may(machine.centre_id, Right.DESK_WORK)
        action = Action.SUBMIT if waits else Action.ACCEPT
        lapses = answer_due(tx, booking, booking.period.start, now=now)
        after = replace(booking.after(action), expires_at=lapses if waits else None, answers=given)
        return keep(tx, machine, after, action, who=hand.who)

    def step_from(_origin: Booking, waiting: Collection[BookingId]) -> Step:
        return lambda tx, machine, booking: accepted(tx, machine, booking, waiting)

    together = Together(action=Action.ACCEPT, reach=Reach.ONE)
    return done_by(pool, hand, step_from, tell_made, together=together, now=now)


def _need_of_company(tx: Tx, booking: Booking) -> None:
    """Raise Refused where the booking's person has left its company, as for a direct request."""
    if booking.company_id not in {i for i, _ in people.companies_of(tx, booking.person_id)}:
        raise Refused([Problem(code="booking.person_left")])
