"""Booking a machine: all problems at once, and a constraint in the database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from gadong.booking.domain.booking import Booking, BookingState
from gadong.booking.domain.booking_request import Wish
from gadong.booking.domain.rules import policy
from gadong.booking.domain.seating import seats_on, shares
from gadong.booking.services import competing_requests
from gadong.booking.services.booking_steps import tell_made
from gadong.booking.services.equipment import holding
from gadong.booking.services.equipment.stock import need_choosable
from gadong.booking.services.evaluation import (
    PATIENCE,
    lock_kinds,
    refuse,
    weigh,
)
from gadong.booking.services.request_bounds import need_bounded, need_one_hall, need_seats
from gadong.booking.services.shares import own_bookings
from gadong.booking.services.staff import assistance
from gadong.booking.services.together.group_answer import all_problems, alternatives_for_all
from gadong.booking.services.waiting import offers
from gadong.booking.store import booking_history, bookings
from gadong.booking.store.booking_history import Event
from gadong.core.database import Pool, Tx, recorded_at, retried, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.document import canonical
from gadong.core.domain.ids import BookingId, CompanyId, PersonId, new_id
from gadong.core.domain.period import Period
from gadong.core.domain.problem import Invalid, NotFound
from gadong.core.domain.usage_mode import UsageMode
from gadong.core.store import outbox
from gadong.machines.domain.machine import Machine
from gadong.machines.store import machines
from gadong.people.services import members
from gadong.people.services.customers import need_customer
from gadong.people.store import people, pledges


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A caller's booking request. `also` are machines wanted at the same time, all or none.

    `override` is a manager's reason to pass rules that a manager may pass. `person` is the person
    booked for, if not the caller; `contact` instead names somebody of the company without a login.
    A given `usage_mode` holds for all machines; without one each takes the first that its rules
    offer.
    """

    machine: Machine
    also: tuple[Machine, ...] = ()
    company: CompanyId
    person: PersonId | None = None
    period: Period
    purpose: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    override: str = ""
    usage_mode: UsageMode | None = None
    contact: str = ""
    contact_phone: str = ""
    # Slugs of the equipment that is chosen where a machine needs any of several.
    equipment: tuple[str, ...] = ()
    # Seats of a room of several; what is no room is one seat.
    seats: int = 1
    # The version of the terms that the person accepts with the request.
    pledge: str = ""
    # A request repeated under its key is done once and answered with what it made.
    key: str | None = None
    # A monthly application that the draw answers (services/applications/draws.py).
    is_application: bool = False

    @property
    def digest(self) -> bytes:
        """Return the digest of the request; one key with two digests is a mistake."""
        others = [m.id for m in self.also]
        asked = [
            self.machine.id,
            others,
            self.company,
            self.person,
            self.period,
            self.purpose,
            self.answers,
        ]
        # Keys that were used before there were contacts and pledges mean what they meant.
        later = [x for x in (self.contact, self.contact_phone) if x]
        accepted = [["pledge", self.pledge]] if self.pledge else []
        accepted += [["equipment", *self.equipment]] if self.equipment else []
        accepted += [["seats", str(self.seats)]] if self.seats != 1 else []
        return sha256(canonical([*asked, self.usage_mode, *later, *accepted])).digest()


@retried
def request(pool: Pool, who: Caller, wanted: Request, *, now: datetime) -> list[Booking]:
    """Reserve one or several machines, or raise Refused with all problems and alternatives."""
    need_sane(who, wanted)
    with transaction(pool, who.reach()) as tx:
        # Wishes for one machine are looked at one after the other, so that each sees what the last
        # one got.
        every = [wanted.machine, *wanted.also]
        machines.lock(tx, [m.id for m in every], patience=PATIENCE)
        lock_kinds(tx, every, now=now)
        if wanted.key and (made := made_before(tx, who, wanted.key, wanted.digest)):
            return made
        wanted = named(tx, who, wanted)
        for machine in every:
            offers.bring_up_to_date(tx, machine, now=now)
        joined = new_id() if wanted.also else None
        found = reserve(tx, who, wanted, joined=joined, now=now)
        tell_made(tx, found)
        if wanted.key:
            outbox.keep_answer(
                tx, who.person_id, wanted.key, digest=wanted.digest, made=found[0].id
            )
    return found


def wish_for(wanted: Request, machine: Machine, who: Caller) -> Wish:
    """Return the request as a wish for one of its machines."""
    person = wanted.person or who.person_id
    is_unnamed = wanted.person is None and wanted.company not in who.companies
    # Nobody accepts for another; the desk records what a person signed on paper.
    may_accept = person == who.person_id or who.may(machine.centre_id, Right.DESK_WORK)
    return Wish(
        machine_id=machine.id,
        company_id=wanted.company,
        person_id=person,
        period=wanted.period,
        answers=wanted.answers,
        together=frozenset(m.slug for m in (wanted.machine, *wanted.also)),
        usage_mode=wanted.usage_mode,
        is_unnamed=is_unnamed,
        pledge=wanted.pledge if may_accept and not is_unnamed else "",
        equipment=wanted.equipment,
        seats=seats_on(machine.seats, wanted.seats),
        is_application=wanted.is_application,
    )


