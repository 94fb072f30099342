"""Fields of the booking form: its company, person, mode of use, and period."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from api.identity import Connections
from api.pages.booking.booking_form_values import BookingForm
from api.pages.frame.form_times import instant
from api.pages.frame.layout import Look
from api.pages.machines.machines import payer
from api.v1 import schemas
from gadong.core.domain.ids import CompanyId, PersonId
from gadong.core.domain.period import Period
from gadong.core.domain.problem import Invalid
from gadong.core.domain.usage_mode import UsageMode


def company_field(looking: Look, pool: Connections, asked: BookingForm) -> CompanyId | None:
    """Return the chosen company, or the only one to choose from."""
    try:
        return CompanyId(UUID(asked.company)) if asked.company else payer(looking, pool)
    except ValueError as trouble:
        raise Invalid("Choose the company from the list", field="company") from trouble


def person_field(asked: BookingForm) -> PersonId | None:
    try:
        return PersonId(UUID(asked.person)) if asked.person else None
    except ValueError as trouble:
        raise Invalid("Choose the person from the list", field="person") from trouble


def mode_field(asked: BookingForm) -> UsageMode | None:
    try:
        return UsageMode(asked.usage_mode) if asked.usage_mode else None
    except ValueError as trouble:
        raise Invalid("Choose from the list how it is used", field="usage_mode") from trouble


def period_of(looking: Look, start: str, minutes: int) -> Period:
    """Return a start and a length as a form holds them."""
    begins = instant(looking, start)
    return schemas.period_of(begins, begins + timedelta(minutes=minutes))
