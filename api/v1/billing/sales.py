"""Endpoints of sales beside machine time, proofs of companies, and the price calendar."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from api.identity import Connections, Who
from api.v1 import paging
from api.v1.billing import sales_schemas as schemas
from api.v1.billing.sales_schemas import PrintIn, PrintOut
from api.v1.machine_names import chosen, slugs
from api.v1.machines.decisions_schemas import ReverseIn
from api.v1.schemas import Accepted, MonthText
from gadong.billing.domain.sale import SaleEntry
from gadong.billing.services import energy_sales, holidays, print_materials, sales
from gadong.billing.services.prices import backdated_rules, extras
from gadong.core.database import Pool
from gadong.core.domain.ids import BookingId, CentreId, CompanyId, EntryId, MachineId, MessageId

router = APIRouter(tags=["money"])


@router.post("/entries", status_code=201)
def create_entry(body: schemas.SaleIn, who: Who, pool: Connections) -> schemas.SaleOut:
    """Enter material, an operator's hours or a training that a company had; for managers."""
    centre = CentreId(body.centre)
    machine = chosen(pool, who, body.machine, body.machine_slug, centre)
    entry = sales.sell(
        pool,
        who,
        centre=centre,
        company=CompanyId(body.company),
        machine=machine,
        booking=BookingId(body.booking) if body.booking else None,
        at=body.at,
        code=body.code,
        quantity=body.quantity,
        unit=body.unit,
        source=body.source,
        spoiled=body.spoiled,
        note=body.note,
        now=datetime.now(UTC),
    )
    return _entry(pool, entry)


@router.get("/prints")
def list_prints(
    who: Who,
    pool: Connections,
    centre: Annotated[UUID, Query()],
    company: Annotated[UUID, Query()],
    month: Annotated[MonthText, Query()],
) -> paging.Page[PrintOut]:
    """List a company's prints of a month without an entry, by printers' counters; for managers."""
    found = print_materials.waiting(
        pool, who, centre=CentreId(centre), company=CompanyId(company), month=month
    )
    return paging.whole(
        [
            PrintOut(
                machine=p.machine.id,
                machine_slug=p.machine.slug,
                booking=p.booking_id,
                start=p.period.start,
                end=p.period.end,
                name=p.name,
                result=p.result,
                millimetres=p.millimetres,
                message=p.message_id,
                likely=p.likely,
            )
            for p in found
        ]
    )


@router.post("/prints", status_code=201)
def enter_print(body: PrintIn, who: Who, pool: Connections) -> schemas.SaleOut:
    """Enter what a print drew in, weighed by the tariff's filament; once. For managers."""
    (entry,) = print_materials.enter(
        pool,
        who,
        centre=CentreId(body.centre),
        company=CompanyId(body.company),
        month=body.month,
        chosen={MessageId(body.message): body.spoiled},
        code=body.code,
        note=body.note,
    )
    return _entry(pool, entry)


@router.get("/bookings/{booking_id}/energy")
def booking_energy(booking_id: UUID, who: Who, pool: Connections) -> schemas.BookingEnergyOut:
    """Return the machine's energy in a booking's own time.

    For its company and the centre's desk.
    """
    found = energy_sales.of_booking(pool, who, BookingId(booking_id))
    return schemas.BookingEnergyOut(
        booking=booking_id,
        machine=found.machine.id,
        machine_slug=found.machine.slug,
        basis=found.measured.basis,
        watt_hours=found.watt_hours,
        seconds=found.seconds,
        covered_seconds=found.covered_seconds,
        resets=found.measured.resets,
        doubtful=found.measured.doubtful,
    )


@router.post("/bookings/{booking_id}/energy", status_code=201)
def enter_booking_energy(
    booking_id: UUID, body: schemas.BookingEnergyIn, who: Who, pool: Connections
) -> schemas.SaleOut:
    """Enter what the machine drew in a booking that is over, once; for managers."""
    entry = energy_sales.enter(
        pool, who, BookingId(booking_id), code=body.code, note=body.note, now=datetime.now(UTC)
    )
    return _entry(pool, entry)


@router.post("/lines", status_code=201)
def add_line(body: schemas.OwnLineIn, who: Who, pool: Connections) -> schemas.SaleOut:
    """Put a line of one's own on a company's month, with its reason; for managers."""
    entry = sales.add_line(
        pool,
        who,
        centre=CentreId(body.centre),
        company=CompanyId(body.company),
        at=body.at,
        amount=body.amount,
        tax_type=body.tax_type,
        note=body.reason,
        now=datetime.now(UTC),
    )
    return _entry(pool, entry)


