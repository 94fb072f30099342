"""Endpoints of a machine's interlock: its state, its holds, and the log of its commands."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from fastapi import APIRouter

from api.errors import told
from api.identity import Connections, Who
from api.v1 import paging
from api.v1.booking.bookings_schemas import ReasonIn
from api.v1.interlock import interlocks_schemas as schemas
from api.v1.machine_names import InCentre, MachineInPath, chosen, find_machine, slugs
from api.v1.schemas import BrokenRule
from gadong.core.database import Pool
from gadong.core.domain.ids import SourceId
from gadong.dialects.domain.interlock_state import Failing, Hold, Latch
from gadong.interlock.services import interlocks
from gadong.interlock.services.switching import View

router = APIRouter(tags=["interlocks"])

AS_IT_IS = "as_it_is"


@router.get("/machines/{machine}/interlock")
def get_interlock(
    machine_ref: MachineInPath, who: Who, pool: Connections, centre: InCentre = None
) -> schemas.InterlockOut:
    """Return the interlock's state, its required state, and the obstacles; for managers."""
    machine = find_machine(pool, who, machine_ref, centre)
    view, alarm = interlocks.view(pool, who, machine, now=datetime.now(UTC))
    return _interlock(pool, view, alarm)


@router.put("/machines/{machine}/interlock", status_code=204)
def set_interlock(
    machine_ref: MachineInPath,
    body: schemas.InterlockIn,
    who: Who,
    pool: Connections,
    centre: InCentre = None,
) -> None:
    """Let a bound device hold a machine's interlock; for managers."""
    machine = find_machine(pool, who, machine_ref, centre)
    circuit = [chosen(pool, who, i, None, machine.centre_id) for i in body.shares_circuit]
    interlocks.set_up(
        pool,
        who,
        machine,
        source_id=SourceId(body.source),
        fails=Failing(body.fails),
        quiet=timedelta(seconds=body.quiet_seconds),
        cool_below=body.cool_below,
        shares_circuit=[*(m.slug for m in circuit if m), *body.shares_circuit_slugs],
        now=datetime.now(UTC),
    )


@router.delete("/machines/{machine}/interlock", status_code=204)
def remove_interlock(
    machine_ref: MachineInPath, who: Who, pool: Connections, centre: InCentre = None
) -> None:
    """Remove a machine's interlock; its device keeps its position. For managers."""
    interlocks.take_away(pool, who, find_machine(pool, who, machine_ref, centre))


@router.put("/machines/{machine}/interlock/hold")
def hold_interlock(
    machine_ref: MachineInPath,
    body: schemas.HoldIn,
    who: Who,
    pool: Connections,
    centre: InCentre = None,
) -> schemas.InterlockOut:
    """Hold the interlock until the hold is lifted; a busy or unobserved machine is not switched."""
    machine = find_machine(pool, who, machine_ref, centre)
    latch = None if body.latch == AS_IT_IS else Latch(body.latch)
    view = interlocks.hold(
        pool, who, machine, latch=latch, reason=body.reason, now=datetime.now(UTC)
    )
    return _interlock(pool, view, view.alarm)


@router.post("/machines/{machine}/interlock/lift", status_code=204)
def lift_hold(
    machine_ref: MachineInPath, body: ReasonIn, who: Who, pool: Connections, centre: InCentre = None
) -> None:
    """Lift the hold, so that the rules decide again; for managers."""
    machine = find_machine(pool, who, machine_ref, centre)
    interlocks.lift(pool, who, machine, reason=body.reason, now=datetime.now(UTC))


@router.get("/machines/{machine}/interlock/commands")
def list_commands(
    machine_ref: MachineInPath,
    who: Who,
    pool: Connections,
    centre: InCentre = None,
    limit: paging.Limit = 50,
    cursor: paging.Cursor = None,
) -> paging.Page[schemas.CommandOut]:
    """List the commands, the latest first, with reason, observation and outcome; for managers."""
    machine = find_machine(pool, who, machine_ref, centre)
    found = interlocks.log_of(pool, who, machine, before=paging.before_id(cursor), limit=limit)
    items = [
        schemas.CommandOut(
            id=c.id,
            wanted=c.wanted,
            why=c.why,
            booking=c.booking_id,
            by=c.by,
            seen=dict(c.seen),
            issued_at=c.issued_at,
            expires_at=c.expires_at,
            outcome=c.outcome,
            settled_at=c.settled_at,
            answered_by=c.answered_by,
        )
        for c in found
    ]
    return paging.Page(items=items, next=paging.next_id(found, limit))


def _interlock(pool: Pool, view: View, alarm: str | None) -> schemas.InterlockOut:
    lock, seen = view.lock, view.seen
    names = slugs(pool, lock.shares_circuit)
    return schemas.InterlockOut(
        source=lock.source_id,
        means=seen.means,
        fails=lock.fails,
        quiet_seconds=int(lock.quiet.total_seconds()),
        cool_below=lock.cool_below,
        shares_circuit=list(lock.shares_circuit),
        shares_circuit_slugs=[names[i] for i in lock.shares_circuit],
        device=schemas.DeviceOut(
            latch=seen.said.latch,
            said_at=seen.said.at,
            message=seen.said.message_id,
            is_up=seen.said.is_up,
            power_up=seen.said.power_up,
            has_timer=seen.said.has_timer,
        ),
        standing=schemas.MachineStandingOut(
            state=seen.standing.state,
            since=seen.standing.since,
            heard_at=seen.standing.heard_at,
            watts=seen.standing.peak_watts,
            celsius=seen.standing.hottest,
        ),
        hold=_hold(seen.hold),
        wanted=view.verdict.wanted,
        why=view.verdict.why,
        obstacles=[BrokenRule.model_validate(told(p)) for p in view.verdict.obstacles],
        alarm=alarm,
    )


def _hold(hold: Hold | None) -> schemas.HoldOut | None:
    if hold is None:
        return None
    return schemas.HoldOut(latch=hold.latch or AS_IT_IS, reason=hold.reason, by=hold.by, at=hold.at)
