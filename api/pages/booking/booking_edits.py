"""Saying anew, on a booking's page, what it is for, what the centre asked, and how the machine is
used.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from api.identity import Connections
from api.pages.booking.booking_form_values import answers_of
from api.pages.booking.bookings import acted
from api.pages.frame.layout import Look, Looking
from gadong.booking.domain.booking import Booking
from gadong.booking.services import booking_changes, bookings
from gadong.booking.services.booking_changes import Edit
from gadong.booking.services.booking_steps import Hand
from gadong.core.domain.ids import BookingId
from gadong.core.domain.usage_mode import UsageMode

router = APIRouter(include_in_schema=False)


@router.post("/bookings/{booking_id}/edit")
async def edit(
    request: Request,
    booking_id: UUID,
    looking: Looking,
    pool: Connections,
    version: Annotated[int, Form()],
    purpose: Annotated[str, Form(max_length=200)] = "",
    usage_mode: Annotated[str, Form(max_length=20)] = "",
) -> Response:
    """Say anew what it is for, what the centre asked, and how it is used."""
    answers = answers_of((await request.form()).multi_items())
    return await run_in_threadpool(
        _edited, request, looking, pool, booking_id, version, purpose, usage_mode, answers
    )


def _edited(
    request: Request,
    looking: Look,
    pool: Connections,
    booking_id: UUID,
    version: int,
    purpose: str,
    usage_mode: str,
    answers: Mapping[str, str],
) -> Response:
    def act(hand: Hand, now: datetime) -> Booking:
        known = bookings.find(pool, looking.who, BookingId(booking_id))[0]
        wanted = Edit(
            purpose=purpose,
            answers={**known.answers, **answers} if answers else None,
            usage_mode=UsageMode(usage_mode) if usage_mode in set(UsageMode) else None,
        )
        return booking_changes.edit(pool, hand, wanted, now=now)

    return acted(request, looking, pool, booking_id, version, act, "Changed.")
