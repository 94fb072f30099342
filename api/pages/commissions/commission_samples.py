"""The samples of a commission on its page: received, and returned or discarded."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, File, Form, Request, UploadFile
from fastapi.responses import Response

from api.identity import Connections
from api.pages.commissions.commission import commission_page
from api.pages.frame.form_times import day_in
from api.pages.frame.layout import Looking, go
from api.pages.frame.problem_page import reasons
from gadong.commissions.domain.commission_sample import SampleOutcome
from gadong.commissions.services import commission_samples, commissions
from gadong.core.domain.problem import GadongError

router = APIRouter(include_in_schema=False)


@router.post("/commissions/{commission_id}/samples")
def receive(
    request: Request,
    commission_id: UUID,
    looking: Looking,
    pool: Connections,
    name: Annotated[str, Form(max_length=100)],
    condition: Annotated[str, Form(max_length=300)],
    keep_until: Annotated[str, Form(max_length=10)] = "",
    photo: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """Receive a sample."""
    # A person who may not see it is refused before anything is tried.
    commissions.find(pool, looking.who, commission_id)
    try:
        commission_samples.receive(
            pool,
            looking.who,
            commission_id,
            name=name,
            condition=condition,
            keep_until=day_in(keep_until, field="keep_until") if keep_until else None,
            photo=photo.file.read() if photo and photo.filename else None,
            now=datetime.now(UTC),
        )
    except GadongError as trouble:
        why = reasons(trouble, looking.words)
        return commission_page(request, looking, pool, commission_id, why=why)
    return go(f"/commissions/{commission_id}", said=looking.words.say("The sample is received."))


@router.post("/commissions/{commission_id}/samples/{commission_sample_id}")
def end(
    request: Request,
    commission_id: UUID,
    commission_sample_id: UUID,
    looking: Looking,
    pool: Connections,
    outcome: Annotated[SampleOutcome, Form()],
    words: Annotated[str, Form(max_length=300)],
) -> Response:
    """Record that a sample was returned or discarded."""
    commissions.find(pool, looking.who, commission_id)
    try:
        commission_samples.end(
            pool,
            looking.who,
            commission_sample_id,
            outcome,
            words=words,
            now=datetime.now(UTC),
        )
    except GadongError as trouble:
        why = reasons(trouble, looking.words)
        return commission_page(request, looking, pool, commission_id, why=why)
    return go(f"/commissions/{commission_id}", said=looking.words.say("Recorded."))


@router.get("/commissions/{commission_id}/samples/{commission_sample_id}/photo")
def photo_of(
    commission_id: UUID, commission_sample_id: UUID, looking: Looking, pool: Connections
) -> Response:
    """Return the photo of a sample."""
    commissions.find(pool, looking.who, commission_id)
    found = commission_samples.photo(pool, looking.who, commission_sample_id)
    return Response(found, media_type="image/jpeg")
