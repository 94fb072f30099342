"""Units of equipment held for bookings that need them."""

from __future__ import annotations

from collections.abc import Sequence

from gadong.booking.domain.booking import Booking
from gadong.booking.domain.equipment.equipment import EquipmentNeed, Stock
from gadong.booking.domain.staff.technician import covers
from gadong.booking.services.equipment.stock import stock_for
from gadong.booking.store import equipment
from gadong.booking.store.equipment import UnitKey
from gadong.core.database import Tx
from gadong.core.domain.problem import Problem, Refused
from gadong.machines.domain.machine import Machine


def hold(tx: Tx, machine: Machine, booking: Booking, *, present: Sequence[UnitKey] = ()) -> None:
    """Hold the units that a booking needs: the present ones if they are free, else others.

    The constraint of the database decides between two bookings of one instant. Raise Refused where
    too few are left, unless the booking passes rules by an override.
    """
    if not booking.keeps_others_off:
        return
    stock = stock_for(tx, booking.centre_id, [machine.id], booking.period, without=booking.id)
    needs = stock.needs_of(machine.id, booking.usage_mode, booking.equipment)
    # The order of the equipment is the same for everybody, so that few wait in a ring.
    for need in sorted(needs, key=lambda need: min(need.any_of)):
        if not _held(tx, stock, need, booking, present) and not booking.override:
            names = {
                e.slug: (e.name_ko, e.name_en)
                for e in map(stock.equipment.__getitem__, need.any_of)
            }
            problem = Problem(
                code="booking.no_equipment", limit=", ".join(names), overridable_by="manager"
            )
            raise Refused([problem.saying(names=names)])


def _held(
    tx: Tx, stock: Stock, need: EquipmentNeed, booking: Booking, present: Sequence[UnitKey]
) -> bool:
    free = stock.free(need, booking.period)
    able = [unit for unit, windows in free.items() if covers(windows, booking.period)]
    count = 0
    for unit in sorted(able, key=lambda unit: unit not in present):
        if count < need.units and equipment.hold(tx, booking.id, unit):
            count += 1
    return count == need.units