@router.get("/entries")
def list_entries(
    who: Who,
    pool: Connections,
    centre: Annotated[UUID, Query()],
    company: Annotated[UUID, Query()],
    month: Annotated[MonthText, Query()],
) -> paging.Page[schemas.SaleOut]:
    """List a company's sales of a month, without reversed ones; for itself and the managers."""
    found = sales.entries(
        pool, who, centre=CentreId(centre), company=CompanyId(company), month=month
    )
    names = slugs(pool, [e.machine_id for e in found])
    return paging.whole([_shown(e, names) for e in found])


@router.get("/entries/{line_id}")
def show_entry(line_id: UUID, who: Who, pool: Connections) -> schemas.SaleOut:
    """Show a sale, a line or a reversal, also one taken back; for its company and the managers."""
    return _entry(pool, sales.entry(pool, who, EntryId(line_id)))


@router.post("/entries/{line_id}/reverse", status_code=201)
def reverse_entry(line_id: UUID, body: ReverseIn, who: Who, pool: Connections) -> schemas.SaleOut:
    """Take a wrong entry or line back by another one; for managers."""
    return _entry(pool, sales.reverse(pool, who, EntryId(line_id), reason=body.reason))


@router.get("/centres/{centre}/companies/{company}/extras")
def list_extras(
    centre: UUID, company: UUID, who: Who, pool: Connections
) -> paging.Page[schemas.ExtraIO]:
    """List a company's proofs at a centre; for itself and the centre's managers."""
    found = extras.proved(pool, who, centre=CentreId(centre), company=CompanyId(company))
    return paging.whole(
        [schemas.ExtraIO(name=e.name, since=e.since, until=e.until, proof=e.proof) for e in found]
    )


@router.post("/centres/{centre}/companies/{company}/extras", status_code=204)
def record_extra(
    centre: UUID, company: UUID, body: schemas.ExtraIO, who: Who, pool: Connections
) -> None:
    """Record what a company has proved, for an extra discount or a programme; for managers."""
    extras.prove(
        pool,
        who,
        centre=CentreId(centre),
        company=CompanyId(company),
        name=body.name,
        since=body.since,
        until=body.until,
        proof=body.proof,
    )


@router.get("/centres/{centre}/holidays")
def list_holidays(
    centre: UUID,
    who: Who,
    pool: Connections,
    year: Annotated[int, Query(ge=2000, le=2999)],
) -> paging.Page[schemas.HolidayOut]:
    """Return a centre's holidays of a year: the country's, and its own word on a day."""
    return paging.whole(
        [
            schemas.HolidayOut(day=h.day, name=h.name, is_holiday=h.is_holiday, is_own=h.is_own)
            for h in holidays.of_year(pool, who, CentreId(centre), year)
        ]
    )


@router.post("/centres/{centre}/holidays", status_code=204)
def set_holiday(
    centre: UUID, body: schemas.HolidayIn, who: Who, pool: Connections, *, accept: Accepted = False
) -> None:
    """Set a centre's own rule for a day, before the country's; for managers.

    Refused with `holiday.changes_issued` for each issued statement that it would change, until
    that is accepted.
    """
    backdated_rules.set_holiday(
        pool,
        who,
        CentreId(centre),
        body.day,
        name=body.name,
        is_holiday=body.is_holiday,
        is_accepted=accept,
    )


def _entry(pool: Pool, entry: SaleEntry) -> schemas.SaleOut:
    return _shown(entry, slugs(pool, [entry.machine_id]))


def _shown(entry: SaleEntry, names: Mapping[MachineId, str]) -> schemas.SaleOut:
    return schemas.SaleOut(
        id=entry.id,
        company=entry.company_id,
        machine=entry.machine_id,
        machine_slug=names[entry.machine_id] if entry.machine_id else None,
        booking=entry.booking_id,
        at=entry.at,
        code=entry.code,
        quantity=entry.quantity,
        source=entry.source,
        spoiled=entry.spoiled,
        amount=entry.amount,
        tax_type=entry.tax_type,
        note=entry.note,
        reverses=entry.reverses,
        recorded_at=entry.recorded_at,
        message=entry.message_id,
    )
