"""The price of quantities of goods for a company, before anything is entered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from gadong.billing.domain.sale import QuantitySource, SaleEntry, Spoiled
from gadong.billing.domain.statement import Totals
from gadong.billing.services.prices.month_charges import sold_charges
from gadong.billing.services.prices.pricing import buyer
from gadong.billing.services.sales import good_of, kept_quantity
from gadong.billing.services.statement_inputs import left_for_more
from gadong.core.database import END_OF_TIME, Tx
from gadong.core.domain.access import Caller
from gadong.core.domain.calendar import Month
from gadong.core.domain.ids import CompanyId, EntryId, new_id
from gadong.core.domain.period import Period
from gadong.people.domain.centre import Centre


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodsEstimate:
    """The price of one, the amount of each quantity, and the sums of a document of these alone.

    Amounts are whole won.
    """

    prices: tuple[Decimal, ...]
    amounts: tuple[int, ...]
    totals: Totals


def estimate(
    tx: Tx,
    who: Caller,
    centre: Centre,
    company: CompanyId,
    wanted: Sequence[tuple[str, Decimal]],
    *,
    at: datetime,
) -> GoodsEstimate:
    """Price quantities of goods as a statement would if they were entered at an instant."""
    moment = Period(at, at + timedelta(seconds=1))
    payer = buyer(tx, centre, company, moment, END_OF_TIME)
    charges, prices = [], []
    for code, quantity in wanted:
        good = good_of(tx, centre, code, at)
        entry = SaleEntry(
            id=EntryId(new_id()),
            centre_id=centre.id,
            company_id=company,
            machine_id=None,
            booking_id=None,
            at=at,
            code=code,
            quantity=kept_quantity(good, quantity, good.measure),
            source=QuantitySource.HAND,
            spoiled=Spoiled.NO,
            amount=None,
            tax_type=None,
            note="",
            reverses=None,
            recorded_by=who.person_id,
            recorded_at=at,
        )
        charges.append(sold_charges(payer, entry))
        prices.append(good.price)
    version = payer.version_on(at.astimezone(centre.zone).date())
    every = [one for found in charges for one in found]
    # Of a programme it promises what all documents until now left of its budget and its cap.
    sums = replace(
        payer.reckoning([version] if version else []),
        drawn=left_for_more(tx, payer, str(Month.of(at, centre.zone))),
    )
    return GoodsEstimate(
        prices=tuple(prices),
        amounts=tuple(sum(one.amount for one in found) for found in charges),
        totals=sums.totals(every),
    )
