"""Booking requests as services take them: the API's bodies and the pages' forms make them here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from api.identity import Connections
from api.v1.booking import bookings_schemas as schemas
from api.v1.machine_names import needed
from gadong.booking.services.bookings import Request
from gadong.booking.services.waiting.waiting_list import WaitingRequest
from gadong.core.domain.access import Caller
from gadong.core.domain.ids import CompanyId, PersonId
from gadong.core.domain.period import Period
from gadong.core.domain.problem import Invalid
from gadong.core.domain.usage_mode import UsageMode
from gadong.machines.domain.machine import Machine
from gadong.machines.services import machines


def booking_request(
    pool: Connections,
    who: Caller,
    machine: Machine,
    *,
    company: CompanyId,
    period: Period,
    answers: Mapping[str, str],
    usage_mode: UsageMode | None,
    also: Sequence[str] = (),
    person: UUID | None = None,
    contact: str = "",
    contact_phone: str = "",
    purpose: str = "",
    override: str = "",
    pledge: str = "",
    equipment: Sequence[str] = (),
    seats: int = 1,
    key: str | None = None,
) -> Request:
    """Return the request for a machine, and for those of its centre that `also` names by slug."""
    return Request(
        machine=machine,
        also=tuple(machines.find(pool, who, slug, centre=machine.centre_id) for slug in also),
        company=company,
        person=PersonId(person) if person else None,
        contact=contact,
        contact_phone=contact_phone,
        period=period,
        purpose=purpose,
        answers=answers,
        usage_mode=usage_mode,
        override=override,
        pledge=pledge,
        equipment=tuple(dict.fromkeys(equipment)),
        seats=seats,
        key=key,
    )


def waiting_request(wanted: Request, *, period: Period, length: timedelta) -> WaitingRequest:
    """Return the waiting-list entry for time of the length, anywhere inside the period."""
    return WaitingRequest(
        machine=wanted.machine,
        also=wanted.also,
        company=wanted.company,
        period=period,
        length=length,
        answers=wanted.answers,
        usage_mode=wanted.usage_mode,
        person=wanted.person,
        contact=wanted.contact,
        contact_phone=wanted.contact_phone,
        equipment=wanted.equipment,
        seats=wanted.seats,
    )


def company_of(who: Caller, given: UUID | None) -> CompanyId:
    """Return the company named, or the only one the caller books for."""
    if given:
        return CompanyId(given)
    if len(who.companies) != 1:
        raise Invalid("Name the company you book for", field="company")
    return next(iter(who.companies))


def requested(
    pool: Connections, who: Caller, body: schemas.BookingIn, *, key: str | None = None
) -> Request:
    machine = needed(pool, who, body.machine, body.machine_slug, body.centre)
    also = [needed(pool, who, i, None, machine.centre_id) for i in body.also]
    also += [needed(pool, who, None, slug, machine.centre_id) for slug in body.also_slugs]
    return booking_request(
        pool,
        who,
        machine,
        also=[m.slug for m in also],
        company=company_of(who, body.company),
        person=body.person,
        contact=body.person_name or "",
        contact_phone=body.person_phone,
        period=body.period(),
        purpose=body.purpose,
        answers=body.answers,
        usage_mode=body.usage_mode,
        override=body.override,
        pledge=body.pledge,
        equipment=body.equipment,
        seats=body.seats,
        key=key,
    )
