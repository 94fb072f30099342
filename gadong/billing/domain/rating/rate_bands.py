"""Billed seconds in the order of the clock, by what each costs: window, overrun, free time and
tier.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from gadong.billing.domain.charge import Pools, Price
from gadong.billing.domain.rate_terms import Basis, Overrun
from gadong.billing.domain.rating.billable_time import Piece
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

    `rate` is of one of the `seats`. `freed` counts seconds beside them that were free.
    """

    component: Component
    seconds: int
    pct: Decimal
    rate: Decimal
    at: datetime
    freed: int = 0
    seats: int = 1

    @property
    def gross(self) -> Fraction:
        """Won before any discount, exactly."""
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
    for piece in pieces:
        edges = [
            *over.edges,
            *_window_edges(piece.period, price),
            *month_edges(piece.period, price.zone),
        ]
        edges += [*cuts, *(instant for instant in (since, until) if instant)]
        edges += [e for p in idle for e in (p.start, p.end)]
        for part in split_at(piece.period, edges):
            # A rounding has the band of the second it rounds.
            at = piece.counts_at if piece.is_rounding else part.start
            if (since and at < since) or (until and at >= until):
                continue
            rests = any(p.contains(at) for p in idle)
            own = price.item.idle_pct if rests else FULL
            window, late = window_pct(at, price), over.pct_at(at)
            # A cheaper second has a lower price of its own, so that discounts multiply with it. A
            # dearer second has a surcharge (docs/tariffs.md).
            lowered = own * min(window, FULL) * min(late, FULL) / (FULL * FULL)
            left = _after_free_time(part.seconds, price, pools, at)
            if left < part.seconds:
                yield Band(
                    Component.TIME, 0, lowered, price.item.rate_per_hour, at, part.seconds - left
                )
            pcts = (
                (Component.TIME, lowered),
                (Component.SURCHARGE, max(window - FULL, ZERO) * own / FULL),
                (Component.OVERRUN, max(late - FULL, ZERO) * own / FULL),
            )
            for seconds, rate_ in _tiers(left, session, price, pools, at):
                for component, pct in pcts:
                    yield Band(component, seconds, pct, rate_, at, seats=seats)


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
