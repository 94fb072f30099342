"""Machines, what is bound to them, and what they did."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from api.identity import Connections, Who
from api.v1 import paging
from api.v1.machine_names import InCentre, MachineInPath, find_machine
from api.v1.machines import decisions_schemas
from api.v1.machines import machines_schemas as schemas
from api.v1.schemas import From, Instant, To, period_of
from gadong.booking.services import (
    machine_ledger,
    machine_setup,
    timeline,
    unbooked_runs,
)
from gadong.booking.services.timeline import MachineView
from gadong.core.domain.access import Right
from gadong.core.domain.ids import CentreId, MessageId
from gadong.core.domain.machine_state import State
from gadong.machines.services import machines

router = APIRouter(tags=["machines"])


@router.get("/machines")
def list_machines(
    who: Who,
    pool: Connections,
    centre: Annotated[UUID | None, Query(description="Where they are.")] = None,
    kind: Annotated[str | None, Query(max_length=60, description="Of which kind they are.")] = None,
    state: Annotated[State | None, Query(description="What they do now.")] = None,
) -> paging.Page[schemas.MachineOut]:
    """Return the machines you may see, and what each does now."""
    seen = timeline.seen(pool, who, centre=CentreId(centre) if centre else None)
    return paging.whole(
        [
            _machine(s)
            for s in sorted(seen, key=lambda s: (s.machine.slug, str(s.machine.id)))
            if kind in {None, s.machine.kind}
            and (state is None or (s.live and s.live.state == state))
        ]
    )


@router.post("/machines", status_code=201)
def register_machine(body: schemas.MachineIn, who: Who, pool: Connections) -> schemas.MachineOut:
    """Add a machine to a centre; for its managers."""
    machine = machine_setup.register(
        pool,
        who,
        centre=CentreId(body.centre),
        slug=body.slug,
        kind=body.kind,
        name_ko=body.name_ko,
        name_en=body.name_en,
        rules=body.rules,
        observed=body.observed,
        seats=body.seats,
    )
    return _machine(MachineView(machine=machine, live=None))


@router.get("/machines/{machine}")
def get_machine(
    machine_ref: MachineInPath, who: Who, pool: Connections, centre: InCentre = None
) -> schemas.MachineOut:
    """Return one machine, and what it does now."""
    machine = find_machine(pool, who, machine_ref, centre)
    return next(
        _machine(s)
        for s in timeline.seen(pool, who, centre=machine.centre_id)
        if s.machine.id == machine.id
    )


@router.get("/machines/{machine}/abilities")
def get_abilities(
    machine_ref: MachineInPath, who: Who, pool: Connections, centre: InCentre = None
) -> schemas.AbilitiesIO:
    """Return the abilities of a machine."""
    found = machines.abilities(pool, who, find_machine(pool, who, machine_ref, centre))
    return schemas.AbilitiesIO(
        build_volume_mm=found.build_volume_mm,
        materials=list(found.materials),
        accuracy_um=found.accuracy_um,
    )


@router.put("/machines/{machine}/abilities", status_code=204)
def set_abilities(
    machine_ref: MachineInPath,
    body: schemas.AbilitiesIO,
    who: Who,
    pool: Connections,
    centre: InCentre = None,
) -> None:
    """Say what a machine can do; for managers."""
    machines.describe(pool, who, find_machine(pool, who, machine_ref, centre), body.to_domain())


@router.put("/machines/{machine}/seats", status_code=204)
def set_seats(
    machine_ref: MachineInPath,
    body: schemas.SeatsIn,
    who: Who,
    pool: Connections,
    centre: InCentre = None,
) -> None:
    """Say how many seats a room has, of which several bookings take some each; for managers."""
    machine = find_machine(pool, who, machine_ref, centre)
    machine_setup.change_seats(pool, who, machine, body.seats, now=datetime.now(UTC))


@router.get("/machines/{machine}/timeline")
def show_timeline(
    machine_ref: MachineInPath,
    who: Who,
    pool: Connections,
    start: Annotated[Instant | None, Query(alias="from", description="Default: a day ago.")] = None,
    end: Annotated[Instant | None, Query(alias="to", description="Default: in a day.")] = None,
    centre: InCentre = None,
) -> schemas.TimelineOut:
    """Return the runs, jobs and bookings of a machine in a period."""
    now = datetime.now(UTC)
    period = period_of(start or now - timedelta(days=1), end or now + timedelta(days=1))
    found = timeline.timeline(
        pool, who, find_machine(pool, who, machine_ref, centre), period, now=now
    )
    machine = found.machine
    return schemas.TimelineOut(
        machine=machine.id,
        machine_slug=machine.slug,
        start=period.start,
        end=period.end,
        runs=[
            schemas.RunOut(
                start=r.start,
                end=r.end,
                state=r.state,
                grade=r.grade,
                opened_by=r.opened_by,
                counted_seconds=r.counted_seconds,
                uncertain_seconds=r.uncertain_seconds,
                bridged_seconds=r.bridged_seconds,
                doubt=schemas.DoubtOut(
                    cause=r.doubt.cause,
                    start=r.doubt.period.start,
                    end=r.doubt.period.end,
                    seconds=r.doubt.seconds,
                )
                if r.doubt
                else None,
            )
            for r in found.runs
        ],
        jobs=[schemas.JobOnMachineOut.model_validate(j, from_attributes=True) for j in found.jobs],
        bookings=[
            schemas.TakenOut(
                start=b.period.start,
                end=b.period.end,
                state=b.state,
                booking=b.id if who.may_see(b.centre_id, b.company_id, Right.DESK_SEE) else None,
                company=b.company_id
                if who.may_see(b.centre_id, b.company_id, Right.DESK_SEE)
                else None,
            )
            for b in found.bookings
        ],
    )


@router.get("/machines/{machine}/usages")
def list_usages(
    machine_ref: MachineInPath,
    who: Who,
    pool: Connections,
    start: From,
    end: To,
    centre: InCentre = None,
) -> paging.Page[schemas.UsageOut]:
    """List the usages of a machine: all for managers, your companies' for members."""
    machine = find_machine(pool, who, machine_ref, centre)
    return paging.whole(
        [
            schemas.UsageOut(
                start=u.period.start,
                end=u.period.end,
                running_seconds=u.seconds,
                owner=u.owner,
                rule=u.rule,
                company=u.company_id,
                booking=u.booking_id,
                flags=list(u.flags),
            )
            for u in machine_ledger.usages(pool, who, machine, period_of(start, end))
        ]
    )