def find(
    pool: Pool, who: Caller, booking_id: BookingId, *, for_sharers: bool = False
) -> tuple[Booking, list[Event]]:
    """Return a booking and its history, for its company and the centre's managers.

    With `for_sharers` also for every company that has a part of its cost.
    """
    with transaction(pool, who.reach()) as tx:
        found = bookings.by_id(tx, booking_id)
        if found is None or not (
            who.may_see(found.centre_id, found.company_id, Right.DESK_SEE)
            or (for_sharers and own_bookings.has_part(tx, who, found))
        ):
            raise NotFound("There is no such booking that you may see")
        return found, booking_history.events(tx, booking_id)


def made_together(pool: Pool, who: Caller, booking: Booking) -> list[Booking]:
    """Return all that was made together with a booking, itself included.

    Nothing where it was made alone.
    """
    if booking.joined is None:
        return []
    with transaction(pool, who.reach()) as tx:
        every = bookings.joined(tx, booking.joined)
    return [b for b in every if who.may_see(b.centre_id, b.company_id, Right.DESK_SEE)]


def name_of_person(pool: Pool, who: Caller, booking: Booking) -> str:
    """Return the name of a booking's person, for their company and the centre's desk."""
    permit = who.need_company(booking.centre_id, booking.company_id, Right.DESK_SEE)
    with transaction(pool, permit) as tx:
        found = people.person(tx, booking.person_id)
        return found.name if found else ""


def need_sane(who: Caller, wanted: Request) -> None:
    """Raise for what no rule need look at: another's company, an endless period, machines named
    twice.
    """
    who.need_company(wanted.machine.centre_id, wanted.company, Right.DESK_WORK)
    need_bounded(wanted.period)
    need_one_hall([wanted.machine, *wanted.also])
    need_seats([wanted.machine, *wanted.also], wanted.seats)


def named(tx: Tx, who: Caller, wanted: Request) -> Request:
    """Return the request with its person, who is of a company that the centre serves."""
    need_customer(tx, wanted.machine.centre_id, wanted.company)
    need_choosable(tx, (wanted.machine, *wanted.also), wanted.equipment)
    if wanted.contact:
        if wanted.person:
            raise Invalid("Name either a person or somebody without a login", field="person")
        centre = wanted.machine.centre_id
        found = members.contact(
            tx, who, centre, wanted.company, wanted.contact, wanted.contact_phone
        )
        return replace(wanted, person=found)
    if wanted.contact_phone:
        raise Invalid("A phone number goes with a person's name", field="person_phone")
    if wanted.person and wanted.company not in {
        i for i, _ in people.companies_of(tx, wanted.person)
    }:
        raise NotFound("The person is not of this company")
    return wanted


def reserve(
    tx: Tx, who: Caller, wanted: Request, *, joined: UUID | None, now: datetime
) -> list[Booking]:
    """Reserve all machines of the request; Refused with the problems of each.

    All of them wait for a manager where any of them does: a group has one answer.
    """
    wishes = [(m, wish_for(wanted, m, who)) for m in (wanted.machine, *wanted.also)]
    weighed = [(m, w, weigh(tx, who, m, w, override=wanted.override, now=now)) for m, w in wishes]
    refuse(all_problems(weighed), alternatives_for_all(weighed, now=now))
    asks = any(policy.needs_approval(wish, answer.facts, now) for _, wish, answer in weighed)
    waits = asks and not who.may(wanted.machine.centre_id, Right.DESK_WORK)
    timeout = min(answer.facts.rules.approval_timeout for _, _, answer in weighed)
    lapses = max(now, min(now + timeout, wanted.period.start)) if waits else None
    found: list[Booking] = []
    for machine, wish, answer in weighed:
        facts = answer.facts
        booking = Booking(
            id=BookingId(new_id()),
            centre_id=machine.centre_id,
            machine_id=machine.id,
            company_id=wanted.company,
            person_id=wish.person_id,
            period=wanted.period,
            state=BookingState.PENDING if waits else BookingState.CONFIRMED,
            purpose=wanted.purpose[:500],
            expires_at=lapses,
            joined=joined,
            override=wanted.override,
            answers=wanted.answers,
            usage_mode=facts.rules.mode(wish.usage_mode),
            equipment=wish.equipment,
            seats=wish.seats,
            shares=shares(machine.seats, wish.seats),
            # The draw has chosen among those who applied.
            competes=waits and facts.rules.competing_requests and not wish.is_application,
        )
        at = recorded_at(tx, machine.centre_id)
        bookings.insert(tx, booking, facts.rules, by=who.person_id, recorded_at=at)
        if wish.pledge and wish.pledge == facts.rules.terms:
            pledges.accept(tx, machine.centre_id, wish.person_id, wish.pledge, by=who.person_id)
        assistance.hold(tx, machine, booking)
        holding.hold(tx, machine, booking)
        found.append(booking)
    competing_requests.decline_outdone(tx, [m for m, _ in wishes], who=who, now=now)
    return found


def made_before(tx: Tx, who: Caller, key: str, digest: bytes) -> list[Booking] | None:
    first = outbox.first_answer(tx, who.person_id, key)
    if first is None:
        return None
    if first[0] != digest:
        raise Invalid("This Idempotency-Key was used for another request", field="Idempotency-Key")
    booking = bookings.by_id(tx, BookingId(first[1]))
    if booking is None or booking.joined is None:
        return [booking] if booking else []
    return bookings.joined(tx, booking.joined)
