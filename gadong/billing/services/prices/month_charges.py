"""The charges of a company's month: every session and entry, priced by the tariff of its day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date

from gadong.billing.domain.charge import UNNAMED, Charge, Price, covering
from gadong.billing.domain.rating.division import Division
from gadong.billing.domain.rating.rating import rate_month
from gadong.billing.domain.rating.rent_charges import rent_charges
from gadong.billing.domain.rating.storage_charges import (
    after_earlier,
    storage_entry,
    stored,
    stored_before,
)
from gadong.billing.domain.rating.stretch import Stretch
from gadong.billing.domain.rating.unbilled_lines import unbilled
from gadong.billing.domain.sale import SaleEntry, own_line, sell
from gadong.billing.domain.tariff_terms import Good, Measure
from gadong.billing.domain.tariff_version import TariffVersion
from gadong.billing.services.prices.pricing import Buyer, price_on
from gadong.billing.services.statement_blockers import own_sessions
from gadong.billing.services.statement_inputs import Inputs
from gadong.booking.domain.booking import Booking
from gadong.booking.domain.decision import rulings
from gadong.booking.domain.session import Session
from gadong.booking.services.machine_ledger import Ledger
from gadong.machines.domain.machine import Machine
from gadong.stays.domain.days import Days
from gadong.stays.domain.lot import Lot, StockSpan
from gadong.stays.domain.tenancy import Tenancy


@dataclass(frozen=True, slots=True, kw_only=True)
class Priced:
    """The charges of a month, and the sessions that they price.

    `places` are the machines by the keys of sessions and entries.
    """

    sessions: Sequence[tuple[Session, Price]]
    charges: Sequence[Charge]
    places: Mapping[str, Machine]
    unpriced: AbstractSet[str]


def price(inputs: Inputs, ledgers: Sequence[Ledger]) -> Priced:
    """Price every session and entry of the month by the tariff of its day.

    What earlier statements of the month charge has used free time, tiers and caps.
    """
    centre, known, stretch = inputs.centre, inputs.buyer, inputs.stretch
    priced: list[tuple[Session, Price]] = []
    places: dict[str, Machine] = {}
    unpriced: set[str] = set()
    for ledger, session in own_sessions(ledgers, inputs.company.id, inputs.recorded_before):
        day = session.start.start.astimezone(centre.zone).date()
        ruled = rulings(session, ledger.decisions)
        observed = ledger.observed_for(session)
        mode = ruled.usage_mode or session.usage_mode
        _, found = price_on(known, ledger.machine, day, mode, observed)
        if found is None:
            is_of_month = session.start.overlap(stretch.month) and stretch.charges(session)
            unpriced |= {ledger.machine.slug} if is_of_month else set()
            continue
        if session.booking and session.booking.parts:
            found = shared_price(found, inputs, session.booking)
        # A machine's own number in the national register goes before its item's.
        own = replace(found.item, registration=ledger.registration or found.item.registration)
        priced.append((session, replace(found, rulings=ruled, item=own)))
        places[session.key] = ledger.machine
    charges = rate_month(priced, stretch.month, stretch)
    priced = [(session, found) for session, found in priced if stretch.charges(session)]
    charges += unbilled(priced, stretch.month, charges)
    machines_named = {machine.id: machine for machine in inputs.places}
    for entry in inputs.entries:
        sold = sold_charges(known, entry)
        charges += sold
        unpriced |= set() if sold else {entry.code}
        if sold and entry.machine_id in machines_named:
            places[f"entry:{entry.id}"] = machines_named[entry.machine_id]
    for tenancy in inputs.rented:
        charges += _rented(known, tenancy, stretch)
    for lot in inputs.stored:
        spans = stored(lot, stretch, centre.zone, now=inputs.recorded_before)
        if spans:
            kept = _stored(known, lot, stored_before(lot, stretch, centre.zone), spans)
            charges += kept
            unpriced |= set() if kept else {lot.good}
    return Priced(sessions=priced, charges=charges, places=places, unpriced=unpriced)


def shared_price(price: Price, inputs: Inputs, booking: Booking) -> Price:
    """Return the price of a session that several companies pay: with the booker's discounts, and
    without what other use of a month decides (ADR 50).

    Caps and programmes are of the paying company itself.
    """
    companies = [part.company_id for part in booking.parts]
    division = Division(
        booker=booking.company_id,
        parts=tuple(part.parts for part in booking.parts),
        place=companies.index(inputs.company.id),
    )
    alone = replace(price, item=replace(price.item, tiers=()), quotas=(), division=division)
    if booking.company_id == inputs.company.id:
        return alone
    terms = next(t for t in inputs.booker_terms if t.booking_id == booking.id)
    return replace(
        alone,
        discount_pct=terms.discount_pct,
        extra_pct=terms.extra_pct,
        discount_names=UNNAMED,
        extra_names=UNNAMED,
    )


def sold_charges(known: Buyer, entry: SaleEntry) -> list[Charge]:
    """Return the charge for an entry, by the tariff of its day.

    None where that has no such good any more.
    """
    day = entry.at.astimezone(known.centre.zone).date()
    version = known.version_on(day)
    if not entry.code:
        found = [own_line(entry, tariff=str(version.id) if version else "")]
    else:
        good = version.tariff.good(entry.code) if version else None
        if version is None or good is None:
            return []
        found = [_sold(known, entry, good, version, day)]
    return _by_tariff(found, known, version, day)


def _sold(known: Buyer, entry: SaleEntry, good: Good, version: TariffVersion, day: date) -> Charge:
    """Return the charge for a quantity of a good, with the company's discounts of the day."""
    off = known.discounts(version, day)
    (charge,) = sell(
        entry,
        good,
        discount_pct=off.category,
        extra_pct=off.extra,
        names=(off.category_names, off.extra_names),
        tariff=str(version.id),
    )
    return charge


def _rented(known: Buyer, tenancy: Tenancy, stretch: Stretch) -> list[Charge]:
    """Return the charges of a tenancy's days: in the prices of the month's first rented day."""
    zone = known.centre.zone
    day = tenancy.days.common(Days.begun_in(stretch.month, zone)).first
    version = known.version_on(day)
    found = list(rent_charges(tenancy, stretch, zone, tariff=str(version.id) if version else ""))
    return _by_tariff(found, known, version, day)


def _stored(
    known: Buyer, lot: Lot, before: Sequence[StockSpan], spans: Sequence[StockSpan]
) -> list[Charge]:
    """Return the charge for a lot's units and days, by the tariff of the lot's first day in the
    month. What it had `before` in the month has used free units and least amounts (ADR 70).

    None where that has no such good, or one that is not counted by the piece.
    """
    day = (before or spans)[0].days.first
    version = known.version_on(day)
    good = version.tariff.good(lot.good) if version else None
    if version is None or good is None or good.measure is not Measure.PIECE:
        return []

    def of(part: Sequence[StockSpan]) -> Charge:
        return _sold(known, storage_entry(lot, part, known.centre.zone), good, version, day)

    charge = of(spans)
    if before:
        charge = after_earlier(charge, whole=of([*before, *spans]), earlier=of(before))
    charge = replace(charge, key=f"lot:{lot.id}/{charge.component}")
    return _by_tariff([charge], known, version, day)


def _by_tariff(
    found: Sequence[Charge], known: Buyer, version: TariffVersion | None, day: date
) -> list[Charge]:
    """Return charges with what the day's tariff says of tax and of programmes."""
    if version is None:
        return list(found)
    programmes = known.programmes_on(version, day)
    return [
        replace(c, vat_mode=version.tariff.vat, programme=covering(programmes, c.component))
        for c in found
    ]
