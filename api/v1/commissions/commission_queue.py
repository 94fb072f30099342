"""Endpoints of a laboratory's queue and load, and of how long its work took."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from api.identity import Connections, Who
from api.v1 import machine_names
from api.v1.commissions.commissions import commission_out
from api.v1.commissions.commissions_schemas import CommissionOut
from api.v1.machine_names import MachineNamed
from api.v1.schemas import From, Out, To, period_of
from gadong.billing.domain.tariff_terms import Measure
from gadong.commissions.services import commission_queue
from gadong.core.domain.ids import CentreId

router = APIRouter(tags=["commissions"])


class GoodLoadOut(Out):
    """The quantity of a good that lies before a laboratory, and in how many cases."""

    good: str
    name_ko: str
    name_en: str
    measure: Measure
    quantity: Decimal
    commissions: int


class WorkerLoadOut(Out):
    """The number of cases in work of one person of the staff."""

    person: UUID
    name: str
    commissions: int


class MachineLoadOut(MachineNamed):
    """The time to come of one machine that cases in work need."""

    seconds: int
    commissions: int


class CommissionQueueOut(Out):
    """The commissions in work, the urgent first and then by their day, and the load they are.

    On `unassigned` of them nobody works yet.
    """

    items: list[CommissionOut]
    loads: list[GoodLoadOut]
    workers: list[WorkerLoadOut]
    machines: list[MachineLoadOut]
    unassigned: int
    next: None = Field(default=None, description="The queue comes whole.")


class TurnRoundOut(Out):
    """Lengths of commissions from their receipt to their end; null without any."""

    commissions: int
    in_time: int = Field(description="Finished by their day.")
    median_seconds: int | None
    longest_seconds: int | None


@router.get("/centres/{centre}/commission-queue")
def get_commission_queue(centre: UUID, who: Who, pool: Connections) -> CommissionQueueOut:
    """Return the commissions in work in their order, and the load of the laboratory."""
    found = commission_queue.queue(pool, who, CentreId(centre), now=datetime.now(UTC))
    slugs = machine_names.slugs(pool, (load.machine_id for load in found.machines))
    return CommissionQueueOut(
        items=[commission_out(one) for one in found.commissions],
        loads=[
            GoodLoadOut(
                good=load.good,
                name_ko=load.name_ko,
                name_en=load.name_en,
                measure=load.measure,
                quantity=load.quantity,
                commissions=load.commissions,
            )
            for load in found.goods
        ],
        workers=[
            WorkerLoadOut(person=load.person_id, name=load.name, commissions=load.commissions)
            for load in found.workers
        ],
        machines=[
            MachineLoadOut(
                machine=load.machine_id,
                machine_slug=slugs[load.machine_id],
                seconds=int(load.length.total_seconds()),
                commissions=load.commissions,
            )
            for load in found.machines
        ],
        unassigned=found.unassigned,
    )


@router.get("/centres/{centre}/commission-times")
def measure_commissions(
    centre: UUID, start: From, end: To, who: Who, pool: Connections
) -> TurnRoundOut:
    """Return how long the work took that was finished in a time."""
    found = commission_queue.figures(pool, who, CentreId(centre), period_of(start, end))
    return TurnRoundOut(
        commissions=found.commissions,
        in_time=found.in_time,
        median_seconds=int(found.median.total_seconds()) if found.median is not None else None,
        longest_seconds=int(found.longest.total_seconds()) if found.longest is not None else None,
    )
