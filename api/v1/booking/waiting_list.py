"""Finding the earliest time, and waiting for one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from api.identity import Connections, Who
from api.v1.booking import bookings_schemas as schemas
from api.v1.booking.booking_requests import booking_request, waiting_request
from api.v1.booking.bookings import company_of, free_period
from api.v1.machines.machines import InCentre, find_machine
from api.v1.schemas import FreePeriod
from gadong.booking.domain.waiting_entry import OPEN, Waiting
from gadong.booking.services import earliest_slots, waiting_list
from gadong.core.domain.ids import CentreId
from gadong.core.domain.period import whole_minutes
from gadong.machines.services import machines

router = APIRouter(tags=["bookings"])


@router.post("/slots")
def find_slots(body: schemas.SlotsIn, who: Who, pool: Connections) -> list[FreePeriod]:
    """Return the earliest time of a length on each suitable machine, by all rules.

    The first first.
    """
    now = datetime.now(UTC)
    company = company_of(who, body.company)
    centre = CentreId(body.centre) if body.centre else None
    found = earliest_slots.earliest(
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
    wanted = booking_request(
        pool,
        who,
        machine,
        also=body.also,
        company=company_of(who, body.company),
        person=body.person,
        contact=body.person_name or "",
        contact_phone=body.person_phone,
        period=body.period(),
        answers=body.answers,
        usage_mode=body.usage_mode,
    )
    entry = waiting_list.join(
        pool,
        who,
        waiting_request(wanted, period=wanted.period, length=timedelta(minutes=body.minutes)),
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
    """Subscribe to freed time on a machine; the first to book it has it."""
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
        also=list(entry.also),
        missed=entry.missed,
        answers=dict(entry.answers),
        usage_mode=entry.usage_mode,
    )
