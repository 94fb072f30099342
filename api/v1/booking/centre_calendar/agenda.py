"""The centre's calendar, for drawing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from api.identity import Connections, Who
from api.v1 import paging
from api.v1.booking.centre_calendar import agenda_schemas as schemas
from api.v1.schemas import From, To, period_of
from gadong.booking.domain.booking import Taken
from gadong.booking.services.centre_calendar import agenda
from gadong.booking.services.centre_calendar.agenda import AgendaRow
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.ids import CentreId
from gadong.core.domain.period import Period

router = APIRouter(tags=["bookings"])


@router.get("/calendar")
def centre_calendar(
    who: Who,
    pool: Connections,
    centre: Annotated[UUID, Query()],
    start: From,
    end: To,
    kind: Annotated[str | None, Query(max_length=60)] = None,
) -> paging.Page[schemas.RowOut]:
    """Return a centre's machines over up to 45 days: open, closed, taken, and truly run."""
    bounds = period_of(start, end)
    found = agenda.of_centre(pool, who, CentreId(centre), bounds, kind=kind, now=datetime.now(UTC))
    return paging.whole([_row(who, CentreId(centre), row) for row in found])


def _row(who: Caller, centre: CentreId, row: AgendaRow) -> schemas.RowOut:
    machine = row.machine
    return schemas.RowOut(
        machine=machine.id,
        machine_slug=machine.slug,
        name_ko=machine.name_ko,
        name_en=machine.name_en,
        kind=machine.kind,
        seats=machine.seats,
        free_seats=[
            schemas.FreeSeatsOut(start=f.period.start, end=f.period.end, free=f.free)
            for f in row.free_seats
        ],
        opened=[_span(p) for p in row.opened],
        closed=[
            schemas.ClosureOut(start=c.period.start, end=c.period.end, kind=c.kind, reason=c.reason)
            for c in row.closed
        ],
        taken=[
            _entry(t, is_mine=who.may_see(centre, t.company_id, Right.DESK_SEE)) for t in row.taken
        ],
        ran=[_span(p) for p in row.ran],
    )


def _entry(taken: Taken, *, is_mine: bool) -> schemas.EntryOut:
    return schemas.EntryOut(
        start=taken.period.start,
        end=taken.period.end,
        held_from=taken.held.start,
        held_until=taken.held.end,
        state=taken.state,
        seats=taken.seats,
        shares=taken.shares,
        booking=taken.id if is_mine else None,
        company=taken.company_id if is_mine else None,
        purpose=taken.purpose if is_mine else None,
    )


def _span(period: Period) -> schemas.SpanOut:
    return schemas.SpanOut(start=period.start, end=period.end)
