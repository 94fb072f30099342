"""Sales of companies beside machine time: entered, listed, reversed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from gadong.billing.domain.sale import QuantitySource, SaleEntry, Spoiled
from gadong.billing.domain.tariff_terms import Good, Measure, TaxType
from gadong.billing.services.month_locks import need_chargeable
from gadong.billing.services.statement_document import month_named
from gadong.billing.store import sales, statements
from gadong.booking.store import bookings
from gadong.core.database import END_OF_TIME, Pool, Tx, recorded_at, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.ids import BookingId, CentreId, CompanyId, EntryId, MachineId, new_id
from gadong.core.domain.problem import Conflict, Invalid, NotFound
from gadong.core.services.keyed_forms import KeyedForm
from gadong.machines.domain.machine import Machine
from gadong.people.domain.centre import Centre
from gadong.people.services.customers import need_served
from gadong.people.store import people

# A spool is a kilogram, a printer's tank ten litres; a thousand times that is a slip of the pen.
MOST = 1_000_000_000
# Nobody has anything on a day to come; a clock or a zone may differ by this.
AHEAD = timedelta(days=1)


def sell(
    pool: Pool,
    who: Caller,
    *,
    centre: CentreId,
    company: CompanyId,
    machine: Machine | None,
    booking: BookingId | None,
    at: datetime,
    code: str,
    quantity: Decimal,
    unit: str,
    source: QuantitySource,
    spoiled: Spoiled,
    note: str,
    now: datetime,
    key: str | None = None,
) -> SaleEntry:
    """Enter a quantity of one of the tariff's goods.

    Invalid names what does not fit and what would. A form that is sent again under its `key` enters
    nothing more.
    """
    permit = who.need(centre, Right.MONEY_WORK)
    machine_id = machine.id if machine else None
    what = (code, str(quantity), unit, source, spoiled, note)
    form = KeyedForm(who, key, ("sold", centre, company, machine_id, booking, at, *what))
    with transaction(pool, permit) as tx:
        if before := _sent_before(tx, form):
            return before
        site = _site(tx, centre, company, at=at, now=now)
        good = good_of(tx, site, code, at)
        kept = kept_quantity(good, quantity, unit)
        need_explained(spoiled, note)
        if source is QuantitySource.METER:
            raise Invalid("A meter's quantity is entered with its booking's energy", field="source")
        need_theirs(tx, centre, company, machine, booking)
        entry = SaleEntry(
            id=EntryId(new_id()),
            centre_id=centre,
            company_id=company,
            machine_id=machine_id,
            booking_id=booking,
            at=at,
            code=code,
            quantity=kept,
            source=source,
            spoiled=spoiled,
            amount=None,
            tax_type=None,
            note=note.strip(),
            reverses=None,
            recorded_by=who.person_id,
            recorded_at=recorded_at(tx, centre),
        )
        sales.insert_entry(tx, entry)
        form.keep(tx, entry.id)
    return entry


def add_line(
    pool: Pool,
    who: Caller,
    *,
    centre: CentreId,
    company: CompanyId,
    at: datetime,
    amount: int,
    tax_type: TaxType,
    note: str,
    now: datetime,
    key: str | None = None,
) -> SaleEntry:
    """Put a line of one's own on a company's month, with its reason.

    A negative one is a kindness. A form that is sent again under its `key` enters nothing more.
    """
    form = KeyedForm(who, key, ("line", centre, company, at, amount, tax_type, note))
    permit = who.need(centre, Right.MONEY_WORK)
    if amount == 0 or not note.strip():
        raise Invalid(
            "A line has an amount and its reason", field="amount" if amount == 0 else "note"
        )
    with transaction(pool, permit) as tx:
        if before := _sent_before(tx, form):
            return before
        _site(tx, centre, company, at=at, now=now)
        entry = SaleEntry(
            id=EntryId(new_id()),
            centre_id=centre,
            company_id=company,
            machine_id=None,
            booking_id=None,
            at=at,
            code="",
            quantity=0,
            source=QuantitySource.HAND,
            spoiled=Spoiled.NO,
            amount=amount,
            tax_type=tax_type,
            note=note.strip(),
            reverses=None,
            recorded_by=who.person_id,
            recorded_at=recorded_at(tx, centre),
        )
        sales.insert_entry(tx, entry)
        form.keep(tx, entry.id)
    return entry


def need_explained(spoiled: Spoiled, note: str) -> None:
    """Raise Invalid for what was spoiled without a reason."""
    if spoiled is not Spoiled.NO and not note.strip():
        raise Invalid("Say why it was spoiled", field="note")


def reverse(pool: Pool, who: Caller, entry_id: EntryId, *, reason: str) -> SaleEntry:
    """Take a wrong entry back by another one; both stay on record."""
    with transaction(pool, who.reach()) as tx:
        found = sales.entry(tx, entry_id)
        if found is None or not who.may(found.centre_id, Right.MONEY_WORK):
            raise NotFound
        return _undone(tx, who, found, reason)


def need_piece(tx: Tx, centre_id: CentreId, code: str, *, at: datetime) -> None:
    """Raise Invalid for what the tariff of a day does not sell by the piece."""
    centre = people.centre(tx, centre_id)
    if centre is None:
        raise NotFound
    kept_quantity(good_of(tx, centre, code, at, field="good"), Decimal(1), Measure.PIECE)


def enter_service(
    tx: Tx,
    who: Caller,
    centre_id: CentreId,
    company: CompanyId,
    code: str,
    *,
    minutes: int | None = None,
    quantity: Decimal | None = None,
    machine: Machine | None = None,
    booking: BookingId | None = None,
    at: datetime,
    note: str,
) -> EntryId:
    """Enter a good that comes with what the caller was allowed to do, inside its transaction.

    It is `quantity` in the good's measure. Without one it is one piece, or the minutes of work
    where the good is counted by the hour.
    """
    centre = people.centre(tx, centre_id)
    if centre is None:
        raise NotFound
    good = good_of(tx, centre, code, at, field="good")
    if quantity is not None:
        kept = kept_quantity(good, quantity, good.measure)
    elif minutes and good.measure is Measure.HOUR:
        kept = minutes * 60
    else:
        kept = kept_quantity(good, Decimal(1), Measure.PIECE)
    need_chargeable(tx, centre, company, at)
    machine_id = need_theirs(tx, centre_id, company, machine, booking)
    entry = SaleEntry(
        id=EntryId(new_id()),
        centre_id=centre_id,
        company_id=company,
        machine_id=machine_id,
        booking_id=booking,
        at=at,
        code=code,
        quantity=kept,
        source=QuantitySource.HAND,
        spoiled=Spoiled.NO,
        amount=None,
        tax_type=None,
        note=note,
        reverses=None,
        recorded_by=who.person_id,
        recorded_at=recorded_at(tx, centre_id),
    )
    sales.insert_entry(tx, entry)
    return entry.id


def take_back(tx: Tx, who: Caller, entry_id: EntryId, *, reason: str) -> None:
    """Take back what came with something that is undone; inside its transaction.

    An entry that somebody reversed by hand before stays reversed.
    """
    found = sales.entry(tx, entry_id)
    if found is not None and not sales.is_reversed(tx, entry_id):
        _undone(tx, who, found, reason)


def _undone(tx: Tx, who: Caller, found: SaleEntry, reason: str) -> SaleEntry:
    if found.reverses:
        raise Conflict("This entry takes back another; enter what is right instead")
    undone = replace(
        found,
        id=EntryId(new_id()),
        note=reason,
        reverses=found.id,
        recorded_by=who.person_id,
        recorded_at=recorded_at(tx, found.centre_id),
    )
    sales.insert_entry(tx, undone)
    return undone


def entries(
    pool: Pool, who: Caller, *, centre: CentreId, company: CompanyId, month: str
) -> list[SaleEntry]:
    """List a company's sales of a month, for itself and the centre's managers."""
    permit = who.need_company(centre, company, Right.MONEY_SEE)
    with transaction(pool, permit) as tx:
        site = people.centre(tx, centre)
        if site is None:
            raise NotFound
        need_served(tx, centre, company)
        period = month_named(month).period(site.zone)
        return list(sales.entries(tx, centre, company, period, recorded_before=END_OF_TIME))


def entry(pool: Pool, who: Caller, entry_id: EntryId) -> SaleEntry:
    """Return one sale, line or reversal, for its company and the centre's managers."""
    with transaction(pool, who.reach()) as tx:
        found = sales.entry(tx, entry_id)
        if found is None or not who.may_see(found.centre_id, found.company_id, Right.MONEY_SEE):
            raise NotFound
        return found


