"""The maintenance log: work on machines, written down and taken back."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field

from api.identity import Connections, Who
from api.v1.booking.bookings_schemas import ReasonIn
from api.v1.machine_names import InCentre, MachineInPath, find_machine
from api.v1.paging import Page, whole
from api.v1.schemas import In, Instant, Out, Whole, period_of
from gadong.core.domain.ids import CentreId
from gadong.machines.domain.upkeep import LONGEST, MOST_WON, UpkeepEntry, UpkeepKind, Work
from gadong.machines.services import machines, upkeep

router = APIRouter(tags=["machines"])
UpkeepWords = Annotated[str, Field(max_length=LONGEST)]


class UpkeepIn(In):
    """Work that is over: what was found, what was done, by whom, and what it cost with the tax."""

    kind: UpkeepKind
    start: Instant
    end: Instant
    description: UpkeepWords = Field(examples=["주축 소음"])
    action: UpkeepWords = Field(examples=["베어링 교체"])
    repairer: UpkeepWords = Field(examples=["한국정비 김기사"])
    cost: Whole | None = Field(default=None, ge=0, le=MOST_WON, examples=[330000])


class UpkeepOut(Out):
    """An entry of the maintenance log; one that was taken back stays with the reason."""

    id: UUID
    centre: UUID
    machine: UUID
    machine_slug: str
    kind: UpkeepKind
    start: datetime
    end: datetime
    minutes: int
    description: str
    action: str
    repairer: str
    cost: int | None
    recorded_by: UUID
    recorded_at: datetime
    taken_back_at: datetime | None
    taken_back_reason: str


@router.post("/machines/{machine}/upkeep", status_code=201)
def write_upkeep(
    machine_ref: MachineInPath,
    body: UpkeepIn,
    who: Who,
    pool: Connections,
    centre: InCentre = None,
) -> UpkeepOut:
    """Write work on a machine into the maintenance log; for the floor's staff."""
    machine = find_machine(pool, who, machine_ref, centre)
    work = Work(
        kind=body.kind,
        period=period_of(body.start, body.end),
        description=body.description,
        action=body.action,
        repairer=body.repairer,
        cost=body.cost,
    )
    return _entry(upkeep.write(pool, who, machine.id, work, now=datetime.now(UTC)), machine.slug)


@router.get("/centres/{centre}/upkeep")
def list_upkeep(
    centre: UUID,
    who: Who,
    pool: Connections,
    start: Annotated[Instant, Query(alias="from")],
    end: Annotated[Instant, Query(alias="to")],
) -> Page[UpkeepOut]:
    """Return the entries whose work began in a period, the earliest first."""
    found = upkeep.of_period(pool, who, CentreId(centre), period_of(start, end))
    slugs = machines.slugs_of_centre(pool, who, CentreId(centre))
    return whole([_entry(entry, slugs.get(entry.machine_id, "")) for entry in found])


@router.post("/upkeep/{upkeep_id}/reversal", status_code=204)
def take_back_upkeep(upkeep_id: UUID, body: ReasonIn, who: Who, pool: Connections) -> None:
    """Take a wrong entry back, with the reason; for the floor's staff."""
    upkeep.take_back(pool, who, upkeep_id, reason=body.reason)


def _entry(entry: UpkeepEntry, slug: str) -> UpkeepOut:
    work = entry.work
    return UpkeepOut(
        id=entry.id,
        centre=entry.centre_id,
        machine=entry.machine_id,
        machine_slug=slug,
        kind=work.kind,
        start=work.period.start,
        end=work.period.end,
        minutes=(work.period.seconds + 30) // 60,
        description=work.description,
        action=work.action,
        repairer=work.repairer,
        cost=work.cost,
        recorded_by=entry.recorded_by,
        recorded_at=entry.recorded_at,
        taken_back_at=entry.taken_back_at,
        taken_back_reason=entry.taken_back_reason,
    )
