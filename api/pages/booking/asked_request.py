"""The booking request that a form asks for, of its values as they were typed."""

from __future__ import annotations

from api.identity import Connections
from api.pages.booking.booking_fields import company_field, mode_field, period_of, person_field
from api.pages.booking.booking_form_values import BookingForm
from api.pages.frame.layout import Look
from api.v1.booking.booking_requests import booking_request
from gadong.booking.services.bookings import Request as Wanted
from gadong.core.domain.access import Right
from gadong.core.domain.problem import Invalid
from gadong.machines.domain.machine import Machine


def wanted_request(
    looking: Look, pool: Connections, machine: Machine, asked: BookingForm, *, key: str | None
) -> Wanted:
    """Return the request; raise Invalid for a value that is not in its list."""
    company = company_field(looking, pool, asked)
    if company is None:
        raise Invalid("Name the company you book for", field="company")
    return booking_request(
        pool,
        looking.who,
        machine,
        also=asked.also,
        company=company,
        period=period_of(looking, asked.start, asked.minutes),
        purpose=asked.purpose,
        override=asked.override if looking.may(Right.DESK_WORK) else "",
        usage_mode=mode_field(asked),
        person=person_field(asked),
        contact=asked.person_name.strip() if looking.may(Right.DESK_WORK) else "",
        contact_phone=asked.person_phone.strip() if looking.may(Right.DESK_WORK) else "",
        pledge=asked.pledge,
        equipment=asked.equipment,
        answers={key: answer for key, answer in asked.answers.items() if answer},
        key=key,
    )
