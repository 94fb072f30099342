"""The waiting list: freed time is offered in turn, held until the first one answers, then passed on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from gadong.booking.domain import availability
from gadong.booking.domain.booking import Booking, BookingState, FirstStep
from gadong.booking.domain.booking_request import Facts, Wish
from gadong.booking.domain.rules import policy
from gadong.booking.domain.rules.limits import Rules
from gadong.booking.domain.waiting_entry import Waiting, WaitingState, answer_by
from gadong.booking.services import attendance
from gadong.booking.services.equipment import holding
from gadong.booking.services.evaluation import (
    LONGEST,
    PATIENCE,
    book,
    facts_for_waiting,
    need_one_hall,
)
from gadong.booking.services.staff import assistance
from gadong.booking.store import bookings, waiting_list
from gadong.core.database import Pool, Tx, recorded_at, retried, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.clock import write_instant
from gadong.core.domain.ids import BookingId, CompanyId, PersonId, new_id
from gadong.core.domain.period import Period, whole_minutes, without
from gadong.core.domain.problem import Invalid, NotAllowed, NotFound, Problem, Refused
from gadong.core.domain.usage_mode import UsageMode
from gadong.machines.domain.machine import Machine
from gadong.machines.store import machines
from gadong.people.services import members
from gadong.people.services.customers import need_served
from gadong.people.store import people

# The person answers these when accepting the offer. An entry that lacks anything else is not offered time.
ANSWERED_LATER = frozenset({"booking.unanswered", "booking.terms"})
# Ended entries stay on their people's list for a month.
SHOWN = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingRequest:
    """A stretch of `length` that is waited for anywhere inside the period, and what its offer is to say.

    `also` are machines that are wanted at the same time, all or none.
    """

    machine: Machine
    company: CompanyId
    period: Period
    length: timedelta
    answers: Mapping[str, str] = field(default_factory=dict)
    usage_mode: UsageMode | None = None
    # For whom, if not for oneself: a person of the company, or the name of one without a login.
    person: PersonId | None = None
    contact: str = ""
    contact_phone: str = ""
    also: tuple[Machine, ...] = ()


@retried
def join(pool: Pool, who: Caller, request: WaitingRequest, *, now: datetime) -> Waiting:
    """Put a request at the end of its machine's waiting list; serve it at once where its time is free."""
    machine, period, length = request.machine, request.period, request.length
    permit = who.need_company(machine.centre_id, request.company, Right.DESK_WORK)
    hall = (machine, *request.also)
    need_one_hall(hall)
    if period.length > LONGEST or length > period.length or period.end <= now:
        raise Invalid("Wait within the next 31 days, for no longer than the period", field="end", limit=31)
    with transaction(pool, permit) as tx:
        person = _person(tx, who, request)
        machines.lock(tx, [m.id for m in hall], patience=PATIENCE)
        rule_book = book(tx, machine.centre_id, request.company, at=period.start)
        for one in hall:
            _need_waitable(rule_book.rules(one, period.start), length)
        entry = Waiting(
            id=new_id(),
            centre_id=machine.centre_id,
            machine_id=machine.id,
            company_id=request.company,
            person_id=person,
            period=period,
            length=length,
            turn=now,
            answers=request.answers,
            usage_mode=request.usage_mode,
            also=tuple(m.id for m in request.also),
        )
        waiting_list.insert(tx, entry)
        for one in hall:
            bring_up_to_date(tx, one, now=now)
        return waiting_list.by_id(tx, entry.id) or entry


def _need_waitable(rules: Rules, length: timedelta) -> None:
    """Raise Invalid for a machine without a waiting list, or a length that its rules forbid."""
    if rules.waiting_list == "off":
        raise Invalid("This machine has no waiting list; book it", field="machine")
    if not rules.shortest <= length <= rules.longest:
        shortest, longest = (whole_minutes(x) for x in (rules.shortest, rules.longest))
        raise Invalid(f"A booking here has {shortest} to {longest} minutes", field="minutes")


def _person(tx: Tx, who: Caller, request: WaitingRequest) -> PersonId:
    """Return for whom is waited, who is of a company that the centre serves."""
    centre, company = request.machine.centre_id, request.company
    need_served(tx, centre, company)
    if request.contact:
        return members.contact(tx, who, centre, company, request.contact, request.contact_phone)
    if request.contact_phone:
        raise Invalid("A phone number goes with a person's name", field="person_phone")
    if request.person and company not in {i for i, _ in people.companies_of(tx, request.person)}:
        raise NotFound("The person is not of this company")
    if request.person is None and company not in who.companies:
        raise Refused([Problem(code="booking.person")])
    return request.person or who.person_id


