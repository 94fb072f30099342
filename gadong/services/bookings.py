"""Booking a machine: everything that stands in the way at once, and a constraint that nothing gets past."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from gadong.domain import policy
from gadong.domain.access import Caller
from gadong.domain.booking import Action, Booking, BookingState
from gadong.domain.calendar import open_periods
from gadong.domain.ids import BookingId, CentreId, CompanyId, MachineId, new_id
from gadong.domain.machine import Machine
from gadong.domain.period import Period
from gadong.domain.policy import Facts, Wish
from gadong.domain.problem import Changed, Forbidden, Invalid, NotFound, Problem, Refused, SlotTaken
from gadong.domain.session import Presence, presence
from gadong.services import metering
from gadong.store import bookings, clockwork, machines, people, runs
from gadong.store.bookings import Event
from gadong.store.database import END_OF_TIME, Pool, Tx, recorded_at, retried, transaction
from gadong.store.values import canonical

# How far around a refused wish a free place is looked for.
AROUND = timedelta(days=7)
# No single booking is longer than this, whatever a machine's own rules say; it bounds every query.
LONGEST = timedelta(days=31)
# No-shows are looked for this long after their time: a weekend without a scheduler, and no month of old bookings
# read again every minute. The money asks the facts anyway.
RELEASED_WITHIN = timedelta(days=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a caller asks for. `override` is a manager's reason to pass rules that a manager may pass."""

    machine: Machine
    company: CompanyId
    period: Period
    purpose: str = ""
    override: str = ""
    # A request repeated under its key is done once and answered with what it made.
    key: str | None = None

    @property
    def digest(self) -> bytes:
        """What the key stands for; the same key with other words is a mistake."""
        return sha256(canonical([self.machine.id, self.company, self.period, self.purpose])).digest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """A wish against the rules: the facts, all that stands in the way, and the nearest periods that would do."""

    facts: Facts
    problems: list[Problem]
    alternatives: list[Period]


@retried
def request(pool: Pool, who: Caller, wanted: Request, *, now: datetime) -> Booking:
    """Reserve a machine, or say everything that stands in the way and what would do instead."""
    machine = wanted.machine
    who.need_company(machine.centre_id, wanted.company)
    need_bounded(wanted.period)
    with transaction(pool) as tx:
        # Wishes for one machine are looked at one after the other, so that each sees what the last one got.
        machines.lock(tx, [machine.id])
        if wanted.key and (made := _made_before(tx, who, wanted.key, wanted.digest)):
            return made
        if wanted.company not in {c.id for c in people.companies(tx, machine.centre_id)}:
            raise NotFound("The centre serves no such company")
        wish = Wish(
            machine_id=machine.id,
            company_id=wanted.company,
            person_id=who.person_id,
            period=wanted.period,
        )
        facts = _allowed(tx, who, machine, wish, override=wanted.override, now=now)
        booking = Booking(
            id=BookingId(new_id()),
            centre_id=machine.centre_id,
            machine_id=machine.id,
            company_id=wanted.company,
            person_id=who.person_id,
            period=wanted.period,
            state=BookingState.CONFIRMED,
            purpose=wanted.purpose[:500],
        )
        at = recorded_at(tx, machine.centre_id)
        bookings.insert(tx, booking, facts.rules, by=who.person_id, recorded_at=at, reason=wanted.override)
        _tell(tx, booking, "booking.confirmed")
        if wanted.key:
            clockwork.keep_answer(tx, who.person_id, wanted.key, digest=wanted.digest, made=booking.id)
    return booking


def _made_before(tx: Tx, who: Caller, key: str, digest: bytes) -> Booking | None:
    first = clockwork.first_answer(tx, who.person_id, key)
    if first is None:
        return None
    if first[0] != digest:
        raise Invalid("This Idempotency-Key was used for another request", field="Idempotency-Key")
    return bookings.by_id(tx, BookingId(first[1]))


