"""The ledger of use: entries, their reversals, pasted tables, and how machines are observed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from api.errors import told
from api.identity import Connections, Who
from api.v1.booking import logged_uses_schemas as schemas
from api.v1.machine_names import (
    InCentre,
    MachineInPath,
    OfMachine,
    OfMachineSlug,
    chosen,
    find_machine,
    needed,
)
from api.v1.paging import Cursor, Limit, Page, before_id
from api.v1.schemas import BrokenRule, Instant, period_of
from gadong.booking.services.use_log import entries, tables
from gadong.booking.services.use_log.entries import Written
from gadong.booking.services.use_log.tables import ReadLine, Table
from gadong.core.domain.ids import BookingId, CentreId, CompanyId, LoggedUseId, MachineId, PersonId
from gadong.core.domain.machine_state import Grade
from gadong.machines.services import machines, observations
from gadong.metering.domain.logged_use import LoggedUse

router = APIRouter(tags=["ledger"])


@router.post("/logged-uses", status_code=201)
def log_use(
    body: schemas.LoggedUseIn, who: Who, pool: Connections, response: Response
) -> schemas.LoggedUseOut:
    """Write down a use that is over; for the desk's staff."""
    written = Written(
        machine=needed(pool, who, body.machine, body.machine_slug, None),
        period=period_of(body.start, body.end),
        company=CompanyId(body.company) if body.company else None,
        person=PersonId(body.person) if body.person else None,
        booking=BookingId(body.booking) if body.booking else None,
        samples=body.samples,
        reason=body.reason,
        is_correction=body.is_correction,
    )
    made = entries.log(pool, who, written, now=datetime.now(UTC))
    response.headers["Location"] = f"/api/v1/logged-uses/{made.id}"
    return _entry(made, None, written.machine.slug, written.samples)


