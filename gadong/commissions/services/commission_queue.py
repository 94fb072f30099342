"""The queue and the load of a laboratory, and how long its work took."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from gadong.commissions.domain.commission import IN_WORK, Commission
from gadong.commissions.domain.commission_assignment import (
    CommissionAssignment,
    MachineLoad,
    WorkerLoad,
    machine_loads,
    unassigned,
    worker_loads,
)
from gadong.commissions.domain.queue import GoodLoad, TurnRound, load_of, queued, turn_round
from gadong.commissions.store import commission_assignments, commission_queue, commissions
from gadong.core.database import Pool, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.ids import CentreId
from gadong.core.domain.period import Period

# More in work at once than any centre's laboratory has in a year.
MOST_QUEUED = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class LabQueue:
    """The commissions in work in their order, and the load that they are.

    On `unassigned` of them nobody works yet.
    """

    commissions: Sequence[Commission]
    assignments: Mapping[UUID, Sequence[CommissionAssignment]]
    goods: Sequence[GoodLoad]
    workers: Sequence[WorkerLoad]
    machines: Sequence[MachineLoad]
    unassigned: int

    def names_of(self, commission_id: UUID) -> Sequence[str]:
        """Return the names of who works on a commission, each once."""
        found = self.assignments.get(commission_id, ())
        return list(dict.fromkeys(one.name for one in found if one.name))


def queue(pool: Pool, who: Caller, centre: CentreId, *, now: datetime) -> LabQueue:
    """Return the commissions in work with who works on which, and their load; for the desk."""
    permit = who.need(centre, Right.DESK_SEE)
    with transaction(pool, permit) as tx:
        found = commissions.of_centre(tx, centre, companies=None, states=IN_WORK, most=MOST_QUEUED)
        assigned = commission_assignments.of_commissions(tx, [one.id for one in found])
    by_case: dict[UUID, list[CommissionAssignment]] = defaultdict(list)
    for one in assigned:
        by_case[one.commission_id].append(one)
    return LabQueue(
        commissions=queued(found),
        assignments=by_case,
        goods=load_of(found),
        workers=worker_loads(assigned),
        machines=machine_loads(assigned, now=now),
        unassigned=unassigned((one.id for one in found), assigned),
    )


def figures(pool: Pool, who: Caller, centre: CentreId, period: Period) -> TurnRound:
    """Return how long the work took that was finished in a time, for who sees the figures."""
    permit = who.need(centre, Right.REPORT_SEE, Right.FIGURES_SEE)
    with transaction(pool, permit) as tx:
        return turn_round(commission_queue.finished(tx, centre, period))
