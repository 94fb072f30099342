"""Printing by the click: uses that a machine's page counter counts, and what they are charged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from gadong.billing.domain.counters.counter_use import (
    MOST_READING,
    CounterUse,
    CounterUseStep,
    placed,
)
from gadong.billing.services import sales
from gadong.billing.services.month_locks import need_chargeable
from gadong.billing.store.counters import counter_uses
from gadong.core.database import Pool, Tx, recorded_at, retried, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.ids import BookingId, CentreId, CompanyId, MachineId, new_id
from gadong.core.domain.period import Period
from gadong.core.domain.problem import Invalid, NotFound
from gadong.dialects.domain.signal import Channel
from gadong.machines.domain.machine import Machine
from gadong.machines.store import machines
from gadong.metering.store import counters
from gadong.people.services.customers import need_served
from gadong.people.store import people

MOST_SHOWN = 200
# A counter's device says the count at least as often as it changes; an older word is not trusted.
SENT_WITHIN = timedelta(days=31)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingAt:
    """A counter's value at an instant; None is read from what the machine sent."""

    at: datetime
    value: int | None = None


@retried
def start(
    pool: Pool,
    who: Caller,
    *,
    centre: CentreId,
    machine: Machine,
    company: CompanyId,
    booking: BookingId | None,
    good: str,
    first: ReadingAt,
    last: ReadingAt | None = None,
    counter: str = "",
    is_replaced: bool = False,
    now: datetime,
) -> CounterUse:
    """Record the reading with which a company's use begins; with `last` also its end.

    `is_replaced` says that the counter began anew since the use before.
    """
    permit = who.need(centre, Right.DESK_WORK)
    with transaction(pool, permit) as tx:
        site = people.centre(tx, centre)
        if site is None or machine.centre_id != centre:
            raise NotFound("The centre has no such machine")
        need_served(tx, centre, company)
        if sales.need_theirs(tx, centre, company, machine, booking) != machine.id:
            raise Invalid("The booking is of another machine", field="booking")
        _need_past(first, now)
        sales.need_piece(tx, centre, good, at=first.at)
        # The machine before the month, as at the end of a use: nobody waits in a ring.
        machines.lock(tx, [machine.id])
        need_chargeable(tx, site, company, first.at)
        named = _named(tx, machine.id, counter.strip())
        use = CounterUse(
            id=new_id(),
            centre_id=centre,
            machine_id=machine.id,
            company_id=company,
            booking_id=booking,
            counter=named,
            good=good,
            started_at=first.at,
            start_reading=_value(tx, machine.id, named, first),
            recorded_by=who.person_id,
            recorded_at=recorded_at(tx, centre),
        )
        if last is not None:
            use = _read_to_the_end(tx, use, last, now=now)
        others = counter_uses.of_counter(tx, machine.id, use.counter)
        if use.counter:
            # Readings from before the counters had names may be the same counter's.
            others += counter_uses.of_counter(tx, machine.id, "")
        use = placed(use, others, is_replaced=is_replaced)
        if last is not None:
            use = _charged(tx, who, use)
        counter_uses.insert(tx, use)
    return use


@retried
def end(pool: Pool, who: Caller, use_id: UUID, last: ReadingAt, *, now: datetime) -> CounterUse:
    """Record the reading with which a use ends, and charge the company what was counted."""
    with transaction(pool, who.reach()) as tx:
        found = _worked_on(tx, who, use_id)
        machines.lock(tx, [found.machine_id])
        done = _charged(tx, who, _read_to_the_end(tx, found, last, now=now))
        counter_uses.change(tx, done)
    return done


@retried
def take_back(pool: Pool, who: Caller, use_id: UUID, *, reason: str) -> CounterUse:
    """Take a use back, with its charge; its counts may then be another's."""
    with transaction(pool, who.reach()) as tx:
        found = _worked_on(tx, who, use_id)
        state = found.after(CounterUseStep.TAKE_BACK)
        if not (why := reason.strip()):
            raise Invalid("This must be said", field="reason")
        if found.entry_id is not None:
            sales.take_back(tx, who, found.entry_id, reason=why)
        gone = replace(found, state=state, reason=why)
        counter_uses.change(tx, gone)
    return gone