@router.get("/logged-uses")
def list_logged_uses(
    who: Who,
    pool: Connections,
    centre: Annotated[UUID, Query()],
    start: Annotated[
        Instant | None, Query(alias="from", description="Default: 31 days ago.")
    ] = None,
    end: Annotated[Instant | None, Query(alias="to", description="Default: now.")] = None,
    machine: OfMachine = None,
    machine_slug: OfMachineSlug = None,
    *,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[schemas.LoggedUseOut]:
    """A centre's entries that touch a period, the latest entered first,
    with what was taken back.
    """
    now = datetime.now(UTC)
    on = chosen(pool, who, machine, machine_slug, centre)
    found = entries.of_centre(
        pool,
        who,
        CentreId(centre),
        period_of(start or now - timedelta(days=31), end or now),
        machine=on.id if on else None,
        before=before_id(cursor),
        most=limit,
    )
    slugs = machines.slugs_of_centre(pool, who, CentreId(centre))
    samples = entries.samples_of(pool, who, [entry for entry, _ in found])
    return Page(
        items=[_entry(e, r, slugs.get(e.machine_id, ""), samples.get(e.id)) for e, r in found],
        next=str(found[-1][0].id) if len(found) == limit else None,
    )


@router.get("/logged-uses/{logged_use_id}")
def get_logged_use(logged_use_id: UUID, who: Who, pool: Connections) -> schemas.LoggedUseOut:
    """One entry, for the staff and for people of its company: the end of a ledger line's trail."""
    entry, reversal = entries.find(pool, who, LoggedUseId(logged_use_id))
    samples = entries.samples_of(pool, who, [entry]).get(entry.id)
    slug = machines.find_by_id(pool, who, entry.machine_id).slug
    return _entry(entry, reversal, slug, samples)


@router.post("/logged-uses/{logged_use_id}/reversal", status_code=201)
def reverse_logged_use(
    logged_use_id: UUID,
    body: schemas.LoggedReversalIn,
    who: Who,
    pool: Connections,
    response: Response,
) -> schemas.LoggedUseOut:
    """Take an entry back by another one; both stay on record."""
    made = entries.reverse(
        pool, who, LoggedUseId(logged_use_id), reason=body.reason, is_correction=body.is_correction
    )
    response.headers["Location"] = f"/api/v1/logged-uses/{made.id}"
    return _entry(made, None, machines.find_by_id(pool, who, made.machine_id).slug, None)


@router.post("/centres/{centre}/use-tables/preview")
def preview_table(
    centre: UUID, body: schemas.UseTableIn, who: Who, pool: Connections
) -> schemas.UseTableOut:
    """Read a table and name each bad line; keep nothing."""
    found = tables.preview(pool, who, CentreId(centre), _table(body), now=datetime.now(UTC))
    return _lines(found, machines.slugs_of_centre(pool, who, CentreId(centre)))


@router.post("/centres/{centre}/use-tables", status_code=201)
def keep_table(
    centre: UUID, body: schemas.UseTableIn, who: Who, pool: Connections, response: Response
) -> schemas.UseTableOut:
    """Keep a table whose lines are all good, or with `keeps_good` its good lines.

    Bad ones come back.
    """
    found = tables.keep(pool, who, CentreId(centre), _table(body), now=datetime.now(UTC))
    response.headers["Location"] = f"/api/v1/logged-uses?centre={centre}"
    return _lines(found, machines.slugs_of_centre(pool, who, CentreId(centre)))


@router.post("/machines/{machine}/observations", status_code=201)
def declare_observation(
    machine_ref: MachineInPath,
    body: schemas.ObservationIn,
    who: Who,
    pool: Connections,
    response: Response,
    centre: InCentre = None,
) -> schemas.ObservationOut:
    """Say how a machine is observed from an instant on: by its signals, by a ledger,
    or by neither.
    """
    machine = find_machine(pool, who, machine_ref, centre)
    said = observations.declare(pool, who, machine.id, body.observed, since=body.since)
    response.headers["Location"] = f"/api/v1/machines/{machine.id}/observations"
    return schemas.ObservationOut(
        machine=machine.id, machine_slug=machine.slug, observed=said.observed, since=said.since
    )


@router.get("/machines/{machine}/observations")
def list_observations(
    machine_ref: MachineInPath, who: Who, pool: Connections, centre: InCentre = None
) -> Page[schemas.ObservationOut]:
    """Return a machine's observation from each instant on; signals observe it before the first."""
    machine, found = observations.of_machine(
        pool, who, find_machine(pool, who, machine_ref, centre).id
    )
    return Page(
        items=[
            schemas.ObservationOut(
                machine=machine.id, machine_slug=machine.slug, observed=o.observed, since=o.since
            )
            for o in found
        ],
        next=None,
    )


def _table(body: schemas.UseTableIn) -> Table:
    return Table(text=body.text, is_correction=body.is_correction, keeps_good=body.keeps_good)


def _lines(found: list[ReadLine], slugs: dict[MachineId, str]) -> schemas.UseTableOut:
    return schemas.UseTableOut(
        items=[
            schemas.UseTableLine(
                line=x.number,
                text=x.text,
                is_good=not x.problems,
                entry=_entry(x.entry, None, slugs.get(x.entry.machine_id, ""), x.samples)
                if x.entry
                else None,
                problems=[BrokenRule(**told(p)) for p in x.problems],
            )
            for x in found
        ],
        good=sum(not x.problems for x in found),
        bad=sum(bool(x.problems) for x in found),
    )


def _entry(
    entry: LoggedUse, reversal: LoggedUseId | None, slug: str, samples: int | None
) -> schemas.LoggedUseOut:
    return schemas.LoggedUseOut(
        id=entry.id,
        centre=entry.centre_id,
        machine=entry.machine_id,
        machine_slug=slug,
        company=entry.company_id,
        person=entry.person_id,
        booking=entry.booking_id,
        start=entry.period.start,
        end=entry.period.end,
        seconds=entry.period.seconds,
        grade=Grade.LEDGER,
        origin=entry.origin,
        samples=samples,
        reason=entry.reason,
        is_correction=entry.is_correction,
        reverses=entry.reverses,
        reversed_by=reversal,
        recorded_by=entry.recorded_by,
        recorded_at=entry.recorded_at,
    )
