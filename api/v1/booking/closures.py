"""Closures: made, changed and lifted by managers; shown to everybody who may enter the centre."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from api.identity import Connections, Who
from api.v1.booking.closures_schemas import (
    ClosureFound,
    ClosureIn,
    ClosureListed,
    ClosureMade,
    ClosurePreview,
    ClosureStep,
    ClosureTimeIn,
    HitOut,
    LiftIn,
)
from api.v1.schemas import FreePeriod, Instant, period_of
from gadong.booking.services import closures, timeline
from gadong.booking.services.closures import Closing, Made
from gadong.core.database import Pool
from gadong.core.domain.ids import CentreId, MachineId
from gadong.machines.services import machines

router = APIRouter(tags=["bookings"])


@router.post("/closures", status_code=201)
def close(body: ClosureIn, who: Who, pool: Connections, response: Response) -> ClosureMade:
    """Close a centre or a machine for a time and notify the affected people; for managers."""
    made = closures.close(pool, who, _closing(pool, who, body), now=datetime.now(UTC))
    response.headers["Location"] = f"/api/v1/closures/{made.closure.id}"
    return _made(made, _slugs(pool, who, body.centre))


@router.post("/closures/preview")
def preview(body: ClosureIn, who: Who, pool: Connections) -> ClosurePreview:
    """List the bookings that a closure would displace, with alternatives; changes nothing."""
    made = closures.preview(pool, who, _closing(pool, who, body), now=datetime.now(UTC))
    return ClosurePreview(affected=_hits(made, _slugs(pool, who, body.centre)))


@router.get("/closures")
def list_closures(
    who: Who,
    pool: Connections,
    centre: Annotated[UUID, Query()],
    start: Annotated[Instant, Query()],
    end: Annotated[Instant, Query()],
) -> list[ClosureListed]:
    """Return a centre's closures that touch a stretch of time, its machines' own among them."""
    found = closures.of_centre(pool, who, CentreId(centre), period_of(start, end))
    slugs = _slugs(pool, who, centre)
    return [
        ClosureListed(
            id=c.id,
            machine=slugs.get(c.machine_id) if c.machine_id else None,
            start=c.period.start,
            end=c.period.end,
            kind=c.kind,
            reason=c.reason,
        )
        for c in found
    ]


@router.get("/closures/{closure_id}")
def find_closure(closure_id: UUID, who: Who, pool: Connections) -> ClosureFound:
    """Return a closure with its affected bookings and its changes; for desk staff."""
    made, steps = closures.find(pool, who, closure_id, now=datetime.now(UTC))
    shown = _made(made, _slugs(pool, who, made.closure.centre_id))
    return ClosureFound(
        **dict(shown),
        steps=[
            ClosureStep(
                start=step.period.start if step.period else None,
                end=step.period.end if step.period else None,
                reason=step.reason,
                changed_by=step.changed_by,
                recorded_at=step.recorded_at,
            )
            for step in steps
        ],
    )


@router.put("/closures/{closure_id}")
def change_closure(closure_id: UUID, body: ClosureTimeIn, who: Who, pool: Connections) -> ClosureMade:
    """Change a closure's time, and notify those now or no longer affected. For managers."""
    period = period_of(body.start, body.end)
    made = closures.change(pool, who, closure_id, period, reason=body.reason, now=datetime.now(UTC))
    return _made(made, _slugs(pool, who, made.closure.centre_id))


@router.post("/closures/{closure_id}/preview")
def preview_change(closure_id: UUID, body: ClosureTimeIn, who: Who, pool: Connections) -> ClosurePreview:
    """List the bookings that the closure would displace at another time; changes nothing."""
    period = period_of(body.start, body.end)
    made = closures.preview_change(pool, who, closure_id, period, reason=body.reason, now=datetime.now(UTC))
    return ClosurePreview(affected=_hits(made, _slugs(pool, who, made.closure.centre_id)))


@router.post("/closures/{closure_id}/lift", status_code=204)
def lift(closure_id: UUID, body: LiftIn, who: Who, pool: Connections) -> None:
    """End a closure now, or take back one that has not begun; for managers."""
    closures.lift(pool, who, closure_id, reason=body.reason, now=datetime.now(UTC))


def _closing(pool: Pool, who: Who, body: ClosureIn) -> Closing:
    centre = CentreId(body.centre)
    return Closing(
        centre=centre,
        machine=machines.find(pool, who, body.machine, centre=centre) if body.machine else None,
        period=period_of(body.start, body.end),
        kind=body.kind,
        reason=body.reason,
    )


def _slugs(pool: Pool, who: Who, centre: UUID) -> Mapping[MachineId, str]:
    return {s.machine.id: s.machine.slug for s in timeline.seen(pool, who, centre=CentreId(centre))}


def _made(made: Made, slugs: Mapping[MachineId, str]) -> ClosureMade:
    closure = made.closure
    return ClosureMade(
        id=closure.id,
        centre=closure.centre_id,
        machine=slugs.get(closure.machine_id) if closure.machine_id else None,
        start=closure.period.start,
        end=closure.period.end,
        kind=closure.kind,
        reason=closure.reason,
        affected=_hits(made, slugs),
    )


def _hits(made: Made, slugs: Mapping[MachineId, str]) -> list[HitOut]:
    return [
        HitOut(
            booking=hit.booking.id,
            machine=slugs.get(hit.booking.machine_id, ""),
            start=hit.booking.period.start,
            end=hit.booking.period.end,
            state=hit.booking.state,
            company=hit.booking.company_id,
            person=hit.booking.person_id,
            instead=[
                FreePeriod(machine=c.machine, start=c.period.start, end=c.period.end) for c in hit.instead
            ],
        )
        for hit in made.hits
    ]
