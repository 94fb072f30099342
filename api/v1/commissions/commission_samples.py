"""Endpoints of the samples of commissioned work."""

from __future__ import annotations

from base64 import b64decode
from datetime import UTC, datetime
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response

from api.identity import Connections, Who
from api.v1 import paging
from api.v1.commissions import commission_samples_schemas as schemas
from gadong.commissions.domain.commission_sample import CommissionSample
from gadong.commissions.services import commission_samples, commissions
from gadong.core.database import Pool
from gadong.core.domain.access import Caller
from gadong.core.domain.problem import Invalid

router = APIRouter(tags=["commissions"])


@router.get("/commissions/{commission_id}/samples")
def list_commission_samples(
    commission_id: UUID, who: Who, pool: Connections
) -> paging.Page[schemas.CommissionSampleOut]:
    """List the samples of a commission in the order of their numbers."""
    number = commissions.find(pool, who, commission_id).number
    found = commission_samples.of_commission(pool, who, commission_id)
    return paging.whole([_told(sample, number) for sample in found])


@router.post("/commissions/{commission_id}/samples", status_code=201)
def receive_commission_sample(
    commission_id: UUID, body: schemas.CommissionSampleIn, who: Who, pool: Connections
) -> schemas.CommissionSampleOut:
    """Receive a sample with the condition in which it came, and a photo of it."""
    try:
        photo = b64decode(body.photo, validate=True)
    except ValueError as trouble:  # binascii.Error is one, and so is what b64decode says of é
        raise Invalid("A photo is written in base64", field="photo") from trouble
    sample = commission_samples.receive(
        pool,
        who,
        commission_id,
        name=body.name,
        condition=body.condition,
        keep_until=body.keep_until,
        photo=photo or None,
        at=body.at,
        now=datetime.now(UTC),
    )
    return _numbered(pool, who, sample)


@router.post("/commission-samples/{commission_sample_id}/end")
def end_commission_sample(
    commission_sample_id: UUID, body: schemas.CommissionSampleEndIn, who: Who, pool: Connections
) -> schemas.CommissionSampleOut:
    """Record that a sample was returned, and to whom, or discarded, and how."""
    sample = commission_samples.end(
        pool,
        who,
        commission_sample_id,
        body.outcome,
        words=body.words,
        at=body.at,
        now=datetime.now(UTC),
    )
    return _numbered(pool, who, sample)


@router.get("/commission-samples/{commission_sample_id}/photo", response_class=Response)
def get_commission_sample_photo(
    commission_sample_id: UUID, who: Who, pool: Connections
) -> Response:
    """Return the photo of a sample, as JPEG."""
    found = commission_samples.photo(pool, who, commission_sample_id)
    return Response(found, media_type="image/jpeg")


def _numbered(pool: Pool, who: Caller, sample: CommissionSample) -> schemas.CommissionSampleOut:
    return _told(sample, commissions.find(pool, who, sample.commission_id).number)


def _told(sample: CommissionSample, number: str) -> schemas.CommissionSampleOut:
    return schemas.CommissionSampleOut(
        id=sample.id,
        commission=sample.commission_id,
        number=sample.number(number),
        name=sample.name,
        condition=sample.condition,
        keep_until=sample.keep_until,
        received_at=sample.received_at,
        has_photo=sample.has_photo,
        outcome=sample.outcome,
        ended_at=sample.ended_at,
        words=sample.words,
    )
