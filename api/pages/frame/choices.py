"""Companies, people and bookings as the lists of forms send them."""

from __future__ import annotations

from uuid import UUID

from gadong.core.domain.ids import BookingId, CompanyId, PersonId
from gadong.core.domain.problem import Invalid


def chosen_company(text: str) -> CompanyId | None:
    """Return the company of a list's choice; None for none."""
    try:
        return CompanyId(UUID(text)) if text else None
    except ValueError as trouble:
        raise Invalid("Choose the company from the list", field="company") from trouble


def chosen_person(text: str, *, field: str = "person") -> PersonId | None:
    """Return the person of a list's choice; None for none."""
    try:
        return PersonId(UUID(text)) if text else None
    except ValueError as trouble:
        raise Invalid("Choose the person from the list", field=field) from trouble


def chosen_booking(text: str) -> BookingId | None:
    """Return the booking of a hidden field; None for none."""
    try:
        return BookingId(UUID(text)) if text else None
    except ValueError as trouble:
        raise Invalid("Choose the booking from the list", field="booking") from trouble
