"""Managers' decisions on what the signals of a machine leave open."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Query, Response

from api.identity import Connections, Who
from api.v1 import paging
from api.v1.machine_names import InCentre, MachineInPath, find_machine
from api.v1.machines import decisions_schemas
from api.v1.schemas import From, To, period_of
from gadong.booking.domain.decision import Decision, DecisionKind
from gadong.booking.services import decisions
from gadong.booking.services.decisions import DecisionRequest
from gadong.core.domain.clock import write_instant
from gadong.core.domain.ids import BookingId, CompanyId, DecisionId
from gadong.core.domain.machine_state import State

router = APIRouter(tags=["machines"])


@router.post("/machines/{machine}/decisions", status_code=201)
def make_decision(
    machine_ref: MachineInPath,
    body: decisions_schemas.DecisionIn,
    who: Who,
    pool: Connections,
    centre: InCentre = None,
) -> decisions_schemas.DecisionOut:
    """Decide what the signals leave open; for managers, with a reason.

    The next computation takes it in.
    """
    word = DecisionRequest(
        kind=DecisionKind(body.kind),
        period=period_of(body.start, body.end),
        company=CompanyId(body.company) if body.company else None,
        booking=BookingId(body.booking) if body.booking else None,
        state=State(body.state) if body.state else None,
        seconds=body.seconds,
        component=body.component,
        usage_mode=body.usage_mode,
        reason=body.reason,
    )
    machine = find_machine(pool, who, machine_ref, centre)
    return _decision(decisions.decide(pool, who, machine, word, now=datetime.now(UTC)))


@router.get("/machines/{machine}/decisions")
def list_decisions(
    machine_ref: MachineInPath,
    who: Who,
    pool: Connections,
    start: From,
    end: To,
    *,
    centre: InCentre = None,
    with_reversed: Annotated[
        bool, Query(description="Those that were reversed, and their reversals, too.")
    ] = False,
) -> paging.Page[decisions_schemas.DecisionOut]:
    """Return the decisions in force that touch a period, the latest first; for managers."""
    machine, period = find_machine(pool, who, machine_ref, centre), period_of(start, end)
    found = decisions.of_machine(pool, who, machine, period, with_reversed=with_reversed)
    return paging.whole([_decision(d) for d in found])


@router.post("/decisions/{decision_id}/reverse", status_code=201)
def reverse_decision(
    decision_id: UUID,
    body: decisions_schemas.ReverseIn,
    response: Response,
    who: Who,
    pool: Connections,
) -> decisions_schemas.DecisionOut:
    """Take a decision back; both stay on record."""
    made = decisions.reverse(pool, who, DecisionId(decision_id), reason=body.reason)
    times = urlencode(
        {
            "from": write_instant(made.period.start),
            "to": write_instant(made.period.end),
            "with_reversed": "true",
        }
    )
    response.headers["Location"] = f"/api/v1/machines/{made.machine_id}/decisions?{times}"
    return _decision(made)


def _decision(decision: Decision) -> decisions_schemas.DecisionOut:
    return decisions_schemas.DecisionOut(
        id=decision.id,
        kind=decision.kind,
        start=decision.period.start,
        end=decision.period.end,
        company=decision.company_id,
        booking=decision.booking_id,
        reverses=decision.reverses,
        state=decision.state,
        seconds=decision.seconds,
        component=decision.component,
        usage_mode=decision.usage_mode,
        reason=decision.reason,
        recorded_at=decision.recorded_at,
    )