def _sent_before(tx: Tx, form: KeyedForm) -> SaleEntry | None:
    """Return the entry that a form made when it was sent before, or None."""
    made = form.first(tx)
    return sales.entry(tx, EntryId(made)) if made else None


def _site(
    tx: Tx, centre_id: CentreId, company: CompanyId, *, at: datetime, now: datetime
) -> Centre:
    centre = people.centre(tx, centre_id)
    if centre is None:
        raise NotFound
    need_served(tx, centre_id, company)
    if at > now + AHEAD:
        raise Invalid("Nobody has had anything on a day to come", field="at")
    need_chargeable(tx, centre, company, at)
    return centre


def good_of(tx: Tx, centre: Centre, code: str, at: datetime, *, field: str = "code") -> Good:
    """Return a good of the tariff of an instant's day; Invalid with those that there are.

    `field` is the name by which the caller was given the code.
    """
    day = at.astimezone(centre.zone).date()
    version = next(
        (t for t in statements.published(tx, centre.id) if t.tariff.effective_from <= day), None
    )
    good = version.tariff.good(code) if version else None
    if good is None:
        known = ", ".join(g.code for g in version.tariff.goods) if version else ""
        if not known:
            raise Invalid(f"The tariff of {day} has no goods", field=field)
        raise Invalid(f"The tariff of {day} has no good {code}; it has {known}", field=field)
    return good


def kept_quantity(good: Good, quantity: Decimal, unit: str) -> int:
    """Return the quantity in the measure's smallest unit, exactly."""
    if unit != good.measure.value:
        raise Invalid(f"{good.code} is counted in {good.measure}, not {unit}", field="unit")
    kept = quantity * Measure(unit).smallest
    if kept != kept.to_integral_value():
        least = Decimal(1) / Measure(unit).smallest
        raise Invalid(f"{good.code} is entered to {least} {unit}", field="quantity")
    if not 0 < kept <= MOST:
        raise Invalid(
            f"A quantity is above 0 and at most {MOST // Measure(unit).smallest} {unit}",
            field="quantity",
        )
    return int(kept)


def need_theirs(
    tx: Tx, centre: CentreId, company: CompanyId, machine: Machine | None, booking: BookingId | None
) -> MachineId | None:
    """Return the machine of a sale; raise where it or the booking is another's."""
    if machine is not None and machine.centre_id != centre:
        raise NotFound("The centre has no such machine")
    if booking is None:
        return machine.id if machine else None
    booked = bookings.by_id(tx, booking)
    if booked is None or booked.centre_id != centre or booked.company_id != company:
        raise Invalid("The booking is not this company's at this centre", field="booking")
    return booked.machine_id
