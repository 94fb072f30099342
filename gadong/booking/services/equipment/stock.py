"""A centre's equipment as rules and holds look at it."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from gadong.booking.domain.equipment.equipment import Stock
from gadong.booking.store import equipment
from gadong.core.database import Tx
from gadong.core.domain.ids import BookingId, CentreId, EquipmentId, MachineId
from gadong.core.domain.period import Period
from gadong.core.domain.problem import Invalid
from gadong.machines.domain.machine import Machine


def stock_for(
    tx: Tx,
    centre_id: CentreId,
    machine_ids: Iterable[MachineId],
    bounds: Period,
    *,
    without: BookingId | None,
) -> Stock:
    """Return the machines' needs with the equipment and its holds.

    Empty where they need nothing.
    """
    needs = equipment.needs_of(tx, machine_ids)
    if not needs:
        return Stock(equipment={}, needs=[], holds={})
    holds: dict[tuple[EquipmentId, int], list[Period]] = {}
    for one in equipment.held(tx, centre_id, bounds, without=without):
        holds.setdefault((one.equipment_id, one.unit), []).append(one.period)
    return Stock(
        equipment={e.id: e for e in equipment.of_centre(tx, centre_id)}, needs=needs, holds=holds
    )


def need_choosable(tx: Tx, hall: Iterable[Machine], chosen: Collection[str]) -> None:
    """Raise Invalid for chosen equipment that no need of the machines names."""
    if not chosen:
        return
    every = list(hall)
    named = {one for need in equipment.needs_of(tx, [m.id for m in every]) for one in need.any_of}
    slugs = {e.slug for e in equipment.of_centre(tx, every[0].centre_id) if e.id in named}
    if unknown := [slug for slug in chosen if slug not in slugs]:
        raise Invalid(f"This machine does not use {', '.join(unknown)}", field="equipment")
