"""The billed pieces of a session: whole blocks, or the units of the day's clock that it owes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from gadong.billing.domain.charge import Price
from gadong.billing.domain.rating.billable_time import Piece, UnitSpan, billed, is_noise, quantity
from gadong.billing.domain.tariff import RateItem
from gadong.booking.domain.session import Session
from gadong.core.domain import clock
from gadong.core.domain.period import Period, total_seconds, within, without

A_DAY = timedelta(days=1)


def pieces_of(
    session: Session, price: Price, measured: Sequence[Period], ruled: int | None = None
) -> list[Piece]:
    """Return the billed pieces of a session's measured time; none where nothing is billed.

    `ruled` are the seconds that a manager decided.
    """
    item, seconds = price.item, total_seconds(measured)
    if ruled is None and (not seconds or is_noise(session, seconds, item)):
        return []
    if not item.day_units:
        return billed(measured, quantity(seconds, item) if ruled is None else ruled)
    if ruled is None:
        return _by_units(billed(measured, seconds), session, price)
    return _by_units(billed(measured, ruled), session, price, is_decided=True)


def booked_pieces(session: Session, booked: Period, price: Price) -> list[Piece]:
    """Return the billed pieces of a booking that is used as booked."""
    if not price.item.day_units:
        return billed([booked], quantity(booked.seconds, price.item))
    return _by_units(billed([booked], booked.seconds), session, price)


def _by_units(
    given: Sequence[Piece], session: Session, price: Price, *, is_decided: bool = False
) -> list[Piece]:
    """Return pieces of the units that are owed, and of the time in no unit, in order of time.

    A manager's decision is billed to the second: no grace and no block changes it.
    """
    item = price.item
    timed = [p.period for p in given if not p.is_rounding]
    if not timed:
        return []
    spans = _spans(Period(timed[0].start, timed[-1].end), item, price.zone)
    found: list[Piece] = []
    for one in spans:
        parts = within(timed, one.period)
        if total_seconds(parts) > (0 if is_decided else _grace(one, session, item)):
            found += [Piece(part, part.start, one) for part in parts]
    outside = without(timed, [s.period for s in spans])
    seconds = total_seconds(outside)
    found += billed(outside, seconds if is_decided else quantity(seconds, item))
    # Decided seconds beyond the measured time belong to its last second.
    found += [
        replace(p, unit=next((s for s in spans if s.period.contains(p.counts_at)), None))
        for p in given
        if p.is_rounding
    ]
    return sorted(found, key=lambda p: (p.counts_at, p.is_rounding))


def _grace(one: UnitSpan, session: Session, item: RateItem) -> int:
    """Return the seconds in a unit that do not make it owed."""
    booked = session.booking.period if session.booking else None
    if booked is None or booked.overlap(one.period):
        return item.increment_grace_seconds
    # Coming early or leaving late by less than an overrun owes no other unit.
    return max(item.increment_grace_seconds, item.overrun.grace_seconds)


def _spans(around: Period, item: RateItem, zone: ZoneInfo) -> list[UnitSpan]:
    """Return the units of every day that share time with a period, in order."""
    day, last = clock.day_of(around.start, zone) - A_DAY, clock.day_of(around.end, zone)
    found: list[UnitSpan] = []
    while day <= last:
        for unit in item.day_units:
            until = day if unit.since < unit.until else day + A_DAY
            start, end = (
                clock.instant(day, unit.since, zone),
                clock.instant(until, unit.until, zone),
            )
            # The clock may skip all of a unit.
            if start < end and around.overlap(Period(start, end)):
                found.append(UnitSpan(unit, day, Period(start, end)))
        day += A_DAY
    return sorted(found, key=lambda s: s.period.start)
