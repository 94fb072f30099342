"""From a session to charges: the fixed order of billing §5.2, in exact arithmetic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

from gadong.domain.metering import Run
from gadong.domain.money import floored, per_second, percent
from gadong.domain.period import Period, span, split_at, total_seconds, union, without
from gadong.domain.session import Presence, Session
from gadong.domain.state import State
from gadong.domain.tariff import Basis, Component, Overrun, RateItem, TaxType, UnknownPolicy


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What applies to one session: the item, the category's discount in per cent, and the centre's zone."""

    item: RateItem
    discount_pct: Decimal
    zone: ZoneInfo
    tariff: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """Billed seconds at a per cent of the rate; a surcharge's is only what it adds."""

    seconds: int
    pct: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A no-show's reckoning: per cent of the booking's net price, for the seconds that nobody else used."""

    net: int
    pct: Decimal
    unused_seconds: int
    booked_seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """Why a charge is what it is: everything a calculator needs."""

    basis: Basis
    measured_seconds: int
    billed_seconds: int
    counter_seconds: int
    rate_per_hour: Decimal
    discount_pct: Decimal
    gross: str  # exact won before the discount, as a fraction
    periods: tuple[Period, ...]
    messages: tuple[str, ...]
    tariff: str
    parts: tuple[Part, ...] = ()
    share: Share | None = None
    # Why rules were passed for the booking, where they were: whoever pays may read it.
    override: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """One priced line. `amount` is whole won; `key` is made of its content, never of chance."""

    key: str
    component: Component
    amount: int
    tax_type: TaxType
    trace: Trace


@dataclass(frozen=True, slots=True)
class _Piece:
    """Billed time: where it lies, and the instant whose month it counts in (a rounding is part of what it rounds)."""

    period: Period
    counts_at: datetime


def rate(session: Session, price: Price, month: Period) -> list[Charge]:
    """The charges of a session that fall in the month; empty where nothing is billed."""
    item = price.item
    if session.presence is Presence.EXCUSED:
        return []
    if session.booking and session.presence is Presence.NO_SHOW:
        return _no_show(session, price, month)
    measured, counted = measured_time(session, item)
    seconds = total_seconds(measured)
    if seconds == 0 or (seconds < item.noise_seconds and session.booking is None):
        return []
    if seconds < item.noise_seconds and item.basis in {Basis.ACTUAL_RUN, Basis.ACTUAL_OCCUPIED}:
        return []
    pieces = _billed(measured, _quantity(seconds, item))
    billed = sum(p.period.seconds for p in pieces if month.contains(p.counts_at))
    trace = _trace(session, price, measured, (seconds, billed, counted), month)
    found: list[Charge] = []
    for component, parts in _walk(pieces, session, price, month).items():
        gross = _gross(parts, item)
        if gross == 0:
            continue
        discount = price.discount_pct if component in item.discount_scope else Decimal(0)
        found.append(
            Charge(
                key=f"{session.key}/{component}",
                component=component,
                amount=floored(gross * (1 - percent(discount))),
                tax_type=item.tax_type,
                trace=replace(trace, gross=str(gross), discount_pct=discount, parts=parts),
            )
        )
    return found


def _gross(parts: Sequence[Part], item: RateItem) -> Fraction:
    """Won before the discount, exactly."""
    return sum((per_second(item.rate_per_hour) * p.seconds * percent(p.pct) for p in parts), Fraction(0))


def measured_time(session: Session, item: RateItem) -> tuple[list[Period], int]:
    """The billable time by the item's basis, before rounding, and how many of its seconds a counter vouches for."""
    booked = session.booking.period if session.booking else None
    if item.basis is Basis.ACTUAL_RUN:
        return _running(session, item)
    occupied = session.occupied
    match item.basis:
        case Basis.ACTUAL_OCCUPIED:
            spans = [occupied] if occupied else []
        case Basis.BOOKED:
            spans = [booked] if booked else [occupied] if occupied else []
        case _:
            whole = booked.hull(occupied) if booked and occupied else booked or occupied
            spans = [whole] if whole else []
    excluded = [
        part
        for run in session.runs
        if run.state.value in item.excluded_states
        for whole_span in spans
        if (part := run.clipped(whole_span))
    ]
    return without(spans, [*excluded, *session.taken]), 0


def _running(session: Session, item: RateItem) -> tuple[list[Period], int]:
    parts = [run for usage in session.usages for run in usage.runs]
    if item.unknown_policy is not UnknownPolicy.COUNTER_FILL or not parts:
        return union(parts), 0
    bounds = Period(min(p.start for p in parts), max(p.end for p in parts))
    counted = 0
    for run in session.runs:
        if run.state is State.UNKNOWN and run.counted_seconds and run.held_from and run.end:
            gap = Period(run.held_from, run.end)
            if bounds.start <= gap.start and gap.end <= bounds.end:
                # The counter speaks for the whole gap, so it replaces the seconds that the last word held.
                filled = Period(gap.start, gap.start + timedelta(seconds=run.counted_seconds))
                parts = [*without(parts, [gap]), filled]
                counted += filled.seconds
    return union(parts), counted


