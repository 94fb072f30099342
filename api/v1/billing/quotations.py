"""Endpoint of quotations (견적서) for wished bookings."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response
from pydantic import Field

from api.files import PDF, as_file
from api.identity import Connections, Who
from api.v1.booking.booking_requests import requested
from api.v1.booking.bookings_schemas import BookingIn
from api.v1.schemas import In
from gadong.billing.services.documents import quotation

router = APIRouter(tags=["money"])


class QuotationIn(In):
    """Wished bookings of one company at one centre, and until when their price is offered."""

    wishes: list[BookingIn] = Field(min_length=1, max_length=20)
    valid_until: date = Field(examples=["2026-12-31"])


@router.post("/bookings/quotation.pdf", response_class=Response)
def print_quotation(
    body: QuotationIn,
    who: Who,
    pool: Connections,
    language: Annotated[Literal["ko", "en"], Query(description="The document's language.")] = "ko",
) -> Response:
    """Return a quotation as PDF; nothing is booked, held or stored."""
    name, pdf = quotation.quotation(
        pool,
        who,
        [requested(pool, who, wish) for wish in body.wishes],
        valid_until=body.valid_until,
        language=language,
        now=datetime.now(UTC),
    )
    return as_file(pdf, f"{name}.pdf", PDF)
