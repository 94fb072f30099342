"""Charges of stored goods: a good of the tariff for each unit and day (docs/tariffs.md#storage)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from gadong.billing.domain.charge import Charge
from gadong.billing.domain.rating.earlier_goods import Earlier
from gadong.billing.domain.rating.stretch import Stretch
from gadong.billing.domain.sale import QuantitySource, SaleEntry, Spoiled
from gadong.core.domain.ids import EntryId
from gadong.stays.domain.days import Days, start_of
from gadong.stays.domain.lot import Lot, StockSpan, unit_days


def stored(lot: Lot, stretch: Stretch, zone: ZoneInfo, *, now: datetime) -> Sequence[StockSpan]:
    """Return the stock of the days that are over by a statement's end, and by now."""
    ended = Days.ended_in(stretch.period, zone)
    over = Days(ended.first, max(ended.first, now.astimezone(zone).date()))
    return lot.stock(ended.common(over))


def stored_before(lot: Lot, stretch: Stretch, zone: ZoneInfo) -> Sequence[StockSpan]:
    """Return the stock of the month's days before a stretch: earlier statements charge them."""
    month, ended = Days.ended_in(stretch.month, zone), Days.ended_in(stretch.period, zone)
    return lot.stock(Days(month.first, ended.first))


def after_earlier(own: Charge, *, whole: Charge, earlier: Charge) -> Charge:
    """Return the charge for a stretch's own units and days: what the whole came to by its end, less
    what the earlier came to. So the parts are together the month, to the won.
    """
    sold, then, until = own.trace.sold, earlier.trace.sold, whole.trace.sold
    if sold is None or then is None or until is None:
        raise ValueError("a charge of stored goods sells a quantity")
    before = Earlier(
        quantity=then.quantity,
        charged=then.charged,
        gross=earlier.trace.gross,
        together=whole.trace.gross,
    )
    trace = replace(
        own.trace,
        gross=str(before.listed),
        sold=replace(sold, charged=until.charged - then.charged),
        earlier=before,
    )
    return replace(own, amount=whole.amount - earlier.amount, trace=trace)


def storage_entry(lot: Lot, spans: Sequence[StockSpan], zone: ZoneInfo) -> SaleEntry:
    """Return the quantity of a lot's days, as goods that were sold are counted."""
    first, last = spans[0].days.first, spans[-1].days.last
    counted = " + ".join(f"{span.units}×{span.days.count}" for span in spans)
    return SaleEntry(
        id=EntryId(lot.id),
        centre_id=lot.centre_id,
        company_id=lot.company_id,
        machine_id=None,
        booking_id=None,
        at=start_of(first, zone),
        code=lot.good,
        quantity=unit_days(spans),
        source=QuantitySource.HAND,
        spoiled=Spoiled.NO,
        amount=None,
        tax_type=None,
        note=f"{lot.unit} {lot.name}, {first:%m/%d}–{last:%m/%d}: {counted}",
        reverses=None,
        recorded_by=lot.recorded_by,
        recorded_at=lot.recorded_at,
    )
