"""Limits on machines' readings, and the log of their alarms."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from api.files import CSV, as_file
from api.identity import Connections, Who
from api.v1.machine_names import (
    InCentre,
    MachineInPath,
    OfMachine,
    OfMachineSlug,
    chosen,
    find_machine,
)
from api.v1.machines import limits_schemas as schemas
from api.v1.paging import Cursor, Limit, Page, before_moment, next_moment, whole
from api.v1.schemas import Created, Instant, period_of
from gadong.billing.services.documents.spreadsheets import table
from gadong.core.domain.clock import write_instant
from gadong.core.domain.ids import CentreId
from gadong.core.domain.period import Period
from gadong.machines.domain.machine import Machine
from gadong.machines.services import machines
from gadong.metering.domain.logged_alarm import LoggedAlarm
from gadong.metering.services import channel_limits
from gadong.metering.services.channel_limits import LimitRequest, WatchedLimit
from gadong.texts.machines import ALARM_KINDS, ALARMS, SIDES

router = APIRouter(tags=["devices"])

# A year of a freezer that alarms every hour; a table of more is no log that somebody reads.
MOST_EXPORTED = 10_000
From31 = Annotated[Instant | None, Query(alias="from", description="Default: 31 days ago.")]
ToNow = Annotated[Instant | None, Query(alias="to", description="Default: now.")]
HEAD = tuple(text.ko for text in ALARMS)


@router.get("/machines/{machine}/limits")
def list_limits(
    machine_ref: MachineInPath, who: Who, pool: Connections, centre: InCentre = None
) -> Page[schemas.LimitOut]:
    """List a machine's limits with their present state."""
    machine = find_machine(pool, who, machine_ref, centre)
    found = channel_limits.of_machine(pool, who, machine, now=datetime.now(UTC))
    return whole([_limit(machine, one) for one in found])


@router.post("/machines/{machine}/limits", status_code=201)
def watch_limit(
    machine_ref: MachineInPath,
    body: schemas.LimitIn,
    who: Who,
    pool: Connections,
    centre: InCentre = None,
) -> Created:
    """Watch a limit from now on; a changed limit is a new one, and the old one ends."""
    machine = find_machine(pool, who, machine_ref, centre)
    wanted = LimitRequest(
        name=body.name,
        channel=body.channel,
        part=body.part,
        side=body.side,
        bound=body.bound,
        returns_at=body.returns_at,
        delay=timedelta(seconds=body.delay_seconds),
        silence=timedelta(seconds=body.silence_seconds),
    )
    made = channel_limits.put(pool, who, machine, wanted, now=datetime.now(UTC))
    return Created(id=made.id)


@router.delete("/machines/{machine}/limits/{limit_id}", status_code=204)
def end_limit(
    machine_ref: MachineInPath, limit_id: UUID, who: Who, pool: Connections, centre: InCentre = None
) -> None:
    """Stop watching a limit; its alarms stay in the log."""
    machine = find_machine(pool, who, machine_ref, centre)
    channel_limits.end(pool, who, machine, limit_id, now=datetime.now(UTC))


@router.get("/centres/{centre}/limit-alarms")
def list_alarms(
    centre: UUID,
    who: Who,
    pool: Connections,
    start: From31 = None,
    end: ToNow = None,
    machine: OfMachine = None,
    machine_slug: OfMachineSlug = None,
    *,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[schemas.AlarmOut]:
    """List the alarms that touch a stretch of time, the latest first."""
    on = chosen(pool, who, machine, machine_slug, centre)
    found = channel_limits.log(
        pool,
        who,
        CentreId(centre),
        _bounds(start, end),
        machine=on.id if on else None,
        before=before_moment(cursor),
        most=limit,
    )
    slugs = machines.slugs_of_centre(pool, who, CentreId(centre))
    last = found[-1] if len(found) == limit else None
    return Page(
        items=[_alarm(slugs.get(a.machine_id, ""), a) for a in found],
        next=next_moment(last.began_at, last.id) if last else None,
    )


@router.get("/centres/{centre}/limit-alarms.csv", response_class=Response)
def alarms_table(
    centre: UUID, who: Who, pool: Connections, start: From31 = None, end: ToNow = None
) -> Response:
    """Return the same as a table (CSV with a byte order mark), for an inspector."""
    found = channel_limits.log(pool, who, CentreId(centre), _bounds(start, end), most=MOST_EXPORTED)
    slugs = machines.slugs_of_centre(pool, who, CentreId(centre))
    rows: list[list[object]] = [list(HEAD), *(_row(slugs.get(a.machine_id, ""), a) for a in found)]
    return as_file(table(rows), "gadong-limit-alarms.csv", CSV)


@router.post("/limit-alarms/{alarm_id}/acknowledgement", status_code=204)
def acknowledge_alarm(
    alarm_id: UUID, body: schemas.AcknowledgementIn, who: Who, pool: Connections
) -> None:
    """Record that you read an alarm and what you did about it; 409 where somebody did before."""
    channel_limits.acknowledge(pool, who, alarm_id, words=body.words, now=datetime.now(UTC))


def _bounds(start: datetime | None, end: datetime | None) -> Period:
    now = datetime.now(UTC)
    return period_of(start or (end or now) - timedelta(days=31), end or now)


def _limit(machine: Machine, one: WatchedLimit) -> schemas.LimitOut:
    limit = one.limit
    return schemas.LimitOut(
        id=limit.id,
        machine=machine.id,
        machine_slug=machine.slug,
        name=limit.name,
        channel=limit.channel,
        part=limit.part,
        side=limit.side,
        bound=limit.bound,
        returns_at=limit.returns_at,
        delay_seconds=int(limit.delay.total_seconds()),
        silence_seconds=int(limit.silence.total_seconds()),
        since=limit.since,
        standing=one.standing,
        latest=one.latest.number if one.latest else None,
        latest_at=one.latest.at if one.latest else None,
    )


def _alarm(slug: str, one: LoggedAlarm) -> schemas.AlarmOut:
    return schemas.AlarmOut(
        id=one.id,
        machine=one.machine_id,
        machine_slug=slug,
        limit=one.limit_id,
        name=one.name,
        channel=one.channel,
        part=one.part,
        side=one.side,
        bound=one.bound,
        kind=one.kind,
        start=one.began_at,
        end=one.ended_at,
        worst=one.worst,
        told_at=one.told_at,
        withdrawn_at=one.withdrawn_at,
        acknowledged_at=one.acknowledged_at,
        acknowledged_by=one.acknowledged_by,
        acknowledged_name=one.acknowledged_name,
        words=one.words,
    )


def _row(slug: str, one: LoggedAlarm) -> list[object]:
    return [
        slug,
        one.name,
        one.channel.value,
        one.part,
        f"{one.bound:g} {SIDES[one.side.value].ko}",
        ALARM_KINDS[one.kind.value].ko,
        write_instant(one.began_at),
        _written(one.ended_at),
        "" if one.worst is None else one.worst,
        write_instant(one.told_at),
        _written(one.withdrawn_at),
        _written(one.acknowledged_at),
        one.acknowledged_name or "",
        one.words or "",
    ]


def _written(at: datetime | None) -> str:
    return write_instant(at) if at else ""