def leave(pool: Pool, who: Caller, entry_id: UUID) -> None:
    """Wait no more; a second time changes nothing. An offer is answered by cancelling it."""
    with transaction(pool, who.reach()) as tx:
        entry = waiting_list.by_id(tx, entry_id)
        if entry is None or not who.may_see(entry.centre_id, entry.company_id, Right.DESK_WORK):
            raise NotFound
        if entry.state is WaitingState.LEFT:
            return
        if not waiting_list.leave(tx, entry_id):
            raise NotAllowed(state=entry.state, action="leave")


def page(pool: Pool, who: Caller, *, since: datetime) -> list[Waiting]:
    """Return the open entries and those made since, of one's companies and of the centres one manages."""
    with transaction(pool, who.reach()) as tx:
        managed = [c.id for c in people.centres(tx) if who.may(c.id, Right.DESK_SEE)]
        return waiting_list.page(tx, centre_ids=managed, company_ids=who.companies, since=since)


def listen(pool: Pool, who: Caller, machine: Machine, *, least: timedelta | None, ahead: timedelta) -> None:
    """Subscribe to freed time of `least` and more on a machine; None ends the subscription."""
    permit = who.need_entry(machine.centre_id)
    with transaction(pool, permit) as tx:
        if least is None:
            waiting_list.listen_no_more(tx, machine.id, who.person_id)
        else:
            waiting_list.listen(tx, machine, who.person_id, least=least, ahead=ahead)


def bring_up_to_date(tx: Tx, machine: Machine, *, now: datetime) -> None:
    """Settle the machine's bookings by the facts, and offer what that freed, before anybody else can take it.

    The caller has locked the machine.
    """
    attendance.settle(tx, machine, now=now)
    offer(tx, machine, now=now)


def offer_all(tx: Tx, *, now: datetime) -> int:
    """Offer free time on every machine with a waiting list; return how many offers were made.

    Entries whose time has passed end, and their people are told.
    """
    made = 0
    for entry in waiting_list.end_over(tx, now=now):
        attendance.tell_of_wait(tx, entry)
    for machine_id in waiting_list.machines(tx, now=now):
        machines.lock(tx, [machine_id])
        machine = machines.by_id(tx, machine_id)
        made += offer(tx, machine, now=now) if machine else 0
    return made


def offer(tx: Tx, machine: Machine, *, now: datetime) -> int:
    """Hold free time for those who wait, in the order of their turns; return how many offers were made.

    An entry that cannot be served now keeps nobody behind it waiting. The caller has locked the machine. What rules
    look at is read once for all who wait, and once more after each offer.
    """
    entries = [entry for entry in waiting_list.first(tx, machine.id, now=now) if _is_due(entry, now)]
    made = 0
    while entries:
        served = _serve_first(tx, machine, entries, now=now)
        if served is None:
            break
        made += 1
        entries = entries[served + 1 :]
    return made


def _is_due(entry: Waiting, now: datetime) -> bool:
    """Return whether an entry has enough time left and is not paused after a missed offer."""
    is_resting = entry.rests_until is not None and entry.rests_until > now
    return not is_resting and entry.period.end - max(entry.period.start, now) >= entry.length


def _serve_first(tx: Tx, machine: Machine, entries: Sequence[Waiting], *, now: datetime) -> int | None:
    """Offer the first of the entries that can be served its earliest time; return its number, or None."""
    # Nothing more is read if others hold all that is waited for.
    fitting = _fitting(tx, machine, entries, now=now)
    if not fitting:
        return None
    wishes = [
        Wish(
            machine_id=machine.id,
            company_id=entries[number].company_id,
            person_id=entries[number].person_id,
            period=Period(around.start, around.start + entries[number].length),
            answers=entries[number].answers,
            usage_mode=entries[number].usage_mode,
            offer=BookingId(new_id()),
        )
        for number, around in fitting
    ]
    each = facts_for_waiting(tx, machine, wishes, [around for _, around in fitting])
    for (number, around), wish, facts in zip(fitting, wishes, each, strict=True):
        if entries[number].also:
            if _serve_group(tx, entries[number], around, now=now):
                return number
            continue
        if not policy.form_codes(wish, facts, now=now) <= ANSWERED_LATER:
            continue
        period = availability.earliest(wish, facts, now=now)
        is_in_time = period is not None and period.end <= around.end
        if period and is_in_time and _hold(tx, entries[number], [(wish, facts)], period, now=now):
            return number
    return None


