"""Rating: a company's sessions of a month become charges, in exact arithmetic.

The order of the steps is fixed: docs/reference/billing.md#order-of-computation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from gadong.billing.domain.charge import CAPPED, Charge, Pools, Price, Share, Trace, covering
from gadong.billing.domain.rate_terms import DayUnit, FeeBase
from gadong.billing.domain.rating.billable_time import evidence_of, measured_time
from gadong.billing.domain.rating.billed_pieces import booked_pieces, pieces_of
from gadong.billing.domain.rating.caps import CapUse, over_the_cap
from gadong.billing.domain.rating.missed_booking_use import used_of
from gadong.billing.domain.rating.portion import Portion, UnitCount
from gadong.billing.domain.rating.rate_bands import FULL, Band, overrun_fee, walk
from gadong.billing.domain.rating.stretch import Stretch
from gadong.billing.domain.tariff import RateItem
from gadong.billing.domain.tariff_terms import TaxType
from gadong.booking.domain.booking import Booking
from gadong.booking.domain.presence import BILLED, Presence
from gadong.booking.domain.session import Session
from gadong.core.domain.charge_component import Component
from gadong.core.domain.money import floored, percent
from gadong.core.domain.period import Period, total_seconds, within

#: What a session costs by the second; the rest is reckoned from it.
TIMED = (Component.TIME, Component.SURCHARGE, Component.OVERRUN)


def rate_month(
    priced: Sequence[tuple[Session, Price]], month: Period, stretch: Stretch | None = None
) -> list[Charge]:
    """Return all charges of a company's month: sessions by their starts, then the caps' lines.

    Free time and graduated tiers are used up in the order of the sessions' starts, and begin anew
    each month. A session that several companies pay counts for neither (ADR 50). Of a `stretch` of
    the month, what began before it has used up its part, and is charged elsewhere (ADR 70).
    """
    stretch = stretch or Stretch(month, month)
    pools = Pools()
    found: list[Charge] = []
    caps: dict[str, CapUse] = {}
    for session, price in sorted(priced, key=lambda p: (p[0].start.start, p[0].key)):
        if not stretch.reaches(session):
            continue
        charges = rate(session, price, month, Pools() if price.division else pools)
        is_charged = stretch.charges(session)
        found += charges if is_charged else []
        if group := price.cap_group(month):
            capped = [c for c in charges if c.component in CAPPED]
            caps[group] = caps.get(group, CapUse()).with_session(
                capped, price.cap, is_charged=is_charged
            )
    for group, cap in sorted(caps.items()):
        found += over_the_cap(group, cap)
    return found


def rate(session: Session, price: Price, month: Period, pools: Pools | None = None) -> list[Charge]:
    """Rate the part of a session that falls in the month, drawing on the pools.

    Empty if nothing is billed.
    """
    pools = Pools() if pools is None else pools
    # Use that ran on into a booking that nobody came for is billed all the same.
    is_timed = session.presence in BILLED or session.usages
    timed = _rate_time(session, price, month, pools) if is_timed else []
    is_missed = session.presence in {Presence.NO_SHOW, Presence.CANCELLED}
    found = timed + (_fee(session, price, month) if is_missed else [])
    return [charge.divided_by(price.division) for charge in found]


def _rate_time(session: Session, price: Price, month: Period, pools: Pools) -> list[Charge]:
    item = price.item
    measured, counted = measured_time(session, item)
    ruled = price.rulings.seconds
    if ruled is not None and not measured:
        measured = [session.start]
    seconds = total_seconds(measured)
    pieces = pieces_of(session, price, measured, ruled)
    # A session of no billed second has no fee either, and a line of nothing says why
    # (gadong/billing/domain/rating/unbilled_lines.py).
    if not pieces:
        return []
    if ruled is not None:
        # Seconds that a manager decided away were no overrun either.
        measured = [p.period for p in pieces if not p.is_rounding]
    # Of a session over the month's end, the seconds after it come first in the months that follow.
    onward = list(
        walk(pieces, measured, session, price, pools, cuts=[month.end], since=month.start)
    )
    bands = [b for b in onward if month.contains(b.at)]
    trace = replace(
        trace_of(session, price, measured, month),
        measured_seconds=seconds,
        billed_seconds=sum(p.seconds_in(month) for p in pieces),
        counter_seconds=counted,
        quota_seconds=sum(b.freed for b in bands),
        decided=price.rulings.reason,
    )
    gross = {c: sum((b.gross for b in bands if b.component is c), Fraction(0)) for c in TIMED}
    parts = {c: _parts(bands, c) for c in TIMED}
    # A flat fee falls in the month in which the booking ended.
    is_here = session.booking is not None and month.contains(session.booking.period.end)
    flat = {Component.OVERRUN: overrun_fee(measured, session, item) if is_here else 0}
    gross[Component.OVERRUN] += flat[Component.OVERRUN]
    if month.contains(session.start.start) and session.presence in BILLED:
        # Both belong to the whole session, so they stand in the month in which it begins.
        gross[Component.BASE_FEE] = Fraction(item.base_fee)
        if item.minimum_amount:
            # Of what an early start used of the month before nobody here knows the rest.
            early = walk(pieces, measured, session, price, Pools(), until=month.start)
            cost = sum((b.gross for b in (*early, *onward)), Fraction(item.base_fee))
            cost += overrun_fee(measured, session, item)
            gross[Component.MINIMUM] = max(Fraction(0), item.minimum_amount - cost)
    return [
        _charge(
            session,
            price,
            component,
            gross[component],
            replace(trace, parts=parts.get(component, ()), flat=flat.get(component, 0)),
        )
        for component in (Component.BASE_FEE, *TIMED, Component.MINIMUM)
        # Free time has a line too, as proof of use and of the grant
        # (docs/reference/billing.md#use-that-costs-nothing).
        if gross.get(component) or (component is Component.TIME and trace.billed_seconds)
    ]


def _charge(
    session: Session, price: Price, component: Component, gross: Fraction, trace: Trace
) -> Charge:
    keeps = price.keeps(Component.TIME if component is Component.MINIMUM else component)
    waived = price.rulings.waiver(component)
    return Charge(
        key=f"{session.key}/{component}",
        component=component,
        amount=0 if waived else floored(gross * keeps),
        tax_type=price.item.tax_type,
        trace=replace(
            trace,
            waived=waived,
            gross=str(gross),
            discount_pct=price.discount_pct if keeps != 1 else Decimal(0),
            extra_pct=price.extra_pct if keeps != 1 else Decimal(0),
            minimum=price.item.minimum_amount if component is Component.MINIMUM else 0,
        ),
        vat_mode=price.vat_mode,
        programme=covering(price.programmes, component),
    )


def _parts(bands: Sequence[Band], component: Component) -> tuple[Portion, ...]:
    """Return a component's seconds, or units, by rate and per cent, in the order of the clock."""
    counts: dict[tuple[Decimal, Decimal, DayUnit | None], int] = {}
    for band in bands:
        if band.component is component and band.pct and (band.seconds or band.unit):
            key = (band.pct, band.rate, band.unit)
            counts[key] = counts.get(key, 0) + (band.count if band.unit else band.seconds)
    owed = {key: n for key, n in counts.items() if n}
    # A line that owes no unit names one that is owed already.
    return tuple(_portion(*key, n) for key, n in (owed or dict([*counts.items()][:1])).items())


