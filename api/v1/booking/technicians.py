"""Technicians: skills, shifts, absences, their agenda, and the bookings that they assist."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from api.identity import Connections, Who
from api.v1.booking import technicians_schemas as schemas
from api.v1.booking.booking_changes import OnBooking
from api.v1.paging import Page
from api.v1.people.centres_schemas import HoursOut
from api.v1.schemas import From, To, period_of
from gadong.booking.domain.staff.technician import Technician
from gadong.booking.services import timeline
from gadong.booking.services.staff import technicians
from gadong.core.domain.calendar import OpeningHours
from gadong.core.domain.ids import CentreId, PersonId

router = APIRouter(tags=["bookings"])


@router.get("/centres/{centre}/technicians")
def list_technicians(centre: UUID, who: Who, pool: Connections) -> Page[schemas.TechnicianOut]:
    """List a centre's technicians with their skills and shifts."""
    found = technicians.listed(pool, who, CentreId(centre))
    return Page(items=[_technician(one) for one in found], next=None)


@router.put("/centres/{centre}/technicians/{technician_id}")
def put_technician(
    centre: UUID, technician_id: UUID, body: schemas.TechnicianIn, who: Who, pool: Connections
) -> schemas.TechnicianOut:
    """Register somebody of the staff as a technician, or change their skills and shifts."""
    made = technicians.put(
        pool,
        who,
        CentreId(centre),
        PersonId(technician_id),
        kinds=frozenset(body.kinds),
        shifts=[
            OpeningHours(weekday=h.weekday, opens=h.opens, closes=h.closes) for h in body.shifts
        ],
    )
    return _technician(made)


@router.delete("/centres/{centre}/technicians/{technician_id}", status_code=204)
def remove_technician(centre: UUID, technician_id: UUID, who: Who, pool: Connections) -> None:
    """Remove a technician; refused with 409 while bookings to come hold them."""
    technicians.remove(pool, who, CentreId(centre), PersonId(technician_id), now=datetime.now(UTC))


@router.get("/centres/{centre}/absences")
def list_absences(
    centre: UUID, start: From, end: To, who: Who, pool: Connections
) -> Page[schemas.AbsenceOut]:
    """List when a centre's technicians are away."""
    found = technicians.absences(pool, who, CentreId(centre), period_of(start, end))
    items = [
        schemas.AbsenceOut(id=a.id, person=a.person_id, start=a.period.start, end=a.period.end)
        for a in found
    ]
    return Page(items=items, next=None)


@router.post("/centres/{centre}/technicians/{technician_id}/absences", status_code=201)
def enter_absence(
    centre: UUID,
    technician_id: UUID,
    body: schemas.AbsenceIn,
    who: Who,
    pool: Connections,
    response: Response,
) -> schemas.AbsenceMade:
    """Enter an absence; its bookings go to other technicians where any is free."""
    period, now = period_of(body.start, body.end), datetime.now(UTC)
    away = technicians.be_away(
        pool, who, CentreId(centre), PersonId(technician_id), period, now=now
    )
    response.headers["Location"] = f"/api/v1/absences/{away.absence.id}"
    return schemas.AbsenceMade(
        id=away.absence.id,
        person=away.absence.person_id,
        start=period.start,
        end=period.end,
        reassigned=list(away.reassigned),
        unassigned=list(away.unassigned),
    )


@router.delete("/absences/{absence_id}", status_code=204)
def remove_absence(absence_id: UUID, who: Who, pool: Connections) -> None:
    """Remove an absence; bookings that went to others stay there."""
    technicians.come_back(pool, who, absence_id)


@router.get("/centres/{centre}/assistance")
def assistance_agenda(
    centre: UUID,
    start: From,
    end: To,
    who: Who,
    pool: Connections,
    technician: Annotated[UUID | None, Query()] = None,
) -> Page[schemas.AssistanceOut]:
    """List the assisted bookings of up to 93 days with their technicians, the earliest first."""
    bounds = period_of(start, end)
    one = PersonId(technician) if technician else None
    found = technicians.agenda(pool, who, CentreId(centre), bounds, technician=one)
    slugs = {
        s.machine.id: s.machine.slug for s in timeline.seen(pool, who, centre=CentreId(centre))
    }
    items = [
        schemas.AssistanceOut(
            booking=e.booking_id,
            machine=e.machine_id,
            machine_slug=slugs.get(e.machine_id, ""),
            company=e.company_id,
            person=e.person_id,
            start=e.period.start,
            end=e.period.end,
            state=e.state,
            technician=e.technician_id,
        )
        for e in found
    ]
    return Page(items=items, next=None)


@router.put("/bookings/{booking_id}/technician")
def assign_technician(
    hand: OnBooking, body: schemas.AssignIn, pool: Connections, response: Response
) -> schemas.AssignedOut:
    """Give an assisted booking to another technician; for managers."""
    person = PersonId(body.technician) if body.technician else None
    booking = technicians.reassign(pool, hand, person, reason=body.reason, now=datetime.now(UTC))
    response.headers["ETag"] = f'"{booking.version}"'
    assigned = technicians.of_bookings(pool, hand.who, [booking.id])
    return schemas.AssignedOut(
        booking=booking.id, version=booking.version, technician=assigned.get(booking.id)
    )


def _technician(one: Technician) -> schemas.TechnicianOut:
    return schemas.TechnicianOut(
        person=one.person_id,
        name=one.name,
        kinds=sorted(one.kinds),
        shifts=[HoursOut(weekday=h.weekday, opens=h.opens, closes=h.closes) for h in one.shifts],
    )