def _quantity(seconds: int, item: RateItem) -> int:
    """Seconds to bill: whole increments after the grace, and at least the minimum."""
    increments = -(-max(0, seconds - item.increment_grace_seconds) // item.increment_seconds)
    return max(increments * item.increment_seconds, item.minimum_seconds)


def _billed(measured: Sequence[Period], quantity: int) -> list[_Piece]:
    """The measured time stretched at its last end, or cut from its end, to the quantity."""
    pieces: list[_Piece] = []
    left = quantity
    for period in measured:
        take = min(left, period.seconds)
        if take:
            pieces.append(_Piece(Period(period.start, period.start + timedelta(seconds=take)), period.start))
        left -= take
    if left and measured:
        end = measured[-1].end
        pieces.append(_Piece(Period(end, end + timedelta(seconds=left)), end - timedelta(seconds=1)))
    return pieces


def _walk(
    pieces: Sequence[_Piece], session: Session, price: Price, month: Period
) -> dict[Component, tuple[Part, ...]]:
    """The billed seconds of the month by component and by what they cost of the rate."""
    seconds: dict[tuple[Component, Decimal], int] = {}
    over = _overrun(pieces, session, price.item.overrun)
    for piece in pieces:
        is_rounding = not piece.period.contains(piece.counts_at)
        edges = [month.start, month.end, *over.edges, *_window_edges(piece.period, price)]
        for part in [piece.period] if is_rounding else split_at(piece.period, edges):
            # A rounding has the band of the second it rounds.
            at = piece.counts_at if is_rounding else part.start
            if not month.contains(at):
                continue
            for band in (
                (Component.TIME, Decimal(100)),
                (Component.SURCHARGE, _window_pct(at, price) - 100),
                (Component.OVERRUN, over.pct_at(at) - 100),
            ):
                seconds[band] = seconds.get(band, 0) + part.seconds
    return {
        component: tuple(Part(n, pct) for (c, pct), n in seconds.items() if c is component and pct)
        for component in (Component.TIME, Component.SURCHARGE, Component.OVERRUN)
    }


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
            return Decimal(100)
        encroaches = any(n.contains(instant) for n in self.neighbours)
        return self.prices.pct_encroach if encroaches else self.prices.pct_free_slot


def _overrun(pieces: Sequence[_Piece], session: Session, prices: Overrun) -> _OverrunBands:
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


def _window_pct(instant: datetime, price: Price) -> Decimal:
    local = instant.astimezone(price.zone)
    for window in price.item.windows:
        ends_with_day = window.until == time(0)
        inside = window.since <= local.time() and (ends_with_day or local.time() < window.until)
        if local.weekday() in window.weekdays and inside:
            return window.pct
    return Decimal(100)


def _no_show(session: Session, price: Price, month: Period) -> list[Charge]:
    item, booking = price.item, session.booking
    if booking is None or not month.contains(booking.period.start) or item.no_show.pct == 0:
        return []
    quantity = _quantity(booking.period.seconds, item)
    walked = _walk(_billed([booking.period], quantity), session, price, booking.period)
    net = Fraction(0)
    for component, parts in walked.items():
        discount = price.discount_pct if component in item.discount_scope else Decimal(0)
        net += _gross(parts, item) * (1 - percent(discount))
    share = Share(
        net=floored(net),
        pct=item.no_show.pct,
        unused_seconds=booking.period.seconds - total_seconds(session.taken),
        booked_seconds=booking.period.seconds,
    )
    fee = percent(share.pct) * share.net * Fraction(share.unused_seconds, share.booked_seconds)
    trace = _trace(session, price, [booking.period], (booking.period.seconds, quantity, 0), month)
    return [
        Charge(
            key=f"{session.key}/{Component.NO_SHOW}",
            component=Component.NO_SHOW,
            amount=floored(fee),
            tax_type=item.no_show.tax_type,
            trace=replace(trace, gross=str(fee), share=share),
        )
    ]


def _trace(
    session: Session,
    price: Price,
    measured: Sequence[Period],
    seconds: tuple[int, int, int],
    month: Period,
) -> Trace:
    inside = [part for p in measured if (part := p.overlap(month))]
    messages = dict.fromkeys(
        str(run.opened_by) for run in session.runs if run.opened_by and any(_touches(run, p) for p in inside)
    )
    return Trace(
        basis=price.item.basis,
        measured_seconds=seconds[0],
        billed_seconds=seconds[1],
        counter_seconds=seconds[2],
        rate_per_hour=price.item.rate_per_hour,
        discount_pct=price.discount_pct,
        gross="0",
        periods=tuple(inside),
        messages=tuple(messages),
        tariff=price.tariff,
        override=session.booking.override if session.booking else "",
    )


def _touches(run: Run, period: Period) -> bool:
    """Whether the run lies in the period or ends it: the message that ended a run is part of its evidence."""
    return run.start <= period.end and (run.end is None or run.end >= period.start)
