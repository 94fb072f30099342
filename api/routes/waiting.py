"""Finding the earliest time, and waiting for one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from api import schemas
from api.identity import Connections, Who
from api.routes.bookings import company_of, free_period
from api.routes.machines import InCentre, find_machine
from gadong.domain.ids import CentreId
from gadong.domain.period import whole_minutes
from gadong.domain.waiting import OPEN, Waiting
from gadong.services import machines, slots, waiting_list
from gadong.services.waiting_list import WaitingRequest

router = APIRouter(tags=["bookings"])


@router.post("/slots")
def find_slots(body: schemas.SlotsIn, who: Who, pool: Connections) -> list[schemas.FreePeriod]:
    """The earliest time of a length on each machine that would do, which every rule accepts; the first first."""
    now = datetime.now(UTC)
    company = company_of(who, body.company)
    centre = CentreId(body.centre) if body.centre else None
    found = slots.earliest(
        pool,
        who,
        company=company,
        wanted=machines.fit_for(
            pool, who, machine=body.machine, kind=body.kind, needs=body.needs.to_domain(), centre=centre
        ),
        length=timedelta(minutes=body.minutes),
        not_before=body.not_before or now,
        usage_mode=body.usage_mode,
        now=now,
    )
    return [free_period(c) for c in found]


@router.get("/waiting")
def list_waiting(
    who: Who,
    pool: Connections,
    ended: Annotated[bool, Query(description="With those that ended, of the last 30 days.")] = False,  # noqa: FBT002  # a query parameter
) -> list[schemas.WaitingOut]:
    """List the entries of your companies, or of the centres you manage, in the order of their turns."""
    now = datetime.now(UTC)
    found = waiting_list.page(pool, who, since=now - waiting_list.SHOWN if ended else now)
    return [_waiting(e) for e in found if ended or e.state in OPEN]


@router.post("/waiting", status_code=201)
def join_waiting_list(body: schemas.WaitIn, who: Who, pool: Connections) -> schemas.WaitingOut:
    """Wait for time on a machine. What becomes free is offered in the order of asking."""
    machine = machines.find(pool, who, body.machine, centre=CentreId(body.centre) if body.centre else None)
    entry = waiting_list.join(
        pool,
        who,
        WaitingRequest(
            machine=machine,
            company=company_of(who, body.company),
            period=body.period(),
            length=timedelta(minutes=body.minutes),
            answers=body.answers,
            usage_mode=body.usage_mode,
        ),
        now=datetime.now(UTC),
    )
    return _waiting(entry)


@router.delete("/waiting/{entry_id}", status_code=204)
def leave_waiting_list(entry_id: UUID, who: Who, pool: Connections) -> None:
    """Wait no more."""
    waiting_list.leave(pool, who, entry_id)


@router.put("/machines/{slug}/freed-time", status_code=204)
def hear_of_freed_time(
    slug: str, body: schemas.ListenIn, who: Who, pool: Connections, centre: InCentre = None
) -> None:
    """Hear when time becomes free on a machine; whoever books first has it."""
    waiting_list.listen(
        pool,
        who,
        find_machine(pool, who, slug, centre),
        least=timedelta(minutes=body.minutes) if body.minutes else None,
        ahead=timedelta(days=body.days),
    )


def _waiting(entry: Waiting) -> schemas.WaitingOut:
    return schemas.WaitingOut(
        id=entry.id,
        machine=entry.machine_id,
        company=entry.company_id,
        person=entry.person_id,
        start=entry.period.start,
        end=entry.period.end,
        minutes=whole_minutes(entry.length),
        state=entry.state,
        booking=entry.booking_id,
        missed=entry.missed,
        answers=dict(entry.answers),
        usage_mode=entry.usage_mode,
    )
