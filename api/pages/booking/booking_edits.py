"""Saying anew, on a booking's page, what it is for, what the centre asked, and how the machine is
used.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from api.identity import Connections
from api.pages.booking.booking_form_values import answers_of
from api.pages.booking.bookings import acted
from api.pages.frame.layout import Looking
from gadong.booking.domain.booking import Booking
from gadong.booking.domain.together.reach import Reach
from gadong.booking.services import booking_edits, bookings
from gadong.booking.services.booking_edits import Edit
from gadong.booking.services.booking_steps import Hand
from gadong.core.domain.usage_mode import UsageMode

router = APIRouter(include_in_schema=False)


@router.post("/bookings/{booking_id}/edit")
async def edit(
    request: Request,
    booking_id: UUID,
    looking: Looking,
    pool: Connections,
    *,
    version: Annotated[int, Form()],
    purpose: Annotated[str, Form(max_length=200)] = "",
    usage_mode: Annotated[str, Form(max_length=20)] = "",
    reach: Annotated[Reach, Form()] = Reach.ONE,
    override: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Say anew what it is for, what the centre asked, and how it is used."""
    answers = answers_of((await request.form()).multi_items())

    def act(hand: Hand, now: datetime) -> Booking:
        known = bookings.find(pool, looking.who, hand.booking)[0]
        said = {**known.answers, **answers}
        mode = UsageMode(usage_mode) if usage_mode in set(UsageMode) else known.usage_mode
        # The form says all of one machine anew; others of its group keep what did not change.
        wanted = Edit(
            purpose=purpose,
            answers=said if said != known.answers else None,
            usage_mode=mode if mode is not known.usage_mode else None,
        )
        return booking_edits.edit(pool, hand, wanted, override=override, reach=reach, now=now)

    return await run_in_threadpool(
        acted, request, looking, pool, booking_id, version, act, "Changed."
    )