def _serve_group(tx: Tx, entry: Waiting, around: Period, *, now: datetime) -> bool:
    """Offer an entry of several machines its earliest time on all of them; return whether there is one.

    While others are at work on one of its machines it is passed over, until the next change or
    the scheduler's next look: a wait for their locks could end in a ring.
    """
    if not machines.try_lock(tx, entry.machines):
        return False
    hall = [machine for one in entry.machines if (machine := machines.by_id(tx, one))]
    wishes: list[tuple[Wish, Facts]] = []
    for machine in hall:
        wish = Wish(
            machine_id=machine.id,
            company_id=entry.company_id,
            person_id=entry.person_id,
            period=Period(around.start, around.start + entry.length),
            answers=entry.answers,
            usage_mode=entry.usage_mode,
            together=frozenset(m.slug for m in hall),
            offer=BookingId(new_id()),
        )
        (facts,) = facts_for_waiting(tx, machine, [wish], [around])
        if not policy.form_codes(wish, facts, now=now) <= ANSWERED_LATER:
            return False
        wishes.append((wish, facts))
    period = availability.earliest_for_all(wishes, until=around.end, now=now)
    if period is None:
        return False
    return _hold(tx, entry, wishes, period, now=now)


def _fitting(
    tx: Tx, machine: Machine, entries: Sequence[Waiting], *, now: datetime
) -> list[tuple[int, Period]]:
    """Return the numbers of the entries whose length fits between what others hold, each with its time left."""
    whole = Period(
        min(max(entry.period.start, now) for entry in entries), max(entry.period.end for entry in entries)
    )
    free = without([whole], bookings.held_of(tx, [machine.id], whole).get(machine.id, []))

    def fits(entry: Waiting) -> bool:
        begin, end = max(entry.period.start, now), entry.period.end
        return any(min(gap.end, end) - max(gap.start, begin) >= entry.length for gap in free)

    return [
        (number, Period(max(entry.period.start, now), entry.period.end))
        for number, entry in enumerate(entries)
        if fits(entry)
    ]


def _hold(
    tx: Tx, entry: Waiting, wishes: Sequence[tuple[Wish, Facts]], period: Period, *, now: datetime
) -> bool:
    """Hold the period on each of the entry's machines as one offer, and notify its person.

    Return False where too few technicians are free at once, and hold nothing.
    """
    try:
        with tx.transaction():
            _make_offer(tx, entry, wishes, period, now=now)
    except Refused:
        return False
    return True


def _make_offer(
    tx: Tx, entry: Waiting, wishes: Sequence[tuple[Wish, Facts]], period: Period, *, now: datetime
) -> None:
    until = min(answer_by(now, period.start, facts.rules, facts.zone) for _, facts in wishes)
    joined = new_id() if len(wishes) > 1 else None
    held: list[Booking] = []
    at = recorded_at(tx, entry.centre_id)
    for wish, facts in wishes:
        if wish.offer is None:
            raise ValueError("an offer has the id that its wish was evaluated with")
        booking = Booking(
            id=wish.offer,
            centre_id=entry.centre_id,
            machine_id=wish.machine_id,
            company_id=entry.company_id,
            person_id=entry.person_id,
            period=period,
            state=BookingState.OFFERED,
            expires_at=until,
            joined=joined,
            answers=entry.answers,
            usage_mode=facts.rules.mode(entry.usage_mode),
        )
        bookings.insert(tx, booking, facts.rules, by=None, recorded_at=at, action=FirstStep.OFFER)
        if machine := machines.by_id(tx, booking.machine_id):
            assistance.hold(tx, machine, booking)
            holding.hold(tx, machine, booking)
        held.append(booking)
    waiting_list.offer(tx, entry.id, held[0].id)
    together = {"bookings": ",".join(str(b.id) for b in held)} if joined else {}
    attendance.tell(tx, held[0], "booking.offered", until=write_instant(until), **together)
