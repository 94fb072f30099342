"""Counted equipment, the needs of machines, and the bookings that hold units."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from psycopg import errors

from gadong.booking.domain.equipment.equipment import Equipment, EquipmentHold, EquipmentNeed
from gadong.core.database import Tx, forget, many, once, one, run
from gadong.core.domain.ids import BookingId, CentreId, EquipmentId, MachineId
from gadong.core.domain.period import Period
from gadong.core.domain.usage_mode import UsageMode
from gadong.core.store.queries import statements
from gadong.core.store.values import to_period, to_range

SQL = statements(__file__)
#: The constraints that refuse a unit which another booking holds, or which is there no more.
TAKEN = frozenset({"equipment_holds_one_booking", "equipment_holds_counted"})

UnitKey = tuple[EquipmentId, int]


def put(tx: Tx, wanted: Equipment) -> Equipment:
    """Write equipment, and return it with the id that its slug has."""
    row = one(
        tx,
        SQL["put"],
        id=wanted.id,
        centre_id=wanted.centre_id,
        slug=wanted.slug,
        name_ko=wanted.name_ko,
        name_en=wanted.name_en,
        units=wanted.units,
    )
    return Equipment(**row) if row else wanted


def of_centre(tx: Tx, centre_id: CentreId) -> list[Equipment]:
    """Return the centre's equipment, by slug."""
    return [Equipment(**row) for row in many(tx, SQL["of_centre"], centre_id=centre_id)]


def beyond(tx: Tx, equipment_id: EquipmentId, units: int, *, after: datetime) -> int:
    """Return how many bookings hold a unit above the number after the instant."""
    row = one(tx, SQL["beyond"], equipment_id=equipment_id, units=units, after=after)
    return int(row["bookings"]) if row else 0


def put_needs(tx: Tx, machine_id: MachineId, needs: Iterable[EquipmentNeed]) -> None:
    """Replace the needs of a machine."""
    forget(tx)
    run(tx, SQL["clear_needs"], machine_id=machine_id)
    for need in needs:
        run(
            tx,
            SQL["insert_need"],
            id=need.id,
            centre_id=need.centre_id,
            machine_id=need.machine_id,
            usage_mode=need.usage_mode,
            any_of=list(need.any_of),
            units=need.units,
        )


def needs_of(tx: Tx, machine_ids: Iterable[MachineId]) -> list[EquipmentNeed]:
    """Return the needs of the machines, read once in a transaction."""
    wanted = sorted(machine_ids)
    return once(tx, ("needs", *wanted), lambda: _needs_of(tx, wanted))


def _needs_of(tx: Tx, machine_ids: Sequence[MachineId]) -> list[EquipmentNeed]:
    return [
        EquipmentNeed(
            any_of=tuple(row.pop("any_of")),
            usage_mode=UsageMode(mode) if (mode := row.pop("usage_mode")) else None,
            **row,
        )
        for row in many(tx, SQL["needs_of"], machine_ids=machine_ids)
    ]


def held(
    tx: Tx, centre_id: CentreId, bounds: Period, *, without: BookingId | None = None
) -> list[EquipmentHold]:
    """Return the units that bookings hold inside the bounds."""
    rows = many(tx, SQL["held"], centre_id=centre_id, during=to_range(bounds), without=without)
    return [EquipmentHold(period=to_period(row.pop("during")), **row) for row in rows]


def hold(tx: Tx, booking_id: BookingId, unit: UnitKey) -> bool:
    """Hold a unit for a booking; return False where another booking has it, or it is gone."""
    try:
        with tx.transaction():
            run(tx, SQL["hold"], booking_id=booking_id, equipment_id=unit[0], unit=unit[1])
    except (errors.ExclusionViolation, errors.CheckViolation) as trouble:
        if trouble.diag.constraint_name not in TAKEN:
            raise
        return False
    return True


def release(tx: Tx, booking_id: BookingId) -> list[UnitKey]:
    """Hold nothing for a booking, and return what it held."""
    rows = many(tx, SQL["release"], booking_id=booking_id)
    return [(row["equipment_id"], row["unit"]) for row in rows]


def of_booking(tx: Tx, booking_id: BookingId) -> list[UnitKey]:
    """Return the units that a booking holds, or held."""
    rows = many(tx, SQL["of_booking"], booking_id=booking_id)
    return [(row["equipment_id"], row["unit"]) for row in rows]
