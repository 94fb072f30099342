"""Endpoints of uses that page counters count: their start, their end, and taking back."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from fastapi import APIRouter

from api.identity import Connections, Who
from api.v1 import paging
from api.v1.billing.counters import counter_uses_schemas as schemas
from api.v1.booking.bookings_schemas import ReasonIn
from api.v1.machine_names import OfMachine, OfMachineSlug, chosen, slugs
from gadong.billing.domain.counters.counter_use import CounterUse
from gadong.billing.services.counters import counter_uses
from gadong.core.database import Pool
from gadong.core.domain.ids import BookingId, CentreId, CompanyId
from gadong.core.domain.problem import Invalid

router = APIRouter(tags=["money"])


@router.get("/centres/{centre}/counter-uses")
def list_counter_uses(
    centre: UUID,
    who: Who,
    pool: Connections,
    *,
    machine: OfMachine = None,
    machine_slug: OfMachineSlug = None,
    limit: paging.Limit = 50,
    cursor: paging.Cursor = None,
) -> paging.Page[schemas.CounterUseOut]:
    """List uses of page counters, the latest first: everything to the desk, a company its own."""
    only = chosen(pool, who, machine, machine_slug, centre)
    found = counter_uses.shown(
        pool,
        who,
        CentreId(centre),
        machine=only.id if only else None,
        after=paging.before_moment(cursor),
        most=limit,
    )
    names = slugs(pool, (use.machine_id for use in found))
    last = found[-1] if len(found) == limit else None
    return paging.Page(
        items=[_use(use, names[use.machine_id]) for use in found],
        next=paging.next_moment(last.started_at, last.id) if last else None,
    )


@router.post("/centres/{centre}/counter-uses", status_code=201)
def start_counter_use(
    centre: UUID, body: schemas.CounterUseIn, who: Who, pool: Connections
) -> schemas.CounterUseOut:
    """Enter the reading with which a company's use of a machine begins; for the desk.

    With `end` it is charged at once, as by `end`.
    """
    machine = chosen(pool, who, body.machine, body.machine_slug, centre)
    if machine is None:
        raise Invalid("Name the machine whose counter is read", field="machine")
    use = counter_uses.start(
        pool,
        who,
        centre=CentreId(centre),
        machine=machine,
        company=CompanyId(body.company),
        booking=BookingId(body.booking) if body.booking else None,
        good=body.good,
        counter=body.counter,
        is_replaced=body.is_replaced,
        first=body.start.value(),
        last=body.end.value() if body.end else None,
        now=datetime.now(UTC),
    )
    return _use(use, machine.slug)


@router.get("/counter-uses/{counter_use_id}")
def get_counter_use(counter_use_id: UUID, who: Who, pool: Connections) -> schemas.CounterUseOut:
    """Return a use, for its company and the centre's desk."""
    return _named(pool, counter_uses.find(pool, who, counter_use_id))


@router.post("/counter-uses/{counter_use_id}/end")
def end_counter_use(
    counter_use_id: UUID, body: schemas.ReadingIn, who: Who, pool: Connections
) -> schemas.CounterUseOut:
    """Enter the reading with which a use ends, and charge the company the pieces counted."""
    now = datetime.now(UTC)
    return _named(pool, counter_uses.end(pool, who, counter_use_id, body.value(), now=now))


@router.post("/counter-uses/{counter_use_id}/take-back")
def take_back_counter_use(
    counter_use_id: UUID, body: ReasonIn, who: Who, pool: Connections
) -> schemas.CounterUseOut:
    """Take a use back, with its charge."""
    return _named(pool, counter_uses.take_back(pool, who, counter_use_id, reason=body.reason))


def _named(pool: Pool, use: CounterUse) -> schemas.CounterUseOut:
    return _use(use, slugs(pool, [use.machine_id])[use.machine_id])


def _use(use: CounterUse, slug: str) -> schemas.CounterUseOut:
    return schemas.CounterUseOut(
        id=use.id,
        centre=use.centre_id,
        machine=use.machine_id,
        machine_slug=slug,
        company=use.company_id,
        booking=use.booking_id,
        counter=use.counter,
        good=use.good,
        state=use.state,
        started_at=use.started_at,
        start_reading=use.start_reading,
        ended_at=use.ended_at,
        end_reading=use.end_reading,
        counted=use.counted,
        entry=use.entry_id,
        reason=use.reason,
        recorded_by=use.recorded_by,
        recorded_at=use.recorded_at,
    )
