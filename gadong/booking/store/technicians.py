"""Technicians, their absences, and the bookings that hold them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from psycopg import errors
from psycopg.types.json import Jsonb

from gadong.booking.domain.booking import BookingState
from gadong.booking.domain.staff.technician import Absence, Assistance, Technician
from gadong.core.database import Tx, many, one, run
from gadong.core.domain.calendar import OpeningHours
from gadong.core.domain.document import from_document, plain
from gadong.core.domain.ids import BookingId, CentreId, CompanyId, MachineId, PersonId, new_id
from gadong.core.domain.period import Period
from gadong.core.store.queries import statements
from gadong.core.store.values import to_period, to_range

SQL = statements(__file__)


@dataclass(frozen=True, slots=True, kw_only=True)
class AgendaEntry:
    """An assisted booking; `technician_id` is None where nobody is held for it."""

    booking_id: BookingId
    machine_id: MachineId
    company_id: CompanyId
    person_id: PersonId
    period: Period
    state: BookingState
    technician_id: PersonId | None


def put(tx: Tx, technician: Technician) -> None:
    """Write a technician's skills and shifts."""
    run(
        tx,
        SQL["put"],
        id=new_id(),
        centre_id=technician.centre_id,
        person_id=technician.person_id,
        kinds=sorted(technician.kinds),
        shifts=Jsonb(plain(technician.shifts)),
    )


def remove(tx: Tx, centre_id: CentreId, person_id: PersonId) -> None:
    """Remove a technician."""
    run(tx, SQL["remove"], centre_id=centre_id, person_id=person_id)


def of_centre(tx: Tx, centre_id: CentreId) -> list[Technician]:
    """Return the centre's technicians, by name."""
    return [
        Technician(
            centre_id=row["centre_id"],
            person_id=row["person_id"],
            name=row["name"],
            kinds=frozenset(row["kinds"]),
            shifts=from_document(tuple[OpeningHours, ...], row["shifts"]),
        )
        for row in many(tx, SQL["of_centre"], centre_id=centre_id)
    ]


def insert_absence(tx: Tx, absence: Absence) -> None:
    """Write an absence."""
    run(
        tx,
        SQL["insert_absence"],
        id=absence.id,
        centre_id=absence.centre_id,
        person_id=absence.person_id,
        during=to_range(absence.period),
    )


def absence(tx: Tx, absence_id: object) -> Absence | None:
    """Return one absence."""
    row = one(tx, SQL["absence"], id=absence_id)
    return Absence(period=to_period(row.pop("during")), **row) if row else None


def remove_absence(tx: Tx, absence_id: object) -> None:
    """Remove an absence."""
    run(tx, SQL["remove_absence"], id=absence_id)


def absences(tx: Tx, centre_id: CentreId, bounds: Period) -> list[Absence]:
    """Return the absences that touch the bounds, the earliest first."""
    rows = many(tx, SQL["absences"], centre_id=centre_id, during=to_range(bounds))
    return [Absence(period=to_period(row.pop("during")), **row) for row in rows]


def held(
    tx: Tx, technician_ids: Iterable[PersonId], bounds: Period, *, without: BookingId | None = None
) -> list[Assistance]:
    """Return what the technicians are held for inside the bounds, at whichever centre."""
    rows = many(
        tx,
        SQL["held"],
        technician_ids=list(technician_ids),
        during=to_range(bounds),
        without=without,
    )
    return [
        Assistance(
            booking_id=row["booking_id"],
            course_id=row["course_id"],
            person_id=row["technician_id"],
            period=to_period(row["during"]),
        )
        for row in rows
    ]


def assign(tx: Tx, booking_id: BookingId, person_id: PersonId) -> bool:
    """Hold a technician for a booking.

    Return False where an absence or another booking has them then.
    """
    both = {"booking_id": booking_id, "technician_id": person_id}
    if one(tx, SQL["keep"], **both) is None:
        return False
    try:
        with tx.transaction():
            return run(tx, SQL["assign"], **both) > 0
    except errors.ExclusionViolation as trouble:
        if trouble.diag.constraint_name != "assistances_one_place":
            raise
        return False


def lock(tx: Tx, centre_id: CentreId, person_id: PersonId) -> bool:
    """Lock a technician against new bookings until the transaction ends.

    Return False for no technician.
    """
    return one(tx, SQL["lock"], centre_id=centre_id, person_id=person_id) is not None


def unassign(tx: Tx, booking_id: BookingId) -> None:
    """Hold nobody for a booking."""
    run(tx, SQL["unassign"], booking_id=booking_id)


def of_bookings(tx: Tx, booking_ids: Iterable[BookingId]) -> dict[BookingId, PersonId]:
    """Return the technician of each of the bookings that has one."""
    rows = many(tx, SQL["of_bookings"], booking_ids=list(booking_ids))
    return {row["booking_id"]: row["technician_id"] for row in rows}


def agenda(tx: Tx, centre_id: CentreId, bounds: Period, *, most: int) -> list[AgendaEntry]:
    """Return the centre's assisted bookings inside the bounds, the earliest first."""
    rows = many(tx, SQL["agenda"], centre_id=centre_id, during=to_range(bounds), most=most)
    return [
        AgendaEntry(
            period=to_period(row.pop("during")), state=BookingState(row.pop("state")), **row
        )
        for row in rows
    ]