@retried
def move(
    pool: Pool,
    who: Caller,
    booking_id: BookingId,
    period: Period,
    *,
    version: int | None,
    override: str = "",
    now: datetime,
) -> Booking:
    """Give a booking another time on its machine; it keeps its old one if that is refused."""
    need_bounded(period)
    with transaction(pool) as tx:
        found = bookings.by_id(tx, booking_id)
        if found:
            machines.lock(tx, [found.machine_id])
        booking = _mine(tx, who, booking_id, version)
        machine = _machine(tx, booking.machine_id)
        moved = replace(booking.after(Action.MOVE), period=period)
        wish = Wish(
            machine_id=machine.id,
            company_id=booking.company_id,
            person_id=booking.person_id,
            period=period,
            moving=booking.id,
        )
        facts = _allowed(tx, who, machine, wish, override=override, now=now)
        at = recorded_at(tx, machine.centre_id)
        bookings.update(
            tx, moved, facts.rules, Action.MOVE, by=who.person_id, reason=override, recorded_at=at
        )
        _tell(tx, moved, "booking.moved")
    return moved


@retried
def cancel(pool: Pool, who: Caller, booking_id: BookingId, *, version: int | None, now: datetime) -> Booking:
    """Give a booking up; its time is free at once."""
    with transaction(pool) as tx:
        booking = _mine(tx, who, booking_id, version)
        cancelled = replace(booking.after(Action.CANCEL), cancelled_at=now)
        _keep(tx, who, cancelled, Action.CANCEL)
        _tell(tx, cancelled, "booking.cancelled")
    return cancelled


@retried
def check_in(
    pool: Pool, who: Caller, booking_id: BookingId, *, version: int | None, now: datetime
) -> Booking:
    """Say that you are at the machine, from the early grace before your time until its end."""
    with transaction(pool) as tx:
        booking = _mine(tx, who, booking_id, version)
        settings = machines.settings_at(tx, booking.machine_id, now, recorded_before=END_OF_TIME)
        earliest = booking.period.start - settings.limits.early_grace
        checked_in = replace(booking.after(Action.CHECK_IN), checked_in_at=now)
        if not earliest <= now < booking.period.end:
            raise Invalid(
                "Check in from shortly before your time until its end",
                earliest=earliest.isoformat(),
                until=booking.period.end.isoformat(),
            )
        _keep(tx, who, checked_in, Action.CHECK_IN)
        bookings.insert_check_in(
            tx, checked_in, kind="in", at=now, recorded_at=recorded_at(tx, booking.centre_id)
        )
    return checked_in


@retried
def check_out(
    pool: Pool, who: Caller, booking_id: BookingId, *, version: int | None, now: datetime
) -> Booking:
    """Say that you are done. The booked time stays yours on the calendar."""
    with transaction(pool) as tx:
        booking = _mine(tx, who, booking_id, version)
        done = replace(booking.after(Action.CHECK_OUT), checked_out_at=now)
        _keep(tx, who, done, Action.CHECK_OUT)
        bookings.insert_check_in(tx, done, kind="out", at=now, recorded_at=recorded_at(tx, booking.centre_id))
    return done


def release_no_shows(tx: Tx, *, now: datetime) -> int:
    """Free the rest of bookings that nobody came to, where the machine was watched and shows it; return how many.

    Read from the facts, never from the minute at which this runs: after six hours' downtime it decides the same.
    """
    released = 0
    for booking_id in bookings.due_for_release(tx, before=now, after=now - RELEASED_WITHIN):
        booking = bookings.locked(tx, booking_id)
        if booking is None or booking.state is not BookingState.CONFIRMED:
            continue
        settings = machines.settings_at(
            tx, booking.machine_id, booking.period.start, recorded_before=END_OF_TIME
        )
        limits = settings.limits
        if now < booking.period.start + limits.no_show_after:
            continue
        machine = _machine(tx, booking.machine_id)
        metering.settle(tx, machine)
        window = booking.period.widened(before=limits.early_grace, after=timedelta(0))
        found = runs.of_machine(tx, booking.machine_id, window)
        check_ins = bookings.check_ins(tx, booking.machine_id, window, recorded_before=END_OF_TIME)
        if presence(booking, found, check_ins, limits) is not Presence.NO_SHOW:
            continue
        gone = booking.after(Action.RELEASE)
        at = recorded_at(tx, booking.centre_id)
        bookings.update(tx, gone, settings.rules, Action.RELEASE, by=None, recorded_at=at)
        _tell(tx, gone, "booking.released")
        released += 1
    return released


