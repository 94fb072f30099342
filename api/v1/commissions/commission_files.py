"""Endpoints of the files of commissioned work, its result reports, and a centre's terms."""

from __future__ import annotations

from base64 import b64decode
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response

from api.files import as_file
from api.identity import Connections, Who
from api.v1 import paging
from api.v1.commissions import commission_files_schemas as schemas
from gadong.commissions.domain.commission_file import CommissionFile
from gadong.commissions.domain.commission_terms import CommissionTerms
from gadong.commissions.services import commission_files, commission_terms
from gadong.core.domain.ids import CentreId
from gadong.core.domain.problem import Invalid

router = APIRouter(tags=["commissions"])


@router.get("/commissions/{commission_id}/files")
def list_commission_files(
    commission_id: UUID, who: Who, pool: Connections
) -> paging.Page[schemas.CommissionFileOut]:
    """List the files of a commission, the earliest first.

    Its firm sees the reports once they are handed over.
    """
    found = commission_files.of_commission(pool, who, commission_id)
    return paging.whole([_told(file) for file in found])


@router.post("/commissions/{commission_id}/files", status_code=201)
def attach_commission_file(
    commission_id: UUID, body: schemas.CommissionFileIn, who: Who, pool: Connections
) -> schemas.CommissionFileOut:
    """Attach a file to a commission that is not over, as its firm or its desk."""
    data = _bytes(body.data)
    return _told(commission_files.attach(pool, who, commission_id, name=body.name, data=data))


@router.post("/commissions/{commission_id}/reports", status_code=201)
def keep_commission_report(
    commission_id: UUID, body: schemas.CommissionFileIn, who: Who, pool: Connections
) -> schemas.CommissionFileOut:
    """Keep the result report of a commission in work or done, under a number of its own."""
    data = _bytes(body.data)
    return _told(commission_files.report(pool, who, commission_id, name=body.name, data=data))


@router.get("/commissions/{commission_id}/files/{commission_file_id}", response_class=Response)
def get_commission_file(
    commission_id: UUID, commission_file_id: UUID, who: Who, pool: Connections
) -> Response:
    """Return a file; a report to its firm once it was handed over."""
    file, data = commission_files.read(pool, who, commission_id, commission_file_id)
    return as_file(data, file.name, file.media_type)


@router.get("/centres/{centre}/commission-terms")
def get_commission_terms(centre: UUID, who: Who, pool: Connections) -> schemas.CommissionTermsIO:
    """Return what a centre sets for all its commissioned work."""
    found = commission_terms.find(pool, who, CentreId(centre))
    return schemas.CommissionTermsIO(is_paid_first=found.is_paid_first)


@router.put("/centres/{centre}/commission-terms")
def set_commission_terms(
    centre: UUID, body: schemas.CommissionTermsIO, who: Who, pool: Connections
) -> schemas.CommissionTermsIO:
    """Set it, for whatever is handed over from now on."""
    terms = CommissionTerms(is_paid_first=body.is_paid_first)
    commission_terms.change(pool, who, CentreId(centre), terms)
    return body


def _bytes(text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except ValueError as trouble:  # binascii.Error is one, and so is what b64decode says of é
        raise Invalid("A file is written in base64", field="data") from trouble


def _told(file: CommissionFile) -> schemas.CommissionFileOut:
    return schemas.CommissionFileOut(
        id=file.id,
        commission=file.commission_id,
        kind=file.kind,
        number=file.number or None,
        name=file.name,
        digest=file.digest,
        media_type=file.media_type,
        kept_at=file.kept_at,
    )