@router.get("/ghost-runs")
def list_ghost_runs(
    who: Who,
    pool: Connections,
    centre: Annotated[UUID, Query()],
    start: Annotated[
        Instant | None, Query(alias="from", description="Default: 30 days ago.")
    ] = None,
    end: Annotated[Instant | None, Query(alias="to", description="Default: now.")] = None,
) -> paging.Page[decisions_schemas.GhostOut]:
    """List the unbooked runs that wait for a decision, with likely users; for managers."""
    now = datetime.now(UTC)
    period = period_of(start or now - timedelta(days=30), end or now)
    return paging.whole(
        [
            decisions_schemas.GhostOut(
                machine=g.machine.id,
                machine_slug=g.machine.slug,
                start=g.usage.period.start,
                end=g.usage.period.end,
                running_seconds=g.usage.seconds,
                opened_by=g.opened_by,
                jobs=list(g.jobs),
                suspects=[
                    decisions_schemas.SuspectOut(
                        company=s.company_id,
                        booking=s.booking_id,
                        why=s.why,
                        minutes=int(s.distance.total_seconds() // 60),
                    )
                    for s in g.suspects
                ],
            )
            for g in unbooked_runs.waiting(pool, who, CentreId(centre), period, now=now)
        ]
    )


@router.get("/messages/{message_id}")
def get_message(message_id: UUID, who: Who, pool: Connections) -> schemas.MessageOut:
    """Return a message as the machine sent it: the end of every won's trail."""
    message, meaning = timeline.message(pool, who, MessageId(message_id))
    return schemas.MessageOut(
        id=message.id,
        topic=message.topic,
        payload=message.payload.decode("utf-8", "backslashreplace"),
        qos=message.qos,
        retained=message.retained,
        received_at=message.received_at,
        meaning=[schemas.MeaningOut.model_validate(m, from_attributes=True) for m in meaning],
    )


def _machine(seen: MachineView) -> schemas.MachineOut:
    machine, live = seen.machine, seen.live
    return schemas.MachineOut(
        id=machine.id,
        centre=machine.centre_id,
        slug=machine.slug,
        kind=machine.kind,
        name_ko=machine.name_ko,
        name_en=machine.name_en,
        seats=machine.seats,
        live=schemas.LiveOut.model_validate(live, from_attributes=True) if live else None,
    )
