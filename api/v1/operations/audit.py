"""Endpoints of a centre's audit."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from api.files import CSV, as_file
from api.identity import Connections, Who
from api.v1 import paging
from api.v1.operations.system_schemas import AuditOut
from gadong.core.domain.ids import CentreId
from gadong.operations.services import audit_export

router = APIRouter(tags=["people"])


@router.get("/centres/{centre}/audit")
def list_audit_entries(
    centre: UUID,
    who: Who,
    pool: Connections,
    limit: paging.Limit = 200,
    cursor: paging.Cursor = None,
) -> paging.Page[AuditOut]:
    """List the acts at a centre with their authors, the latest first."""
    found = audit_export.page(
        pool, who, CentreId(centre), before=paging.before_number(cursor), most=limit
    )
    items = [
        AuditOut(
            number=e.number,
            at=e.at,
            by=e.by,
            origin=e.origin,
            action=e.action,
            what=e.what,
            which=e.which,
            why=e.why,
            changed=list(e.changed),
            before=e.before.hex() if e.before else None,
            after=e.after.hex() if e.after else None,
            hash=e.hash.hex(),
        )
        for e in found
    ]
    following = str(found[-1].number) if len(found) == limit else None
    return paging.Page(items=items, next=following)


@router.get("/centres/{centre}/audit.csv", response_class=Response)
def export_audit_entries(
    centre: UUID,
    who: Who,
    pool: Connections,
    reason: Annotated[str, Query(min_length=1, max_length=500, description="what it is for; kept")],
) -> Response:
    """Return the entries as a file. The export and its reason become an entry as well."""
    return as_file(
        audit_export.export(pool, who, CentreId(centre), reason=reason), "audit.csv", CSV
    )
