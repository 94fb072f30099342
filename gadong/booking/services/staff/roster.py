"""The technicians of a centre as rules and assignments look at them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gadong.booking.domain.staff.technician import Roster
from gadong.booking.store import technicians
from gadong.core.database import Tx, once
from gadong.core.domain.ids import BookingId, PersonId
from gadong.core.domain.period import Period
from gadong.core.domain.usage_mode import UsageMode
from gadong.machines.domain.machine import Machine
from gadong.people.domain.centre import Centre


def roster(tx: Tx, centre: Centre, bounds: Period, *, without: BookingId | None) -> Roster | None:
    """Return the centre's technicians with what keeps them inside the bounds.

    None where it has none.
    """
    known = once(tx, ("technicians", centre.id), lambda: technicians.of_centre(tx, centre.id))
    if not known:
        return None
    away: dict[PersonId, list[Period]] = {}
    for absence in technicians.absences(tx, centre.id, bounds):
        away.setdefault(absence.person_id, []).append(absence.period)
    held: dict[PersonId, list[Period]] = {}
    for one in technicians.held(tx, {t.person_id for t in known}, bounds, without=without):
        held.setdefault(one.person_id, []).append(one.period)
    return Roster(zone=centre.zone, technicians=known, absences=away, assistances=held)


def roster_for(
    tx: Tx, centre: Centre, modes: Iterable[UsageMode], bounds: Period, *, without: BookingId | None
) -> Roster | None:
    """Return the roster if any of the modes is assisted use; read nothing for the others."""
    return roster(tx, centre, bounds, without=without) if UsageMode.ASSISTED in set(modes) else None


def helpers_of(
    found: Roster | None, machine: Machine, mode: UsageMode, bounds: Period
) -> Sequence[Sequence[Period]] | None:
    """Return the free time of each technician for an assisted use; None where none is needed."""
    if found is None or mode is not UsageMode.ASSISTED:
        return None
    return list(found.free(machine.kind, bounds).values())
