"""Booking requests as services take them: the API's bodies and the pages' forms make them here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from api.identity import Connections
from gadong.booking.services.bookings import Request
from gadong.booking.services.waiting.waiting_list import WaitingRequest
from gadong.core.domain.access import Caller
from gadong.core.domain.ids import CompanyId, PersonId
from gadong.core.domain.period import Period
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
        key=key,
    )


def waiting_request(wanted: Request, *, period: Period, length: timedelta) -> WaitingRequest:
    """Return the entry that waits for a length of what is wanted, anywhere inside the period."""
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
    )