def _portion(pct: Decimal, won: Decimal, unit: DayUnit | None, count: int) -> Portion:
    if unit is None:
        return Portion(count, pct, won)
    named = UnitCount(name_ko=unit.name_ko, name_en=unit.name_en, count=count, price=won)
    return Portion(0, pct, Decimal(0), units=named)


def _fee(session: Session, price: Price, month: Period) -> list[Charge]:
    """Return the fee of a no-show or a late cancellation.

    The fee is a per cent of the booking's price, net or by the list, less the part that was used.
    """
    item, booking = price.item, session.booking
    if booking is None or not month.contains(booking.period.start):
        return []
    lead: int | None = None
    component, pct = Component.NO_SHOW, item.no_show.pct
    if session.presence is Presence.CANCELLED and booking.cancelled_at:
        lead = int((booking.period.start - booking.cancelled_at).total_seconds())
        component, pct = Component.LATE_CANCEL, _cancel_pct(item, lead)
    if pct == 0:
        return []
    used = within(used_of(session, booking.period, item), booking.period)
    net = _net(session, booking, price)
    share = Share(
        net=floored(net),
        exact="" if net.denominator == 1 else str(net),
        pct=pct,
        unused_seconds=booking.period.seconds - total_seconds(used),
        booked_seconds=booking.period.seconds,
        lead_seconds=lead,
        is_list=item.no_show.base is FeeBase.LIST,
    )
    waived = price.rulings.waiver(component)
    fee = percent(pct) * net * Fraction(share.unused_seconds, share.booked_seconds)
    trace = replace(
        trace_of(session, price, [booking.period], month),
        measured_seconds=booking.period.seconds,
        billed_seconds=sum(p.period.seconds for p in booked_pieces(session, booking.period, price)),
        gross=str(fee),
        share=share,
        waived=waived,
    )
    tax_type: TaxType = item.no_show.tax_type
    return [
        Charge(
            key=f"{session.key}/{component}",
            component=component,
            amount=0 if waived else floored(fee),
            tax_type=tax_type,
            trace=trace,
            vat_mode=price.vat_mode,
        )
    ]


