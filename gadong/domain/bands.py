"""Billed seconds in the order of the clock, by what each costs: window, overrun, free time and tier."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

from gadong.domain.charge import Pools, Price
from gadong.domain.measuring import Piece
from gadong.domain.money import per_second, percent
from gadong.domain.period import Period, span, split_at
from gadong.domain.session import Session
from gadong.domain.state import State
from gadong.domain.tariff import Basis, Component, DayClass, Overrun, RateItem, Window

FULL = Decimal(100)


@dataclass(frozen=True, slots=True)
class Band:
    """Billed seconds of one kind, in the order of the clock."""

    component: Component
    seconds: int
    pct: Decimal
    rate: Decimal

    @property
    def gross(self) -> Fraction:
        """Won before any discount, exactly."""
        return per_second(self.rate) * self.seconds * percent(self.pct)


def walk(
    pieces: Sequence[Piece], session: Session, price: Price, month: Period, pools: Pools
) -> Iterator[Band]:
    """The billed seconds of the month in the order of the clock, by what each costs; free time and tiers are used up."""
    over = _overrun(pieces, session, price.item.overrun)
    idle = _idle(session, price.item)
    for piece in pieces:
        is_rounding = not piece.period.contains(piece.counts_at)
        edges = [month.start, month.end, *over.edges, *_window_edges(piece.period, price)]
        edges += [e for p in idle for e in (p.start, p.end)]
        for part in [piece.period] if is_rounding else split_at(piece.period, edges):
            # A rounding has the band of the second it rounds.
            at = piece.counts_at if is_rounding else part.start
            if not month.contains(at):
                continue
            rests = any(p.contains(at) for p in idle)
            own = price.item.idle_pct if rests else FULL
            window, late = window_pct(at, price) - FULL, over.pct_at(at) - FULL
            for seconds, rate_ in _draw(part.seconds, price, pools):
                yield Band(Component.TIME, seconds, own, rate_)
                yield Band(Component.SURCHARGE, seconds, window * own / FULL, rate_)
                yield Band(Component.OVERRUN, seconds, late * own / FULL, rate_)


def _draw(seconds: int, price: Price, pools: Pools) -> Iterator[tuple[int, Decimal]]:
    """The seconds that are left after what is still free, each with the rate of the tier it falls in."""
    item, group = price.item, price.item.quota_group
    if group:
        used = pools.free.get(group, 0)
        free = min(seconds, max(0, price.quota_seconds - used))
        pools.free[group] = used + free
        seconds -= free
    while seconds:
        used = pools.used.get(item.key, 0)
        rate_, left = item.rate_after(used)
        take = seconds if left is None else min(seconds, left)
        pools.used[item.key] = used + take
        seconds -= take
        yield take, rate_


def _idle(session: Session, item: RateItem) -> list[Period]:
    """When an occupied machine is known to have rested, where that has a price of its own."""
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
        return [self.booked_end, *(n.start for n in self.neighbours)] if self.booked_end else []

    def pct_at(self, instant: datetime) -> Decimal:
        if self.booked_end is None or instant < self.booked_end:
            return FULL
        encroaches = any(n.contains(instant) for n in self.neighbours)
        return self.prices.pct_encroach if encroaches else self.prices.pct_free_slot


def _overrun(pieces: Sequence[Piece], session: Session, prices: Overrun) -> _OverrunBands:
    end = session.booking.period.end if session.booking else None
    if end is None:
        return _OverrunBands(None, (), prices)
    past = sum(late.seconds for p in pieces if (late := span(max(p.period.start, end), p.period.end)))
    neighbours = tuple(n for n in session.neighbours if n.end > end)
    return _OverrunBands(end if past > prices.grace_seconds else None, neighbours, prices)


def _window_edges(period: Period, price: Price) -> list[datetime]:
    if not price.item.windows:
        return []
    day = period.start.astimezone(price.zone).date()
    last = period.end.astimezone(price.zone).date()
    edges: list[datetime] = []
    while day <= last:
        edges.append(_local(day, time(0), price.zone))
        for window in price.item.windows:
            edges += [_local(day, window.since, price.zone), _local(day, window.until, price.zone)]
        day += timedelta(days=1)
    return edges


def _local(day: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, at, tzinfo=zone)


def window_pct(instant: datetime, price: Price) -> Decimal:
    """The per cent of the one window that an instant lies in: a day's class goes before any day; 100 outside all."""
    local = instant.astimezone(price.zone)
    own = DayClass.HOLIDAY if local.date() in price.holidays else DayClass.WORKING
    for wanted in (own, DayClass.ANY):
        for window in price.item.windows:
            if window.days is wanted and _is_inside(window, local):
                return window.pct
    return FULL


def _is_inside(window: Window, local: datetime) -> bool:
    ends_with_day = window.until == time(0)
    inside = window.since <= local.time() and (ends_with_day or local.time() < window.until)
    return local.weekday() in window.weekdays and inside
