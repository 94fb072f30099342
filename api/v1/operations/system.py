"""Endpoints of the installation: alive, ready, jobs and notices."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal

from fastapi import APIRouter, Request, Response

from api.identity import Connections, Who, caller, secret
from api.v1 import paging
from api.v1.operations import system_schemas as schemas
from gadong.core.domain.problem import GadongError
from gadong.operations.services import checks, health, jobs

probes = APIRouter(tags=["system"])
router = APIRouter(tags=["system"])


@probes.get("/healthz")
def get_health() -> dict[str, str]:
    """Return that the process answers."""
    return {"status": "alive"}


@probes.get("/readyz")
def get_readiness(
    request: Request,
    response: Response,
    pool: Connections,
    program: Literal["api", "ingest", "scheduler"] | None = None,
) -> schemas.Readiness:
    """Return the state of every part that the service needs; 503 if one is not ready.

    The parts are the database, migrations, scheduler and ingest, or those that one program needs.
    So a replica of the API goes on while a centre's ingest does not listen. Administrators see each
    centre's session, and the reason of a failure. The checks say what else somebody should look
    after; none of them makes the answer 503.
    """
    state = request.app.state
    found = health.parts(
        pool,
        revision=state.revision,
        now=datetime.now(UTC),
        data_directory=state.settings.data_directory,
    )
    has_checks = all(part.is_ready for part in health.of_program(found, "api"))
    if program:
        found = health.of_program(found, program)
    is_ready = all(part.is_ready for part in found)
    levels = checks.worst_by_check(checks.current(pool)) if has_checks else {}
    if not _administers(request):
        found = health.for_anybody(found)
    if not is_ready:
        response.status_code = 503
    return schemas.Readiness(
        is_ready=is_ready,
        parts=[
            schemas.ServicePartOut(name=p.name, is_ready=p.is_ready, detail=p.detail) for p in found
        ],
        checks=[schemas.CheckOut(name=name, level=level) for name, level in levels.items()],
    )


def _administers(request: Request) -> bool:
    try:
        return caller(request, secret(request)).is_administrator
    except GadongError:
        return False  # nobody, or the database is away


@router.get("/jobs")
def list_jobs(who: Who, pool: Connections) -> paging.Page[schemas.JobOut]:
    """List each job's last slot and its result; for managers."""
    return paging.whole(
        [schemas.JobOut.model_validate(r, from_attributes=True) for r in jobs.last_runs(pool, who)]
    )


@router.get("/notices")
def list_notices(
    who: Who, pool: Connections, limit: paging.Limit = 50, cursor: paging.Cursor = None
) -> paging.Page[schemas.NoticeOut]:
    """List your notices, the latest first."""
    who.need_whole()
    found = jobs.notices(pool, who, before=paging.before_id(cursor), most=limit)
    items = [
        schemas.NoticeOut(id=n.id, kind=n.kind, data=dict(n.data), created_at=n.created_at)
        for n in found
    ]
    return paging.Page(items=items, next=paging.next_id(found, limit))