def find(pool: Pool, who: Caller, booking_id: BookingId) -> tuple[Booking, list[Event]]:
    """A booking and its history, for its company and the centre's managers."""
    with transaction(pool) as tx:
        return _mine(tx, who, booking_id, None), bookings.events(tx, booking_id)


def page(
    pool: Pool,
    who: Caller,
    *,
    centre: CentreId | None,
    machine: MachineId | None,
    during: Period | None,
    before: UUID | None,
    most: int,
) -> list[Booking]:
    """A page of the bookings the caller may see, the latest made first."""
    with transaction(pool) as tx:
        managed = {c.id for c in people.centres(tx) if who.may_manage(c.id)}
        found = bookings.page(
            tx,
            centre_ids=managed if centre is None else managed & {centre},
            company_ids=who.companies,
            machine_id=machine,
            during=during,
            before=before,
            most=most,
        )
    return [b for b in found if centre in {None, b.centre_id}]


def weigh(tx: Tx, who: Caller, machine: Machine, wish: Wish, *, override: str, now: datetime) -> Weighed:
    """Every rule's answer to a wish, and where one says no, what would do instead."""
    facts = _facts(tx, machine, wish, now=now)
    problems = policy.check(wish, facts, now=now)
    if override:
        if not who.may_manage(machine.centre_id):
            raise Forbidden("Only a manager passes a rule, and says why")
        problems = [p for p in problems if p.overridable_by != "manager"]
    others = policy.alternatives(wish, facts, now=now) if problems else []
    return Weighed(facts=facts, problems=problems, alternatives=others)


def _allowed(tx: Tx, who: Caller, machine: Machine, wish: Wish, *, override: str, now: datetime) -> Facts:
    """The facts, if every rule agrees; Refused with all that do not, and with what would do."""
    weighed = weigh(tx, who, machine, wish, override=override, now=now)
    if {p.code for p in weighed.problems} == {"booking.taken"}:
        raise SlotTaken(weighed.problems, weighed.alternatives)
    if weighed.problems:
        raise Refused(weighed.problems, weighed.alternatives)
    return weighed.facts


def _facts(tx: Tx, machine: Machine, wish: Wish, *, now: datetime) -> Facts:
    centre = people.centre(tx, machine.centre_id)
    if centre is None:
        raise NotFound
    settings = machines.settings_at(tx, machine.id, wish.period.start, recorded_before=END_OF_TIME)
    bounds = wish.period.widened(before=AROUND, after=AROUND)
    closed = bookings.closures(tx, centre.id, machine.id, bounds, recorded_before=END_OF_TIME)
    return Facts(
        rules=settings.rules,
        opened=open_periods(people.hours(tx, centre.id), [p for p, _ in closed], centre.zone, bounds),
        held=bookings.held(tx, machine.id, bounds, without=wish.moving),
        qualifications=bookings.qualifications(tx, centre.id, wish.person_id, at=now),
        is_retired=machine.retired_at is not None,
    )


def _mine(tx: Tx, who: Caller, booking_id: BookingId, version: int | None) -> Booking:
    booking = bookings.locked(tx, booking_id)
    if booking is None or not who.may_see(booking.centre_id, booking.company_id):
        raise NotFound("There is no such booking that you may see")
    if version is not None and version != booking.version:
        raise Changed(version=booking.version)
    return booking


def _keep(tx: Tx, who: Caller, booking: Booking, action: Action) -> None:
    settings = machines.settings_at(tx, booking.machine_id, booking.period.start, recorded_before=END_OF_TIME)
    at = recorded_at(tx, booking.centre_id)
    bookings.update(tx, booking, settings.rules, action, by=who.person_id, recorded_at=at)


def _machine(tx: Tx, machine_id: MachineId) -> Machine:
    found = machines.by_id(tx, machine_id)
    if found is None:
        raise NotFound
    return found


def need_bounded(period: Period) -> None:
    """Raise Invalid for a period longer than any booking."""
    if period.length > LONGEST:
        raise Invalid("No booking is longer than 31 days", field="end", limit=31)


def _tell(tx: Tx, booking: Booking, kind: str) -> None:
    clockwork.post(
        tx,
        booking.centre_id,
        kind,
        booking=str(booking.id),
        person=str(booking.person_id),
        company=str(booking.company_id),
        machine=str(booking.machine_id),
        start=booking.period.start.isoformat(),
        end=booking.period.end.isoformat(),
    )