def find(pool: Pool, who: Caller, use_id: UUID) -> CounterUse:
    """Return a use, for its company and the centre's desk."""
    with transaction(pool, who.reach()) as tx:
        return _seen(tx, who, use_id)


def shown(
    pool: Pool,
    who: Caller,
    centre: CentreId,
    *,
    machine: MachineId | None = None,
    after: tuple[datetime, UUID] | None = None,
    most: int = MOST_SHOWN,
) -> list[CounterUse]:
    """Return a centre's uses, the latest start first: all to the desk, a company its own."""
    permit = who.need_entry(centre)
    companies = None if who.may(centre, Right.DESK_SEE) else who.companies
    with transaction(pool, permit) as tx:
        return counter_uses.of_centre(
            tx, centre, companies=companies, machine_id=machine, after=after, most=most
        )


def uncounted(
    pool: Pool, who: Caller, centre: CentreId, uses: Sequence[CounterUse]
) -> Mapping[UUID, int]:
    """Return the counts before each use that are nobody's; for the centre's desk."""
    permit = who.need(centre, Right.DESK_SEE)
    with transaction(pool, permit) as tx:
        return counter_uses.uncounted(tx, [use.id for use in uses])


def _read_to_the_end(tx: Tx, use: CounterUse, last: ReadingAt, *, now: datetime) -> CounterUse:
    use.after(CounterUseStep.END)
    _need_past(last, now)
    return use.ended(last.at, _value(tx, use.machine_id, use.counter, last))


def _charged(tx: Tx, who: Caller, use: CounterUse) -> CounterUse:
    """Return the use with the entry that charges it, on the day of its start."""
    if not use.counted:
        return use
    entry = sales.enter_service(
        tx,
        who,
        use.centre_id,
        use.company_id,
        use.good,
        quantity=Decimal(use.counted),
        machine=machines.by_id(tx, use.machine_id),
        booking=use.booking_id,
        at=use.started_at,
        note=use.note,
    )
    return replace(use, entry_id=entry)


def _named(tx: Tx, machine_id: MachineId, wanted: str) -> str:
    """Return a counter's name as the machine's uses write it.

    Once a machine's counters have names each use says which: otherwise one count could be charged
    under two of them.
    """
    named = [name for name in counter_uses.names(tx, machine_id) if name]
    for name in named:
        if name.casefold() == wanted.casefold():
            return name
    if named and not wanted:
        names = ", ".join(named)
        raise Invalid(f"The machine's counters have names; name one of {names}", field="counter")
    return wanted


def _value(tx: Tx, machine_id: MachineId, counter: str, reading: ReadingAt) -> int:
    """Return the value that was typed, else the last that the machine sent by then."""
    if reading.value is not None:
        if not 0 <= reading.value <= MOST_READING:
            raise Invalid(f"A reading is between 0 and {MOST_READING:,}", field="reading")
        return reading.value
    window = Period(reading.at - SENT_WITHIN, reading.at + timedelta(microseconds=1))
    sent = counters.readings(tx, machine_id, window, [Channel.PARTS])
    fitting = [
        found
        for (_, _, part), found in sent.items()
        if not counter or part.casefold() == counter.casefold()
    ]
    if not fitting:
        raise Invalid("The machine sent no count by then; type the reading", field="reading")
    if len(fitting) > 1:
        parts = ", ".join(sorted({part for _, _, part in sent}))
        raise Invalid(f"The machine sends several counts; name one of {parts}", field="counter")
    return int(fitting[0][-1].value)


def _need_past(reading: ReadingAt, now: datetime) -> None:
    if reading.at > now:
        raise Invalid("A counter is read now or was read before", field="at")


def _seen(tx: Tx, who: Caller, use_id: UUID) -> CounterUse:
    found = counter_uses.find(tx, use_id)
    if found is None or not (
        who.may(found.centre_id, Right.DESK_SEE) or found.company_id in who.companies
    ):
        raise NotFound("There is no such use that you may see")
    return found


def _worked_on(tx: Tx, who: Caller, use_id: UUID) -> CounterUse:
    found = _seen(tx, who, use_id)
    who.need(found.centre_id, Right.DESK_WORK)
    return found
