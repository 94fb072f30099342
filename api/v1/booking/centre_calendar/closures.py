"""Closures: made, changed and lifted by managers; shown to everybody who may enter the centre."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from api.identity import Connections, Who
from api.v1 import paging
from api.v1.booking.centre_calendar.closures_schemas import (
    ClosureFound,
    ClosureIn,
    ClosureKind,
    ClosureListed,
    ClosureMade,
    ClosureOrder,
    ClosurePreview,
    ClosureStep,
    ClosureTimeIn,
    HitOut,
    LiftIn,
)
from api.v1.machine_names import OfMachine, OfMachineSlug, chosen, slugs
from api.v1.schemas import FreePeriod, From, To, period_of
from gadong.booking.services.centre_calendar import closures
from gadong.booking.services.centre_calendar.closures import Closing, ClosureFilter, Made
from gadong.core.database import Pool
from gadong.core.domain.ids import CentreId

router = APIRouter(tags=["bookings"])


@router.post("/closures", status_code=201)
def create_closure(body: ClosureIn, who: Who, pool: Connections, response: Response) -> ClosureMade:
    """Close a centre or a machine for a time and notify the affected people; for managers."""
    made = closures.close(pool, who, _closing(pool, who, body), now=datetime.now(UTC))
    response.headers["Location"] = f"/api/v1/closures/{made.closure.id}"
    return _made(pool, made)


@router.post("/closures/preview")
def preview_closure(body: ClosureIn, who: Who, pool: Connections) -> ClosurePreview:
    """List the bookings that a closure would displace, with alternatives; changes nothing."""
    made = closures.preview(pool, who, _closing(pool, who, body), now=datetime.now(UTC))
    return ClosurePreview(affected=_hits(pool, made))


@router.get("/closures")
def list_closures(
    who: Who,
    pool: Connections,
    centre: Annotated[UUID, Query()],
    start: From,
    end: To,
    machine: OfMachine = None,
    machine_slug: OfMachineSlug = None,
    *,
    kind: Annotated[ClosureKind | None, Query(description="Only closures of this kind.")] = None,
    order: Annotated[
        ClosureOrder, Query(description="Which comes first.")
    ] = ClosureOrder.EARLIEST_START,
    limit: paging.Limit = 50,
    cursor: paging.Cursor = None,
) -> paging.Page[ClosureListed]:
    """Return a centre's closures that touch a stretch of time, its machines' own among them.

    The earliest start comes first, or the latest by `order`. Those of the whole centre are
    closures of each machine.
    """
    on = chosen(pool, who, machine, machine_slug, centre)
    found = closures.page(
        pool,
        who,
        CentreId(centre),
        period_of(start, end),
        ClosureFilter(machine=on.id if on else None, kind=kind.value if kind else None),
        after=paging.before_moment(cursor),
        most=limit,
        is_latest_first=order is ClosureOrder.LATEST_START,
    )
    names = slugs(pool, [c.machine_id for c in found])
    last = found[-1] if len(found) == limit else None
    return paging.Page(
        items=[
            ClosureListed(
                id=c.id,
                machine=c.machine_id,
                machine_slug=names[c.machine_id] if c.machine_id else None,
                start=c.period.start,
                end=c.period.end,
                kind=c.kind,
                reason=c.reason,
            )
            for c in found
        ],
        next=paging.next_moment(last.period.start, last.id) if last else None,
    )


@router.get("/closures/{closure_id}")
def get_closure(closure_id: UUID, who: Who, pool: Connections) -> ClosureFound:
    """Return a closure with its affected bookings and its changes; for desk staff."""
    made, steps = closures.find(pool, who, closure_id, now=datetime.now(UTC))
    shown = _made(pool, made)
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
def change_closure(
    closure_id: UUID, body: ClosureTimeIn, who: Who, pool: Connections
) -> ClosureMade:
    """Change a closure's time, and notify those now or no longer affected. For managers."""
    period = period_of(body.start, body.end)
    made = closures.change(pool, who, closure_id, period, reason=body.reason, now=datetime.now(UTC))
    return _made(pool, made)


@router.post("/closures/{closure_id}/preview")
def preview_closure_change(
    closure_id: UUID, body: ClosureTimeIn, who: Who, pool: Connections
) -> ClosurePreview:
    """List the bookings that the closure would displace at another time; changes nothing."""
    period = period_of(body.start, body.end)
    made = closures.preview_change(
        pool, who, closure_id, period, reason=body.reason, now=datetime.now(UTC)
    )
    return ClosurePreview(affected=_hits(pool, made))


@router.post("/closures/{closure_id}/lift", status_code=204)
def lift_closure(closure_id: UUID, body: LiftIn, who: Who, pool: Connections) -> None:
    """End a closure now, or take back one that has not begun; for managers."""
    closures.lift(pool, who, closure_id, reason=body.reason, now=datetime.now(UTC))


def _closing(pool: Pool, who: Who, body: ClosureIn) -> Closing:
    centre = CentreId(body.centre)
    return Closing(
        centre=centre,
        machine=chosen(pool, who, body.machine, body.machine_slug, centre),
        period=period_of(body.start, body.end),
        kind=body.kind,
        reason=body.reason,
    )


def _made(pool: Pool, made: Made) -> ClosureMade:
    closure = made.closure
    names = slugs(pool, [closure.machine_id])
    return ClosureMade(
        id=closure.id,
        centre=closure.centre_id,
        machine=closure.machine_id,
        machine_slug=names[closure.machine_id] if closure.machine_id else None,
        start=closure.period.start,
        end=closure.period.end,
        kind=closure.kind,
        reason=closure.reason,
        affected=_hits(pool, made),
    )


def _hits(pool: Pool, made: Made) -> list[HitOut]:
    names = slugs(pool, [h.booking.machine_id for h in made.hits])
    return [
        HitOut(
            booking=hit.booking.id,
            machine=hit.booking.machine_id,
            machine_slug=names[hit.booking.machine_id],
            start=hit.booking.period.start,
            end=hit.booking.period.end,
            state=hit.booking.state,
            company=hit.booking.company_id,
            person=hit.booking.person_id,
            instead=[
                FreePeriod(
                    machine=c.machine_id,
                    machine_slug=c.machine,
                    start=c.period.start,
                    end=c.period.end,
                )
                for c in hit.instead
            ],
        )
        for hit in made.hits
    ]
