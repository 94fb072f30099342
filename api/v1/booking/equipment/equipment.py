"""Counted equipment: the centre's, the needs of machines, and the units of bookings."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path

from api.identity import Connections, Who
from api.v1.booking.booking_changes import OnBooking
from api.v1.booking.equipment import equipment_schemas as schemas
from api.v1.machine_names import InCentre, MachineInPath, find_machine
from api.v1.paging import Cursor, Limit, Page, SearchText, after_id, next_id
from api.v1.schemas import Slug
from gadong.booking.services import bookings
from gadong.booking.services.equipment import equipment
from gadong.core.domain.ids import CentreId
from gadong.core.domain.natural_order import matches

router = APIRouter(tags=["bookings"])

EquipmentSlug = Annotated[Slug, Path(description="The equipment's name in addresses.")]


@router.get("/centres/{centre}/equipment")
def list_equipment(
    centre: UUID,
    who: Who,
    pool: Connections,
    *,
    text: SearchText = "",
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[schemas.EquipmentOut]:
    """List a centre's counted equipment, by slug; `text` has words of its names or its slug."""
    found = [
        schemas.EquipmentOut(
            id=e.id, slug=e.slug, name_ko=e.name_ko, name_en=e.name_en, units=e.units
        )
        for e in after_id(equipment.listed(pool, who, CentreId(centre)), cursor)
        if matches(f"{e.name_ko} {e.name_en} {e.slug}", text)
    ][:limit]
    return Page(items=found, next=next_id(found, limit))


@router.put("/centres/{centre}/equipment/{equipment_slug}")
def put_equipment(
    centre: UUID,
    equipment_slug: EquipmentSlug,
    body: schemas.EquipmentIn,
    who: Who,
    pool: Connections,
) -> schemas.EquipmentOut:
    """Register equipment or count it anew; 409 while bookings hold units that would be gone."""
    made = equipment.put(
        pool,
        who,
        CentreId(centre),
        equipment_slug,
        name_ko=body.name_ko,
        name_en=body.name_en,
        units=body.units,
        now=datetime.now(UTC),
    )
    return schemas.EquipmentOut(
        id=made.id, slug=made.slug, name_ko=made.name_ko, name_en=made.name_en, units=made.units
    )


@router.get("/machines/{machine}/equipment")
def list_equipment_needs(
    machine_ref: MachineInPath, who: Who, pool: Connections, centre: InCentre = None
) -> Page[schemas.NeedOut]:
    """List the equipment that bookings of a machine hold."""
    found = equipment.needs(pool, who, find_machine(pool, who, machine_ref, centre))
    items = [
        schemas.NeedOut(any_of=slugs, units=need.units, usage_mode=need.usage_mode)
        for need, slugs in found
    ]
    return Page(items=items, next=None)


@router.put("/machines/{machine}/equipment", status_code=204)
def put_equipment_needs(
    machine_ref: MachineInPath,
    body: schemas.NeedsIn,
    who: Who,
    pool: Connections,
    centre: InCentre = None,
) -> None:
    """Replace the equipment that new bookings of a machine hold; for managers."""
    wanted = [
        equipment.NeedRequest(any_of=n.any_of, units=n.units, usage_mode=n.usage_mode)
        for n in body.needs
    ]
    equipment.put_needs(pool, who, find_machine(pool, who, machine_ref, centre), wanted)


@router.get("/bookings/{booking_id}/equipment")
def list_booking_equipment(hand: OnBooking, pool: Connections) -> Page[schemas.UnitOut]:
    """List the units that a booking holds."""
    booking, _ = bookings.find(pool, hand.who, hand.booking)
    found = equipment.of_booking(pool, hand.who, booking)
    items = [schemas.UnitOut(equipment=slug, unit=unit) for slug, unit in found]
    return Page(items=items, next=None)
