"""Billed seconds in the order of the clock, by what each costs: window, overrun, free time and
tier.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from gadong.billing.domain.charge import Pools, Price
from gadong.billing.domain.rate_terms import Basis, DayUnit, Overrun
from gadong.billing.domain.rating.billable_time import Piece, UnitSpan
from gadong.billing.domain.tariff import RateItem
from gadong.billing.domain.tariff_terms import DayClass, Hours
from gadong.booking.domain.session import Session
from gadong.core.domain import clock
from gadong.core.domain.calendar import Month, month_edges
from gadong.core.domain.charge_component import Component
from gadong.core.domain.machine_state import State
from gadong.core.domain.money import per_second, percent
from gadong.core.domain.period import Period, span, split_at

ZERO, FULL = Decimal(0), Decimal(100)


@dataclass(frozen=True, slots=True)
class Band:
    """Billed seconds of one kind, and the first of them.

    `rate` is of one of the `seats`. `freed` counts seconds beside them that were free. Of a `unit`
    of the day's clock the rate is its price, and `count` says whether it is owed by this session.
    """

    component: Component
    seconds: int
    pct: Decimal
    rate: Decimal
    at: datetime
    freed: int = 0
    seats: int = 1
    unit: DayUnit | None = None
    count: int = 0

    @property
    def gross(self) -> Fraction:
        """Won before any discount, exactly."""
        if self.unit:
            return Fraction(self.rate) * self.seats * self.count * percent(self.pct)
        return per_second(self.rate) * self.seats * self.seconds * percent(self.pct)


def walk(
    pieces: Sequence[Piece],
    measured: Sequence[Period],
    session: Session,
    price: Price,
    pools: Pools,
    *,
    cuts: Sequence[datetime] = (),
    since: datetime | None = None,
    until: datetime | None = None,
) -> Iterator[Band]:
    """Yield the billed seconds between two instants in the order of the clock, by what each costs.

    No band lies on both sides of one of the `cuts`. Each month's free time and tiers are used up.
    Whether the session overran is read from the measured time.
    """
    over = _overrun(measured, session, price.item.overrun)
    idle = _idle(session, price.item)
    seats = price.seats(session)
    earlier: set[datetime] = set()
    for piece in pieces:
        if piece.unit:
            at = max(piece.counts_at, since or piece.counts_at)
            if piece.counts_at < at:
                earlier.add(piece.unit.period.start)
            is_here = piece.period.end > at and not (until and at >= until)
            # A rounding is of a second whose unit is owed already.
            if is_here and not piece.is_rounding:
                late = over.pct_at(at), min(over.pct_at(piece.counts_at), FULL)
                yield from _of_unit(piece.unit, at, session, price, pools, late, earlier=earlier)
            continue
        edges = [*over.edges, *_window_edges(piece.period, price), *cuts]
        edges += [*month_edges(piece.period, price.zone), *(x for x in (since, until) if x)]
        for part in split_at(piece.period, [*edges, *(e for p in idle for e in (p.start, p.end))]):
            # A rounding has the band of the second it rounds.
            at = piece.counts_at if piece.is_rounding else part.start
            if (since and at < since) or (until and at >= until):
                continue
            own = price.item.idle_pct if any(p.contains(at) for p in idle) else FULL
            pcts = _pcts(own, window_pct(at, price), over.pct_at(at))
            left = _after_free_time(part.seconds, price, pools, at)
            if left < part.seconds:
                yield Band(
                    Component.TIME, 0, pcts[0][1], price.item.rate_per_hour, at, part.seconds - left
                )
            for seconds, rate_ in _tiers(left, session, price, pools, at):
                for component, pct in pcts:
                    yield Band(component, seconds, pct, rate_, at, seats=seats)


def _pcts(own: Decimal, window: Decimal, late: Decimal) -> tuple[tuple[Component, Decimal], ...]:
    """Return the per cent of the rate by component.

    A cheaper second has a lower price of its own, so that discounts multiply with it. A dearer
    second has a surcharge (docs/tariffs.md).
    """
    return (
        (Component.TIME, own * min(window, FULL) * min(late, FULL) / (FULL * FULL)),
        (Component.SURCHARGE, max(window - FULL, ZERO) * own / FULL),
        (Component.OVERRUN, max(late - FULL, ZERO) * own / FULL),
    )


def _of_unit(
    one: UnitSpan,
    at: datetime,
    session: Session,
    price: Price,
    pools: Pools,
    late: tuple[Decimal, Decimal],
    *,
    earlier: Container[datetime],
) -> Iterator[Band]:
    """Yield what a unit costs at the first second that is billed in it.

    A unit that the company owes already, or owes in the month before (`earlier` has the starts of
    those), is counted as none. Bookings of seats are beside each other: each owes its own units.
    `late` is the overrun's per cent here, and that of the unit at the first second of all. An
    overrun below 100 % takes no unit: who takes it then owes the rest.
    """
    item = price.item
    own = session.key if item.by_seat else ""
    owed_for = f"{session.machine_id}/{item.usage_mode or ''}/{own}"
    window = window_pct(one.period.start, price)
    owed = pools.owe_unit(owed_for, one.day, one.period, late[1])
    pcts = _pcts(FULL, window, late[0])
    if owed and owed.before is not None:
        # The overrun had the window's surcharge.
        rest = _pcts(FULL, min(window, FULL), late[1] - owed.before)
        pcts = (*rest[:2], pcts[2])
    is_owed = owed is not None and one.period.start not in earlier
    for component, pct in pcts if is_owed else pcts[:1]:
        yield Band(
            component,
            0,
            pct,
            one.unit.price_of(owed.number if owed else 1),
            at,
            seats=price.seats(session),
            unit=one.unit,
            count=int(is_owed),
        )


def overrun_fee(measured: Sequence[Period], session: Session, item: RateItem) -> int:
    """Return the won that staying past the end costs once, whatever its length."""
    return item.overrun.flat if _overrun(measured, session, item.overrun).booked_end else 0


def _after_free_time(seconds: int, price: Price, pools: Pools, at: datetime) -> int:
    """Use up what is still free in the instant's month, and return the seconds that are left."""
    freed = pools.free.setdefault(Month.of(at, price.zone), {})
    for quota in price.quotas:
        if quota.hours and not any(_holds(h, at, price) for h in quota.hours):
            continue
        used = freed.get(quota.pool, 0)
        free = min(seconds, max(0, quota.seconds - used))
        freed[quota.pool] = used + free
        seconds -= free
    return seconds


