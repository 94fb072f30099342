"""Finding the earliest time, and waiting for one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from api.identity import Connections, Who
from api.v1 import paging
from api.v1.booking import waiting_schemas as schemas
from api.v1.booking.booking_answers import free_period
from api.v1.booking.booking_requests import booking_request, company_of, waiting_request
from api.v1.machine_names import (
    InCentre,
    MachineInPath,
    OfMachine,
    OfMachineSlug,
    chosen,
    find_machine,
    needed,
    slugs,
)
from api.v1.schemas import During, FreePeriod
from gadong.booking.domain.waiting_entry import Waiting, WaitingFilter, WaitingState
from gadong.booking.services.waiting import earliest_slots, waiting_list
from gadong.core.domain.ids import CentreId, CompanyId, MachineId, PersonId
from gadong.core.domain.period import whole_minutes
from gadong.machines.services import machines

router = APIRouter(tags=["bookings"])


@router.post("/slots")
def find_slots(body: schemas.SlotsIn, who: Who, pool: Connections) -> paging.Page[FreePeriod]:
    """Return the earliest time of a length on each suitable machine, by all rules.

    The first first.
    """
    now = datetime.now(UTC)
    company = company_of(who, body.company)
    centre = CentreId(body.centre) if body.centre else None
    named = chosen(pool, who, body.machine, body.machine_slug, centre)
    found = earliest_slots.earliest(
        pool,
        who,
        company=company,
        wanted=[named]
        if named
        else machines.fit_for(
            pool, who, kind=body.kind, needs=body.needs.to_domain(), centre=centre
        ),
        length=timedelta(minutes=body.minutes),
        not_before=body.not_before or now,
        usage_mode=body.usage_mode,
        seats=body.seats,
        now=now,
    )
    return paging.whole([free_period(c) for c in found])


@router.get("/waiting")
def list_waiting(
    who: Who,
    pool: Connections,
    *,
    ended: Annotated[
        bool, Query(description="With those that ended, of the last 30 days.")
    ] = False,
    state: Annotated[list[WaitingState] | None, Query(description="Any of these states.")] = None,
    person: Annotated[UUID | None, Query(description="Who waits.")] = None,
    company: Annotated[UUID | None, Query(description="For which company.")] = None,
    machine: OfMachine = None,
    machine_slug: OfMachineSlug = None,
    centre: Annotated[UUID | None, Query(description="Where the machine is.")] = None,
    text: paging.SearchText = "",
    during: During,
    limit: paging.Limit = 50,
    cursor: paging.Cursor = None,
) -> paging.Page[schemas.WaitingOut]:
    """List the entries of your companies, or of the centres you manage, in the order of their
    turns.

    `text` has words of the machine's, the company's and the person's name.
    """
    now = datetime.now(UTC)
    on = chosen(pool, who, machine, machine_slug, centre)
    only = WaitingFilter(
        centre=CentreId(centre) if centre else None,
        machine=on.id if on else None,
        company=CompanyId(company) if company else None,
        person=PersonId(person) if person else None,
        states=state or (),
        during=during,
        text=text,
        ended_since=now - waiting_list.SHOWN if ended else None,
    )
    found = waiting_list.page(pool, who, only, after=paging.before_moment(cursor), most=limit)
    names = slugs(pool, [m for e in found for m in e.machines])
    last = found[-1] if len(found) == limit else None
    return paging.Page(
        items=[_waiting(e, names) for e in found],
        next=paging.next_moment(last.turn, last.id) if last else None,
    )


@router.post("/waiting", status_code=201)
def join_waiting_list(body: schemas.WaitIn, who: Who, pool: Connections) -> schemas.WaitingOut:
    """Wait for time on a machine. What becomes free is offered in the order of asking."""
    machine = needed(pool, who, body.machine, body.machine_slug, body.centre)
    also = [needed(pool, who, i, None, machine.centre_id) for i in body.also]
    also += [needed(pool, who, None, slug, machine.centre_id) for slug in body.also_slugs]
    wanted = booking_request(
        pool,
        who,
        machine,
        also=[m.slug for m in also],
        company=company_of(who, body.company),
        person=body.person,
        contact=body.person_name or "",
        contact_phone=body.person_phone,
        period=body.period(),
        answers=body.answers,
        usage_mode=body.usage_mode,
        equipment=body.equipment,
        seats=body.seats,
    )
    entry = waiting_list.join(
        pool,
        who,
        waiting_request(wanted, period=wanted.period, length=timedelta(minutes=body.minutes)),
        now=datetime.now(UTC),
    )
    return _waiting(entry, slugs(pool, [entry.machine_id, *entry.also]))


@router.delete("/waiting/{entry_id}", status_code=204)
def leave_waiting_list(entry_id: UUID, who: Who, pool: Connections) -> None:
    """Wait no more."""
    waiting_list.leave(pool, who, entry_id)


@router.put("/machines/{machine}/freed-time", status_code=204)
def hear_of_freed_time(
    machine_ref: MachineInPath,
    body: schemas.ListenIn,
    who: Who,
    pool: Connections,
    centre: InCentre = None,
) -> None:
    """Subscribe to freed time on a machine; the first to book it has it."""
    waiting_list.listen(
        pool,
        who,
        find_machine(pool, who, machine_ref, centre),
        least=timedelta(minutes=body.minutes) if body.minutes else None,
        ahead=timedelta(days=body.days),
    )


def _waiting(entry: Waiting, names: Mapping[MachineId, str]) -> schemas.WaitingOut:
    return schemas.WaitingOut(
        id=entry.id,
        machine=entry.machine_id,
        machine_slug=names[entry.machine_id],
        company=entry.company_id,
        person=entry.person_id,
        start=entry.period.start,
        end=entry.period.end,
        minutes=whole_minutes(entry.length),
        state=entry.state,
        booking=entry.booking_id,
        also=list(entry.also),
        also_slugs=[names[m] for m in entry.also],
        missed=entry.missed,
        answers=dict(entry.answers),
        usage_mode=entry.usage_mode,
        equipment=list(entry.equipment),
        seats=entry.seats,
    )
