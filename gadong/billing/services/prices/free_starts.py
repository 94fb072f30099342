"""The free starts of a machine by day, each with its price of full use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from gadong.billing.domain.statement import Reckoning
from gadong.billing.services.prices.pricing import buyer, price_on
from gadong.billing.services.prices.quotes import estimate, observed_before
from gadong.billing.services.statement_inputs import left_for_more
from gadong.booking.domain.booking_request import Facts, Wish
from gadong.booking.domain.day_slots import DaySlots, day_slots, in_common
from gadong.booking.domain.rules.limits import Rules
from gadong.booking.services.bookings import Request, need_sane, wish_for
from gadong.booking.services.request_facts import facts_for
from gadong.booking.services.rules.company_rule_book import Book, book
from gadong.core.database import END_OF_TIME, Pool, Tx, transaction
from gadong.core.domain import clock
from gadong.core.domain.access import Caller
from gadong.core.domain.calendar import Month
from gadong.core.domain.machine_state import State
from gadong.core.domain.period import Period
from gadong.machines.domain.machine import Machine
from gadong.people.services.customers import need_served

# Five rows of a calendar; longer horizons are reached by the date that is chosen.
DAYS = 35
DAY = timedelta(days=1)
# A day that is named lies at most a year ahead, as far as any horizon.
MAX_AHEAD = timedelta(days=366)


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeStart:
    """A free period, and its price of full use in won with VAT; None without a published price."""

    period: Period
    price: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeStarts:
    """The number of free starts of each day, and the free and the taken times of one day."""

    counts: Mapping[date, int]
    day: date
    free: Sequence[FreeStart]
    taken: Sequence[Period]
    is_open: bool


def free_starts(
    pool: Pool, who: Caller, wanted: Request, *, day: date | None, now: datetime
) -> FreeStarts:
    """Return the days from today on with their free starts for a request's length.

    The day in detail is `day`, or the first with a free start. The request's own start is not used.
    """
    need_sane(who, wanted)
    machine, length = wanted.machine, wanted.period.length
    with transaction(pool, who.reach()) as tx:
        need_served(tx, machine.centre_id, wanted.company)
        known = book(tx, machine.centre_id, wanted.company, at=now)
        today = clock.day_of(now, known.centre.zone)
        days = [today + n * DAY for n in range(DAYS)]
        if day and day not in days and today < day <= today + MAX_AHEAD:
            days.append(day)
        each = []
        for one in (machine, *wanted.also):
            wish = wish_for(wanted, one, who)
            wish = replace(wish, is_unnamed=False, period=Period(now, now + length))
            each.append(_by_day(tx, known, one, wish, days, now=now))
        found = {d: in_common([slots[d] for slots in each]) for d in days}
        counts = {d: len(slots.free) for d, slots in found.items()}
        chosen = day if day in found else next((d for d in days if counts[d]), today)
        prices = _prices(tx, who, wanted, known, found[chosen].free)
    slots = found[chosen]
    return FreeStarts(
        counts=counts,
        day=chosen,
        free=[
            FreeStart(period=p, price=price) for p, price in zip(slots.free, prices, strict=True)
        ],
        taken=slots.taken,
        is_open=slots.is_open,
    )


def _by_day(
    tx: Tx, known: Book, machine: Machine, wish: Wish, days: Sequence[date], *, now: datetime
) -> dict[date, DaySlots]:
    """Return each day's slots by the rules in force on it; equal rules share their facts."""
    zone, length = known.centre.zone, wish.period.length
    bounds = Period(clock.midnight(days[0], zone), clock.midnight(days[-1] + DAY, zone))
    bounds = bounds.widened(before=length, after=length)
    facts_by_rules: list[tuple[Rules, Facts]] = []
    found: dict[date, DaySlots] = {}
    for day in days:
        midnight = clock.midnight(day, zone)
        start = max(midnight, now)
        rules = known.rules(machine, start)
        facts = next((f for r, f in facts_by_rules if r == rules), None)
        if facts is None:
            on_day = replace(wish, period=Period(start, start + length))
            facts = facts_for(tx, known, machine, on_day, bounds=bounds)
            facts_by_rules.append((rules, facts))
        whole = Period(midnight, clock.midnight(day + DAY, zone))
        found[day] = day_slots(wish, facts, whole, now=now)
    return found


def _prices(
    tx: Tx, who: Caller, wanted: Request, known: Book, periods: Sequence[Period]
) -> list[int | None]:
    """Return the price of each period, as a quote says it: free time and caps are left out."""
    if not periods:
        return []
    centre, start = known.centre, periods[0].start
    payer = buyer(tx, centre, wanted.company, Period(start, periods[-1].end), END_OF_TIME)
    day = clock.day_of(start, centre.zone)
    priced, sums = [], Reckoning()
    for machine in (wanted.machine, *wanted.also):
        mode = known.rules(machine, start).mode(wanted.usage_mode)
        version, price = price_on(payer, machine, day, mode, observed_before(tx, machine, start))
        if version is None or price is None:
            return [None] * len(periods)
        month = str(Month.of(start, centre.zone))
        sums = replace(payer.reckoning([version]), drawn=left_for_more(tx, payer, month))
        priced.append((machine, known.limits(machine, start), replace(price, quotas=(), cap=None)))
    asked = [replace(wanted, period=period) for period in periods]
    return [estimate(who, one, priced, State.RUNNING, sums).totals.total for one in asked]