def _tiers(
    seconds: int, session: Session, price: Price, pools: Pools, at: datetime
) -> Iterator[tuple[int, Decimal]]:
    """Yield the seconds with the rate of the tier that each falls in, by all use that the item
    prices in the month.
    """
    item, own = price.item, price.use(session.machine_id)
    uses = pools.used.setdefault(Month.of(at, price.zone), {})
    while seconds:
        used = sum(n for use, n in uses.items() if price.counts(use, own))
        rate_, left = item.rate_after(used)
        take = seconds if left is None else min(seconds, left)
        uses[own] = uses.get(own, 0) + take
        seconds -= take
        yield take, rate_


def _idle(session: Session, item: RateItem) -> list[Period]:
    """Return an occupied machine's known idle time, if the item prices it separately."""
    if item.basis is not Basis.ACTUAL_OCCUPIED or item.idle_pct == FULL or session.occupied is None:
        return []
    resting = (r for r in session.runs if r.state in {State.IDLE, State.OFF})
    return [part for r in resting if (part := r.clipped(session.occupied))]


@dataclass(frozen=True, slots=True)
class _OverrunBands:
    booked_end: datetime | None
    neighbours: tuple[Period, ...]
    prices: Overrun

    @property
    def edges(self) -> list[datetime]:
        if self.booked_end is None:
            return []
        return [self.booked_end, *(edge for n in self.neighbours for edge in (n.start, n.end))]

    def pct_at(self, instant: datetime) -> Decimal:
        if self.booked_end is None or instant < self.booked_end:
            return FULL
        encroaches = any(n.contains(instant) for n in self.neighbours)
        return self.prices.pct_encroach if encroaches else self.prices.pct_free_slot


def _overrun(measured: Sequence[Period], session: Session, prices: Overrun) -> _OverrunBands:
    """Judge by the seconds that were measured: neither a rounding nor a minimum is an overrun."""
    end = session.booking.period.end if session.booking else None
    if end is None:
        return _OverrunBands(None, (), prices)
    past = sum(late.seconds for p in measured if (late := span(max(p.start, end), p.end)))
    neighbours = tuple(n for n in session.neighbours if n.end > end)
    return _OverrunBands(end if past > prices.grace_seconds else None, neighbours, prices)


def _window_edges(period: Period, price: Price) -> list[datetime]:
    """Return the instants at which a window or the hours of free time may begin or end."""
    every = [*price.item.windows, *(h for quota in price.quotas for h in quota.hours)]
    if not every:
        return []
    return clock.edges(
        period, {t for hours in every for t in (hours.since, hours.until)}, price.zone
    )


def window_pct(instant: datetime, price: Price) -> Decimal:
    """Return an instant's window in per cent; a day's class goes first, 100 outside all."""
    found = [w for w in price.item.windows if _holds(w, instant, price)]
    return min(found, key=lambda w: w.days is DayClass.ANY).pct if found else FULL


def _holds(hours: Hours, instant: datetime, price: Price) -> bool:
    local = instant.astimezone(price.zone)
    own = DayClass.HOLIDAY if local.date() in price.holidays else DayClass.WORKING
    return hours.days in {own, DayClass.ANY} and hours.contain(local)
