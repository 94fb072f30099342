"""Managers' decisions: inputs to the next computation, each taken back by another."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from psycopg import errors
from psycopg.rows import DictRow

from gadong.booking.domain.decision import Decision, DecisionKind
from gadong.booking.domain.usage import Reassignment
from gadong.core.database import Tx, many, one, run
from gadong.core.domain.charge_component import Component
from gadong.core.domain.ids import BookingId, DecisionId, MachineId
from gadong.core.domain.machine_state import State
from gadong.core.domain.period import Period
from gadong.core.domain.problem import Conflict
from gadong.core.domain.usage_mode import UsageMode
from gadong.core.store.queries import statements
from gadong.core.store.values import by_key, to_period, to_range

SQL = statements(__file__)


def insert(tx: Tx, decision: Decision) -> None:
    """Keep a decision; Conflict where it reverses one that was reversed."""
    try:
        with tx.transaction():
            run(
                tx,
                SQL["insert"],
                id=decision.id,
                centre_id=decision.centre_id,
                machine_id=decision.machine_id,
                kind=decision.kind.value,
                during=to_range(decision.period),
                company_id=decision.company_id,
                booking_id=decision.booking_id,
                reverses=decision.reverses,
                reason=decision.reason,
                decided_by=decision.decided_by,
                recorded_at=decision.recorded_at,
                state=decision.state.value if decision.state else None,
                seconds=decision.seconds,
                component=decision.component.value if decision.component else None,
                usage_mode=decision.usage_mode.value if decision.usage_mode else None,
            )
    except errors.UniqueViolation as trouble:
        raise Conflict("This decision was reversed before") from trouble


def find(tx: Tx, decision_id: DecisionId) -> Decision | None:
    """Return one decision."""
    row = one(tx, SQL["one"], id=decision_id)
    return _decision(row) if row else None


def in_force(
    tx: Tx,
    machine_id: MachineId,
    bounds: Period,
    *,
    recorded_before: datetime,
    booking_ids: Iterable[BookingId] = (),
) -> list[Decision]:
    """Return the decisions in force that touch the bounds or are about the bookings, the latest
    first.
    """
    rows = many(
        tx,
        SQL["in_force"],
        machine_id=machine_id,
        during=to_range(bounds),
        booking_ids=list(booking_ids),
        recorded_before=recorded_before,
    )
    return [_decision(row) for row in rows]


def in_force_of(
    tx: Tx, machine_ids: Iterable[MachineId], bounds: Period, *, recorded_before: datetime
) -> dict[MachineId, list[Decision]]:
    """Return the decisions in force on each machine that touch the bounds, the latest first."""
    rows = many(
        tx,
        SQL["in_force_of"],
        machine_ids=list(machine_ids),
        during=to_range(bounds),
        recorded_before=recorded_before,
    )
    return by_key((row["machine_id"], _decision(row)) for row in rows)


def on_record(tx: Tx, machine_id: MachineId, bounds: Period) -> list[Decision]:
    """Return all decisions that touch the bounds, reversed ones and reversals too, the latest
    first.
    """
    rows = many(tx, SQL["on_record"], machine_id=machine_id, during=to_range(bounds))
    return [_decision(row) for row in rows]


def reassignments(found: Iterable[Decision]) -> list[Reassignment]:
    """Return the decisions that assign an activity, as reassignments."""
    return [
        Reassignment(id=d.id, period=d.period, company_id=d.company_id, booking_id=d.booking_id)
        for d in found
        if d.kind is DecisionKind.REASSIGN
    ]


def _decision(row: DictRow) -> Decision:
    during, kind = row.pop("during"), DecisionKind(row.pop("kind"))
    state, component, mode = row.pop("state"), row.pop("component"), row.pop("usage_mode")
    return Decision(
        **row,
        period=to_period(during),
        kind=kind,
        state=State(state) if state else None,
        component=Component(component) if component else None,
        usage_mode=UsageMode(mode) if mode else None,
    )
