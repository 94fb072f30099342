"""The waiting list: freed time is offered in the order of asking, held while the first one answers, then passed on."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from gadong.domain import finder
from gadong.domain.access import Caller, Right
from gadong.domain.booking import Booking, BookingState
from gadong.domain.ids import BookingId, CompanyId, new_id
from gadong.domain.machine import Machine
from gadong.domain.period import Period, whole_minutes
from gadong.domain.problem import Invalid, NotAllowed, NotFound
from gadong.domain.wish import Wish
from gadong.services import attendance
from gadong.services.wishes import LONGEST, book, facts_for, need_served
from gadong.store import bookings, machines, people, waiting
from gadong.store.database import Pool, Tx, recorded_at, retried, transaction
from gadong.store.waiting import Waiting

#: What an answered offer makes of the entry it was made for.
OUTCOMES = {BookingState.CONFIRMED: "served", BookingState.CANCELLED: "left", BookingState.EXPIRED: "passed"}


@retried
def join(
    pool: Pool,
    who: Caller,
    machine: Machine,
    company: CompanyId,
    period: Period,
    length: timedelta,
    *,
    now: datetime,
) -> Waiting:
    """Wait for a stretch of the length anywhere inside the period."""
    permit = who.need_company(machine.centre_id, company, Right.DESK_WORK)
    if period.length > LONGEST or length > period.length or period.end <= now:
        raise Invalid("Wait within the next 31 days, for no longer than the period", field="end", limit=31)
    with transaction(pool, permit) as tx:
        need_served(tx, machine.centre_id, company)
        machines.lock(tx, [machine.id])
        rules = book(tx, machine.centre_id, company, at=period.start).rules(machine, period.start)
        if rules.waiting_list == "off":
            raise Invalid("This machine has no waiting list; book it", field="machine")
        if not rules.shortest <= length <= rules.longest:
            shortest, longest = (whole_minutes(x) for x in (rules.shortest, rules.longest))
            raise Invalid(f"A booking here has {shortest} to {longest} minutes", field="minutes")
        entry = Waiting(
            id=new_id(),
            centre_id=machine.centre_id,
            machine_id=machine.id,
            company_id=company,
            person_id=who.person_id,
            period=period,
            length=length,
        )
        waiting.insert(tx, entry)
        bring_up_to_date(tx, machine, now=now)
        return waiting.by_id(tx, entry.id) or entry


def leave(pool: Pool, who: Caller, entry_id: UUID) -> None:
    """Wait no more. An offer is answered by cancelling it."""
    with transaction(pool, who.reach()) as tx:
        entry = waiting.by_id(tx, entry_id)
        if entry is None or not who.may_see(entry.centre_id, entry.company_id, Right.DESK_WORK):
            raise NotFound
        if not waiting.leave(tx, entry_id):
            raise NotAllowed(state=entry.state, action="leave")


def page(pool: Pool, who: Caller) -> list[Waiting]:
    """Who waits: one's own companies, and at the centres one manages everybody."""
    with transaction(pool, who.reach()) as tx:
        managed = [c.id for c in people.centres(tx) if who.may(c.id, Right.DESK_SEE)]
        return waiting.page(tx, centre_ids=managed, company_ids=who.companies)


def answered(tx: Tx, booking: Booking) -> None:
    """Close the entry whose offer was taken or given up."""
    if booking.state in OUTCOMES:
        waiting.settle(tx, booking.id, OUTCOMES[booking.state])


def listen(pool: Pool, who: Caller, machine: Machine, *, least: timedelta | None, ahead: timedelta) -> None:
    """Hear when `least` and more becomes free on a machine so far ahead; None: no more."""
    permit = who.need_entry(machine.centre_id)
    with transaction(pool, permit) as tx:
        if least is None:
            waiting.listen_no_more(tx, machine.id, who.person_id)
        else:
            waiting.listen(tx, machine, who.person_id, least=least, ahead=ahead)


def bring_up_to_date(tx: Tx, machine: Machine, *, now: datetime) -> None:
    """Settle the machine's bookings by the facts, and offer what that freed, before anybody else can take it.

    The caller has locked the machine.
    """
    attendance.settle(tx, machine, now=now)
    offer(tx, machine, now=now)


def offer_all(tx: Tx, *, now: datetime) -> int:
    """Offer what is free wherever anybody waits; how many offers were made."""
    made = 0
    for machine_id in waiting.machines(tx, now=now):
        machines.lock(tx, [machine_id])
        machine = machines.by_id(tx, machine_id)
        made += offer(tx, machine, now=now) if machine else 0
    return made


def offer(tx: Tx, machine: Machine, *, now: datetime) -> int:
    """Hold what is free for those who wait, the first to ask first; how many offers were made.

    Who cannot be served now does not keep those behind them waiting. The caller has locked the machine.
    """
    made = 0
    for entry in waiting.first(tx, machine.id, now=now):
        begin = max(entry.period.start, now)
        if entry.period.end - begin < entry.length:
            continue
        wish = Wish(
            machine_id=machine.id,
            company_id=entry.company_id,
            person_id=entry.person_id,
            period=Period(begin, begin + entry.length),
        )
        known = book(tx, machine.centre_id, entry.company_id, at=begin)
        facts = facts_for(tx, known, machine, wish, bounds=Period(begin, entry.period.end))
        # Here the list itself gives the time out, and freed time is short of any notice.
        open_rules = replace(facts.rules, waiting_list="hybrid", notice=timedelta(0))
        period = finder.earliest(wish, replace(facts, rules=open_rules), now=now)
        if period is None or period.end > entry.period.end:
            continue
        booking = Booking(
            id=BookingId(new_id()),
            centre_id=machine.centre_id,
            machine_id=machine.id,
            company_id=entry.company_id,
            person_id=entry.person_id,
            period=period,
            state=BookingState.OFFERED,
            expires_at=max(now + timedelta(minutes=1), min(now + open_rules.offer, period.start)),
            usage_mode=open_rules.mode(None),
        )
        at = recorded_at(tx, machine.centre_id)
        bookings.insert(tx, booking, open_rules, by=None, recorded_at=at, action="offer")
        waiting.offer(tx, entry.id, booking.id)
        until = booking.expires_at or period.start
        attendance.tell(tx, booking, "booking.offered", until=until.isoformat())
        made += 1
    return made
