"""Changes of a booking that keep its time: what it is for, how it is used, and whose it is."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from gadong.booking.domain.booking import Action, Booking, BookingState
from gadong.booking.domain.rules import policy
from gadong.booking.domain.together.reach import Reach
from gadong.booking.services.booking_records import keep, tell_people
from gadong.booking.services.booking_steps import (
    Hand,
    Step,
    Together,
    done_by,
    need_timely,
    wish_of,
)
from gadong.booking.services.evaluation import need_allowed, refuse, weigh
from gadong.booking.services.request_facts import facts_for
from gadong.booking.services.rules.company_rule_book import book
from gadong.booking.services.together.waiting_groups import answer_due
from gadong.core.database import Pool, Tx
from gadong.core.domain.access import Right
from gadong.core.domain.ids import BookingId, PersonId
from gadong.core.domain.problem import Forbidden, NotFound
from gadong.core.domain.usage_mode import UsageMode
from gadong.machines.domain.machine import Machine
from gadong.people.store import people


def transfer(
    pool: Pool, hand: Hand, person: PersonId, *, reach: Reach = Reach.ONE, now: datetime
) -> Booking:
    """Hand a booking to a colleague until it starts, with what was made together.

    They must be allowed what the first one was.
    """
    given: dict[BookingId, Booking] = {}

    def handed(tx: Tx, machine: Machine, booking: Booking) -> Booking:
        after = replace(booking.after(Action.TRANSFER), person_id=person)
        if booking.company_id not in {i for i, _ in people.companies_of(tx, person)}:
            raise NotFound("The person is not of this company")
        need_timely(tx, hand, booking, Action.TRANSFER, "", now)
        wish = replace(
            wish_of(booking, booking.period),
            person_id=person,
            is_extension=True,
            is_held=booking.keeps_others_off,
        )
        facts = need_allowed(weigh(tx, hand.who, machine, wish, override="", now=now))
        if not facts.rules.transfer and not hand.who.may(booking.centre_id, Right.DESK_WORK):
            raise Forbidden("This machine's bookings are not handed over")
        is_asked = booking.usage_mode.wants_training and policy.needs_approval(wish, facts, now)
        if is_asked and booking.state is BookingState.CONFIRMED:
            raise Forbidden("This person needs the machine's training first")
        given[booking.id] = booking
        return keep(tx, machine, after, Action.TRANSFER, who=hand.who)

    def told(tx: Tx, after: Sequence[Booking]) -> None:
        before = [given[b.id] for b in after]
        tell_people(tx, before, "booking.handed_over")
        tell_people(tx, after, "booking.transferred")

    together = Together(action=Action.TRANSFER, reach=reach)
    return done_by(pool, hand, lambda *_: handed, told, together=together, now=now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """Parts of a booking that are said anew; None leaves one as it is.

    Answers are all said anew.
    """

    purpose: str | None = None
    answers: Mapping[str, str] | None = None
    usage_mode: UsageMode | None = None


def edit(
    pool: Pool,
    hand: Hand,
    wanted: Edit,
    *,
    override: str = "",
    reach: Reach = Reach.ONE,
    now: datetime,
) -> Booking:
    """Say anew what a booking is for, what the centre asks, or how it is used, until it begins.

    Another usage mode passes the rules and the approval of a direct request. What was made together
    is changed as far as the reach says.
    """

    def edited(
        tx: Tx, machine: Machine, booking: Booking, waiting: Collection[BookingId]
    ) -> Booking:
        booking.after(Action.EDIT)
        need_timely(tx, hand, booking, Action.EDIT, override, now)
        mode = wanted.usage_mode or booking.usage_mode
        answers = booking.answers if wanted.answers is None else wanted.answers
        # Nothing is being moved: what is said is looked at as if it were asked for now.
        wish = replace(
            wish_of(booking, booking.period),
            moving=None,
            offer=booking.id,
            answers=answers,
            usage_mode=mode,
        )
        known = book(tx, booking.centre_id, booking.company_id, at=booking.period.start)
        facts = facts_for(tx, known, machine, wish, bounds=booking.period)
        changed = set(policy.ABOUT_MODE) if mode is not booking.usage_mode else set()
        changed |= {policy.questions_answered} if wanted.answers is not None else set()
        rules = [rule for rule in policy.ABOUT_EDIT if rule in changed]
        is_manager = hand.who.may(machine.centre_id, Right.DESK_WORK)
        if override and not is_manager:
            raise Forbidden("Only a manager passes a rule, and says why")
        refuse([] if override else policy.check(wish, facts, now=now, rules=rules), [])
        again = booking.id in waiting or (
            mode is not booking.usage_mode and policy.needs_approval(wish, facts, now)
        )
        action, lapses = Action.EDIT, booking.expires_at
        if again and not is_manager and booking.state is BookingState.CONFIRMED:
            action = Action.RESUBMIT
            lapses = answer_due(tx, booking, booking.period.start, now=now)
        after = replace(
            booking.after(action),
            purpose=booking.purpose if wanted.purpose is None else wanted.purpose[:500],
            answers=answers,
            usage_mode=mode,
            expires_at=lapses,
            override=override or booking.override,
        )
        return keep(tx, machine, after, action, who=hand.who, reason=override)

    def step_from(_origin: Booking, waiting: Collection[BookingId]) -> Step:
        return lambda tx, machine, booking: edited(tx, machine, booking, waiting)

    together = Together(action=Action.EDIT, reach=reach)
    return done_by(pool, hand, step_from, None, together=together, now=now)
