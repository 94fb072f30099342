"""A centre's opening hours and name from a day on, its zone, address and desk."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

from fastapi import APIRouter

from api.identity import Connections, Who
from api.v1.people.centres_schemas import (
    CentreStandingOut,
    ContactIn,
    ContactOut,
    HoursOut,
    NameOut,
    RenamedIn,
    WeekIn,
    WeekOut,
    ZoneIn,
)
from gadong.core.domain.calendar import OpeningHours
from gadong.core.domain.ids import CentreId
from gadong.people.domain.centre_contact import CentreContact
from gadong.people.services import centres

router = APIRouter(tags=["people"])


@router.get("/centres/{centre}")
def show_centre(centre: UUID, who: Who, pool: Connections) -> CentreStandingOut:
    """Return a centre with its opening hours and names, past and to come."""
    found = centres.standing(pool, who, CentreId(centre))
    return CentreStandingOut(
        id=found.centre.id,
        slug=found.centre.slug,
        name=found.centre.name,
        zone=found.centre.zone_name,
        currency=found.centre.currency,
        weeks=[
            WeekOut(
                since=week.since if week.since > date.min else None,
                hours=[HoursOut.model_validate(h, from_attributes=True) for h in week.hours],
            )
            for week in found.weeks
        ],
        names=[NameOut(since=n.since, name=n.name) for n in found.names],
        contact=ContactOut.model_validate(found.contact, from_attributes=True),
    )


@router.put("/centres/{centre}/hours", status_code=204)
def set_hours(centre: UUID, body: WeekIn, who: Who, pool: Connections) -> None:
    """Give a centre other opening hours from a day on; past days keep theirs. For managers."""
    hours = [OpeningHours(weekday=h.weekday, opens=h.opens, closes=h.closes) for h in body.hours]
    centres.set_hours(pool, who, CentreId(centre), hours, since=body.since, now=datetime.now(UTC))


@router.put("/centres/{centre}/name", status_code=204)
def rename_centre(centre: UUID, body: RenamedIn, who: Who, pool: Connections) -> None:
    """Give a centre another name from a day on; issued documents keep theirs. For managers."""
    centres.rename(pool, who, CentreId(centre), body.name, since=body.since, now=datetime.now(UTC))


@router.put("/centres/{centre}/contact", status_code=204)
def set_contact(centre: UUID, body: ContactIn, who: Who, pool: Connections) -> None:
    """Set a centre's address, and how its users reach its desk; what is left out is emptied.

    For managers.
    """
    contact = CentreContact(
        address=body.address, phone=body.phone, email=body.email, directions=body.directions
    )
    centres.set_contact(pool, who, CentreId(centre), contact)


@router.put("/centres/{centre}/zone", status_code=204)
def set_zone(centre: UUID, body: ZoneIn, who: Who, pool: Connections) -> None:
    """Set a centre's time zone; refused once a statement was issued. For managers."""
    centres.set_zone(pool, who, CentreId(centre), body.zone)
