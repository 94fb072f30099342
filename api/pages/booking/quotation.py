"""The quotation (견적서) of what the booking form asks for, as PDF."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from fastapi import APIRouter, Response

from api.files import PDF, as_file
from api.identity import Connections
from api.pages.booking.booking_fields import wanted_request
from api.pages.booking.booking_form_values import FormByQuery
from api.pages.frame.layout import Looking
from gadong.billing.services.documents.quotation import quotation
from gadong.machines.services import machines

router = APIRouter(include_in_schema=False)

#: A month, as quotations usually say; the API takes any day within a year.
VALID_DAYS = 30


@router.get("/machines/{slug}/quotation.pdf")
def quotation_file(slug: str, asked: FormByQuery, looking: Looking, pool: Connections) -> Response:
    """Return the quotation, valid for a month from today on."""
    centre = looking.need_centre()
    machine = machines.find(pool, looking.who, slug, centre=centre.id)
    now = datetime.now(UTC)
    today = now.astimezone(centre.zone).date()
    name, pdf = quotation(
        pool,
        looking.who,
        [wanted_request(looking, pool, machine, asked, key=None)],
        valid_until=today + timedelta(days=VALID_DAYS),
        language=looking.words.language,
        now=now,
    )
    return as_file(pdf, f"{name}.pdf", PDF)
