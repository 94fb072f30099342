"""A centre's counted equipment: put by managers, listed, and needed by machines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from gadong.booking.domain.booking import Booking
from gadong.booking.domain.equipment.equipment import (
    Equipment,
    EquipmentHold,
    EquipmentNeed,
    clash,
)
from gadong.booking.store import equipment
from gadong.core.database import Pool, Tx, retried, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.ids import CentreId, EquipmentId, new_id
from gadong.core.domain.period import Period
from gadong.core.domain.problem import Conflict, Invalid
from gadong.core.domain.usage_mode import UsageMode
from gadong.machines.domain.machine import Machine
from gadong.machines.store import machines

# Needs of one machine: more is a line of machines.
MAX_NEEDS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedRequest:
    """A number of units, of any one of the equipment that the slugs name."""

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
    """Register equipment or count it anew.

    Conflict while bookings hold units that would be gone.
    """
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
            raise Conflict(
                f"{held} bookings hold units that would be gone; move or cancel them first"
            )
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
    with transaction(pool, permit) as tx:
        machines.lock(tx, [machine.id])
        ids = {e.slug: e.id for e in equipment.of_centre(tx, machine.centre_id)}
        needs = [_need(machine, one, ids) for one in wanted]
        _put(tx, machine, needs)
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
    return [(need, [e.slug for e in every]) for need, every in choices(pool, who, machine)]


def choices(
    pool: Pool, who: Caller, machine: Machine, mode: UsageMode | None = None
) -> list[tuple[EquipmentNeed, list[Equipment]]]:
    """Return the needs of a machine in a mode, or in any, each with its equipment in order."""
    permit = who.need_entry(machine.centre_id)
    with transaction(pool, permit) as tx:
        known = {e.id: e for e in equipment.of_centre(tx, machine.centre_id)}
        found = equipment.needs_of(tx, [machine.id])
    return [
        (need, [known[one] for one in need.any_of])
        for need in found
        if mode is None or need.applies(mode)
    ]


def of_booking(pool: Pool, who: Caller, booking: Booking) -> list[tuple[str, int]]:
    """Return the units that a booking of the caller holds, as slugs with their numbers."""
    permit = who.need_company(booking.centre_id, booking.company_id, Right.DESK_SEE)
    with transaction(pool, permit) as tx:
        slugs = _slugs(tx, booking.centre_id)
        return [(slugs[one], unit) for one, unit in equipment.of_booking(tx, booking.id)]


def units_of(pool: Pool, who: Caller, booking: Booking) -> list[tuple[Equipment, int]]:
    """Return the units that a booking of the caller holds, or held, by equipment and number."""
    permit = who.need_company(booking.centre_id, booking.company_id, Right.DESK_SEE)
    with transaction(pool, permit) as tx:
        known = {e.id: e for e in equipment.of_centre(tx, booking.centre_id)}
        return [(known[one], unit) for one, unit in equipment.of_booking(tx, booking.id)]


def holds(pool: Pool, who: Caller, centre: CentreId, bounds: Period) -> list[EquipmentHold]:
    """Return the units of a centre that bookings hold inside the bounds, the earliest first."""
    permit = who.need(centre, Right.DESK_SEE)
    with transaction(pool, permit) as tx:
        return equipment.held(tx, centre, bounds)


def needs_of_centre(
    pool: Pool, who: Caller, centre: CentreId
) -> list[tuple[Machine, list[EquipmentNeed]]]:
    """Return the centre's machines that need equipment, by slug, each with its needs."""
    permit = who.need(centre, Right.DESK_SEE)
    with transaction(pool, permit) as tx:
        hall = sorted(machines.of_centres(tx, [centre]), key=lambda m: m.slug)
        found = equipment.needs_of(tx, [m.id for m in hall])
    each = [(m, [need for need in found if need.machine_id == m.id]) for m in hall]
    return [(machine, own) for machine, own in each if own]


def change_needs(
    pool: Pool,
    who: Caller,
    machine: Machine,
    *,
    add: NeedRequest | None = None,
    drop: UUID | None = None,
) -> None:
    """Add a need to what bookings of a machine need, or drop one by its id; the others stay."""
    permit = who.need(machine.centre_id, Right.STAFF_WORK)
    with transaction(pool, permit) as tx:
        # Two changes of one machine are made one after the other, so that neither is lost.
        machines.lock(tx, [machine.id])
        ids = {e.slug: e.id for e in equipment.of_centre(tx, machine.centre_id)}
        kept = [need for need in equipment.needs_of(tx, [machine.id]) if need.id != drop]
        _put(tx, machine, [*kept, _need(machine, add, ids)] if add else kept)


def _put(tx: Tx, machine: Machine, needs: Sequence[EquipmentNeed]) -> None:
    if len(needs) > MAX_NEEDS:
        raise Invalid(f"A machine has at most {MAX_NEEDS} needs", field="needs", limit=MAX_NEEDS)
    if clash(needs) is not None:
        raise Invalid("Two needs of one booking name the same equipment", field="needs")
    equipment.put_needs(tx, machine.id, needs)


def _slugs(tx: Tx, centre: CentreId) -> dict[EquipmentId, str]:
    return {e.id: e.slug for e in equipment.of_centre(tx, centre)}