def _cancel_pct(item: RateItem, lead_seconds: int) -> Decimal:
    """Return the per cent of the tier with the longest lead that was kept.

    Where none was kept, it is that of the tier with the shortest lead.
    """
    if not item.late_cancel:
        return Decimal(0)
    tiers = sorted(item.late_cancel, key=lambda t: t.lead_seconds)
    kept = [t for t in tiers if t.lead_seconds <= lead_seconds]
    return (kept[-1] if kept else tiers[0]).pct


def _net(session: Session, booking: Booking, price: Price) -> Fraction:
    """Return the net or list price of the booking used as booked, without free time and tiers."""
    item = price.item
    pieces = booked_pieces(session, booking.period, price)
    plain = replace(price, quotas=(), item=replace(item, tiers=(), idle_pct=FULL))
    bands = list(walk(pieces, [booking.period], session, plain, Pools()))
    whole = sum((b.gross for b in bands), Fraction(item.base_fee))
    missing = max(Fraction(0), item.minimum_amount - whole)
    if item.no_show.base is FeeBase.LIST:
        return whole + missing
    net = sum((b.gross * price.keeps(b.component) for b in bands), Fraction(0))
    net += missing * price.keeps(Component.TIME)
    return net + item.base_fee * price.keeps(Component.BASE_FEE)


def trace_of(session: Session, price: Price, measured: Sequence[Period], month: Period) -> Trace:
    """Trace a session's measured time in a month: its periods, their messages, and the terms."""
    inside = [part for p in measured if (part := p.overlap(month))]
    evidence = evidence_of(session, inside)
    return Trace(
        basis=price.item.basis,
        measured_seconds=0,
        billed_seconds=0,
        counter_seconds=0,
        rate_per_hour=price.item.rate_per_hour,
        discount_pct=price.discount_pct,
        gross="0",
        periods=tuple(inside),
        messages=evidence.messages,
        tariff=price.tariff,
        override=session.booking.override if session.booking else "",
        extra_pct=price.extra_pct,
        registration=price.item.registration,
        usage_mode=price.usage_mode,
        usage_mode_decided=price.rulings.usage_mode_reason,
        discount_names=price.discount_names,
        extra_names=price.extra_names,
        whole=_whole(measured, month),
        logged=evidence.entries,
        ledger_seconds=evidence.ledger_seconds,
        unknown_seconds=evidence.unknown_seconds,
        seats=price.seats(session),
    )


def _whole(measured: Sequence[Period], month: Period) -> Period | None:
    """Return the measured time from its start to its end where it crosses the month's edge, else
    None.
    """
    if not measured:
        return None
    whole = Period(min(p.start for p in measured), max(p.end for p in measured))
    return None if month.start <= whole.start and whole.end <= month.end else whole
