"""A centre's counted equipment: put by managers, listed, and needed by machines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from gadong.booking.domain.booking import Booking
from gadong.booking.domain.equipment.equipment import Equipment, EquipmentNeed, clash
from gadong.booking.store import equipment
from gadong.core.database import Pool, Tx, retried, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.ids import CentreId, EquipmentId, new_id
from gadong.core.domain.problem import Conflict, Invalid
from gadong.core.domain.usage_mode import UsageMode
from gadong.machines.domain.machine import Machine

# Needs of one machine: more is a line of machines.
MAX_NEEDS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedRequest:
    """Units of any of some equipment, by its slugs."""

    any_of: Sequence[str]
    units: int = 1
    usage_mode: UsageMode | None = None


@retried
def put(
    pool: Pool,
    who: Caller,
    centre: CentreId,
    slug: str,
    *,
    name_ko: str,
    name_en: str,
    units: int,
    now: datetime,
) -> Equipment:
    """Register equipment or count it anew; Conflict while bookings hold units that would be gone."""
    permit = who.need(centre, Right.STAFF_WORK)
    try:
        wanted = Equipment(
            id=EquipmentId(new_id()),
            centre_id=centre,
            slug=slug,
            name_ko=name_ko,
            name_en=name_en,
            units=units,
        )
    except ValueError as trouble:
        raise Invalid(str(trouble), field="units") from trouble
    with transaction(pool, permit) as tx:
        made = equipment.put(tx, wanted)
        if held := equipment.beyond(tx, made.id, units, after=now):
            raise Conflict(f"{held} bookings hold units that would be gone; move or cancel them first")
    return made


def listed(pool: Pool, who: Caller, centre: CentreId) -> list[Equipment]:
    """Return a centre's equipment, by slug."""
    permit = who.need(centre, Right.DESK_SEE)
    with transaction(pool, permit) as tx:
        return equipment.of_centre(tx, centre)


def put_needs(
    pool: Pool, who: Caller, machine: Machine, wanted: Sequence[NeedRequest]
) -> list[EquipmentNeed]:
    """Replace what bookings of a machine need; bookings that stand keep what they hold."""
    permit = who.need(machine.centre_id, Right.STAFF_WORK)
    if len(wanted) > MAX_NEEDS:
        raise Invalid(f"A machine has at most {MAX_NEEDS} needs", field="needs", limit=MAX_NEEDS)
    with transaction(pool, permit) as tx:
        ids = {e.slug: e.id for e in equipment.of_centre(tx, machine.centre_id)}
        needs = [_need(machine, one, ids) for one in wanted]
        if clash(needs) is not None:
            raise Invalid("Two needs of one booking name the same equipment", field="needs")
        equipment.put_needs(tx, machine.id, needs)
    return needs


def _need(machine: Machine, wanted: NeedRequest, ids: Mapping[str, EquipmentId]) -> EquipmentNeed:
    if unknown := [slug for slug in wanted.any_of if slug not in ids]:
        raise Invalid(f"The centre has no equipment {', '.join(unknown)}", field="any_of")
    try:
        return EquipmentNeed(
            id=new_id(),
            centre_id=machine.centre_id,
            machine_id=machine.id,
            usage_mode=wanted.usage_mode,
            any_of=tuple(ids[slug] for slug in wanted.any_of),
            units=wanted.units,
        )
    except ValueError as trouble:
        raise Invalid(str(trouble), field="any_of") from trouble


def needs(pool: Pool, who: Caller, machine: Machine) -> list[tuple[EquipmentNeed, list[str]]]:
    """Return the needs of a machine, each with the slugs of its equipment."""
    permit = who.need(machine.centre_id, Right.DESK_SEE)
    with transaction(pool, permit) as tx:
        slugs = _slugs(tx, machine.centre_id)
        found = equipment.needs_of(tx, [machine.id])
    return [(need, [slugs[one] for one in need.any_of]) for need in found]


def of_booking(pool: Pool, who: Caller, booking: Booking) -> list[tuple[str, int]]:
    """Return the units that a booking of the caller holds, as slugs with their numbers."""
    permit = who.need_company(booking.centre_id, booking.company_id, Right.DESK_SEE)
    with transaction(pool, permit) as tx:
        slugs = _slugs(tx, booking.centre_id)
        return [(slugs[one], unit) for one, unit in equipment.of_booking(tx, booking.id)]


def _slugs(tx: Tx, centre: CentreId) -> dict[EquipmentId, str]:
    return {e.id: e.slug for e in equipment.of_centre(tx, centre)}
