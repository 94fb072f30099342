"""Quotes: the answer and the cost of a booking request, without a booking."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise

from gadong.billing.domain.charge import Charge, Price
from gadong.billing.domain.documents.charge_text import sentences
from gadong.billing.domain.rating.rating import rate
from gadong.billing.domain.statement import Reckoning, Totals
from gadong.billing.services.prices.pricing import Buyer, buyer, price_on
from gadong.billing.services.statement_inputs import left_for_more
from gadong.booking.domain.attribution import attribute
from gadong.booking.domain.booking import Booking, BookingState
from gadong.booking.domain.booking_request import FreeSlot, Wish
from gadong.booking.domain.rules.policy import needs_approval
from gadong.booking.domain.seating import seats_on
from gadong.booking.domain.session import sessions
from gadong.booking.domain.usage import AttributionLimits, CheckIn, Witnesses
from gadong.booking.services.bookings import Request, named, need_sane, wish_for
from gadong.booking.services.evaluation import Weighed, lock_kinds, weigh
from gadong.booking.services.moves import cancellation
from gadong.booking.services.rules.company_rule_book import book
from gadong.booking.services.together.group_answer import all_problems, alternatives_for_all
from gadong.booking.services.waiting import offers
from gadong.core.database import END_OF_TIME, Pool, Tx, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.calendar import Month
from gadong.core.domain.charge_component import Component
from gadong.core.domain.ids import BookingId, MachineId, new_id
from gadong.core.domain.machine_state import Grade, State
from gadong.core.domain.problem import NotFound, Problem
from gadong.machines.domain.machine import Machine
from gadong.machines.domain.observation import Observed, observed_at
from gadong.machines.store import machines, observations
from gadong.metering.domain.run import Run
from gadong.people.store import people

# Runs around the wished time decide whether anybody came and whether somebody overran.
MARGIN = timedelta(days=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class EstimateLine:
    """One line as a statement would say it: the machine, the sentence in both languages,
    whole won.
    """

    machine: MachineId
    machine_slug: str
    component: Component
    ko: str
    en: str
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """Charges of a quote, their sums with VAT, and the parts that programmes pay."""

    lines: tuple[EstimateLine, ...]
    totals: Totals


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """All problems, the alternatives, and the price with full use and without any.

    The estimates are None where no published tariff prices the machine on that day.
    """

    problems: list[Problem]
    alternatives: list[FreeSlot]
    needs_approval: bool
    free_cancellation_until: datetime
    is_free_to_cancel: bool
    used: Estimate | None
    unused: Estimate | None


def quote(pool: Pool, who: Caller, wanted: Request, *, now: datetime) -> Quote:
    """Answer a wish as `bookings.request` would, with its price, and change nothing.

    What another holds is said, and nothing of whose it is. Nothing is locked, unless time has
    brought what nobody has settled yet.
    """
    need_sane(who, wanted)
    period = wanted.period
    every = [wanted.machine, *wanted.also]
    asked: list[tuple[Machine, Wish, Weighed]] = []
    priced: list[tuple[Machine, AttributionLimits, Price]] = []
    sums = Reckoning()
    # The answer needs the settled bookings; the rollback keeps nothing of them.
    with transaction(pool, who.reach()) as tx, tx.transaction(force_rollback=True):
        is_settled = all(offers.is_up_to_date(tx, machine, now=now) for machine in every)
        if not is_settled:
            machines.lock(tx, [m.id for m in every])
            lock_kinds(tx, every, now=now)
        wanted = named(tx, who, wanted)
        known = book(tx, wanted.machine.centre_id, wanted.company, at=period.start)
        centre = known.centre
        payer = buyer(tx, centre, wanted.company, period, END_OF_TIME)
        day = period.start.astimezone(centre.zone).date()
        for machine in every:
            if not is_settled:
                offers.bring_up_to_date(tx, machine, now=now)
            # The price and the times are asked for before anybody says for whom.
            wish = replace(wish_for(wanted, machine, who), is_unnamed=False)
            weighed = weigh(
                tx,
                who,
                machine,
                wish,
                override=wanted.override,
                now=now,
                shared=known,
                is_binding=False,
            )
            asked.append((machine, wish, weighed))
            mode = weighed.facts.rules.mode(wish.usage_mode)
            observed = observed_before(tx, machine, period.start)
            version, price = price_on(payer, machine, day, mode, observed)
            if version and price:
                # Of a programme a quote promises what the statement would find left of its budget
                # and its cap today.
                month = str(Month.of(period.start, centre.zone))
                sums = replace(payer.reckoning([version]), drawn=left_for_more(tx, payer, month))
                # Free time and caps depend on the whole month; a quote leaves them out so as not to
                # promise too much.
                own = replace(price, quotas=(), cap=None)
                priced.append((machine, known.limits(machine, period.start), own))
    is_priced = len(priced) == len(every)
    rules = [w.facts.rules for _, _, w in asked]
    free_until = period.start - max(r.free_cancellation for r in rules)
    return Quote(
        problems=all_problems(asked),
        alternatives=alternatives_for_all(asked, now=now) if all_problems(asked) else [],
        needs_approval=any(needs_approval(wish, w.facts, now) for _, wish, w in asked),
        free_cancellation_until=free_until,
        is_free_to_cancel=now <= free_until,
        used=estimate(who, wanted, priced, State.RUNNING, sums) if is_priced else None,
        unused=estimate(who, wanted, priced, State.IDLE, sums) if is_priced else None,
    )


def cancelling(pool: Pool, who: Caller, booking: Booking, *, now: datetime) -> int | None:
    """Return the fee in won before tax if the booking were cancelled now.

    None without a published price for the day. Use of the freed time by others would lower it; that
    is not known yet.
    """
    permit = who.need_company(booking.centre_id, booking.company_id, Right.DESK_SEE)
    with transaction(pool, permit) as tx:
        centre, machine = (
            people.centre(tx, booking.centre_id),
            machines.by_id(tx, booking.machine_id),
        )
        if centre is None or machine is None:
            raise NotFound
        left = cancellation.gives_up(tx, machine, booking, now=now)
        is_excused = bool(cancellation.excused(tx, booking, left))
        booking = left.booking if left else booking
        payer = buyer(tx, centre, booking.company_id, booking.period, END_OF_TIME)
        day = booking.period.start.astimezone(centre.zone).date()
        observed = observed_before(tx, machine, booking.period.start)
        _, price = price_on(payer, machine, day, booking.usage_mode, observed)
        limits = book(tx, centre.id, at=booking.period.start).limits(machine, booking.period.start)
    if price is None:
        return None
    if left is None or is_excused:
        return 0
    cancelled = replace(booking, state=BookingState.CANCELLED, cancelled_at=left.at)
    whole = booking.period.widened(before=MARGIN, after=MARGIN)
    found = sessions(machine.id, [], [], Witnesses(bookings=[cancelled]), limits)
    return sum(charge.amount for session in found for charge in rate(session, price, whole))


def full_use(
    tx: Tx, who: Caller, booking: Booking, hall: Sequence[Machine]
) -> dict[MachineId, int]:
    """Return the price of full use of each machine for a booking's time, in whole won with VAT.

    Machines that no published tariff prices are left out.
    """
    centre = people.centre(tx, booking.centre_id)
    if centre is None:
        raise NotFound
    start = booking.period.start
    payer = buyer(tx, centre, booking.company_id, booking.period, END_OF_TIME)
    known = book(tx, centre.id, at=start)
    found: dict[MachineId, int] = {}
    for machine in hall:
        day = start.astimezone(centre.zone).date()
        observed = observed_before(tx, machine, start)
        version, price = price_on(payer, machine, day, booking.usage_mode, observed)
        if version is None or price is None:
            continue
        request = Request(
            machine=machine,
            company=booking.company_id,
            person=booking.person_id,
            period=booking.period,
            seats=booking.seats,
        )
        # As in a quote: free time and caps depend on the whole month.
        own = replace(price, quotas=(), cap=None)
        charges = _charges(who, request, machine, known.limits(machine, start), own, State.RUNNING)
        found[machine.id] = payer.reckoning([version]).totals(charges).total
    return found


def shared_use(tx: Tx, who: Caller, payer: Buyer, booking: Booking) -> list[Charge] | None:
    """Return the charges of full use of a booking that several companies pay, undivided.

    None where no published tariff prices its machine.
    """
    machine, start = machines.by_id(tx, booking.machine_id), booking.period.start
    if machine is None:
        raise NotFound
    day = start.astimezone(payer.centre.zone).date()
    observed = observed_before(tx, machine, start)
    _, price = price_on(payer, machine, day, booking.usage_mode, observed)
    if price is None:
        return None
    request = Request(
        machine=machine,
        company=booking.company_id,
        person=booking.person_id,
        period=booking.period,
        seats=booking.seats,
    )
    alone = replace(price, item=replace(price.item, tiers=()), quotas=(), cap=None)
    limits = book(tx, payer.centre.id, at=start).limits(machine, start)
    return _charges(who, request, machine, limits, alone, State.RUNNING)


def observed_before(tx: Tx, machine: Machine, instant: datetime) -> Observed:
    """Return what is observed of the machine at an instant, as prices by condition need it."""
    return observed_at(
        observations.of_machine(tx, machine.id, recorded_before=END_OF_TIME), instant
    )


def estimate(
    who: Caller,
    wanted: Request,
    priced: Sequence[tuple[Machine, AttributionLimits, Price]],
    state: State,
    sums: Reckoning,
) -> Estimate:
    """Return the cost of machines in the state for the requested time, and idle around it."""
    found = [
        (machine, charge, price)
        for machine, limits, price in priced
        for charge in _charges(who, wanted, machine, limits, price, state)
    ]
    lines = tuple(
        EstimateLine(
            machine=machine.id,
            machine_slug=machine.slug,
            component=charge.component,
            ko=ko,
            en=en,
            amount=charge.amount,
        )
        for machine, charge, price in found
        for ko, en in [sentences(charge, price.zone)]
    )
    return Estimate(lines=lines, totals=sums.totals([charge for _, charge, _ in found]))


def _charges(
    who: Caller,
    wanted: Request,
    machine: Machine,
    limits: AttributionLimits,
    price: Price,
    state: State,
) -> list[Charge]:
    booking = Booking(
        id=BookingId(new_id()),
        centre_id=machine.centre_id,
        machine_id=machine.id,
        company_id=wanted.company,
        person_id=wanted.person or who.person_id,
        period=wanted.period,
        state=BookingState.CONFIRMED,
        usage_mode=price.usage_mode,
        seats=seats_on(machine.seats, wanted.seats),
    )
    whole = booking.period.widened(before=MARGIN, after=MARGIN)
    edges = [whole.start, booking.period.start, booking.period.end, whole.end]
    runs = [
        Run(start=start, end=end, state=shown, grade=Grade.SIGNAL)
        for (start, end), shown in zip(
            pairwise(edges), [State.IDLE, state, State.IDLE], strict=True
        )
    ]
    check_in = CheckIn(
        at=booking.period.start,
        until=booking.period.end,
        company_id=booking.company_id,
        person_id=booking.person_id,
        booking_id=booking.id,
    )
    witnesses = Witnesses(
        bookings=[booking], check_ins=[check_in] if state is State.RUNNING else []
    )
    usages = attribute(runs, witnesses, limits, bounds=whole)
    found = sessions(booking.machine_id, usages, runs, witnesses, limits)
    return [charge for session in found for charge in rate(session, price, whole)]
