"""The queue and the load of a laboratory, and how long its work took."""

from __future__ import annotations

from collections.abc import Sequence

from gadong.commissions.domain.commission import IN_WORK, Commission
from gadong.commissions.domain.queue import GoodLoad, TurnRound, load_of, queued, turn_round
from gadong.commissions.store import commission_queue, commissions
from gadong.core.database import Pool, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.ids import CentreId
from gadong.core.domain.period import Period

# More in work at once than any centre's laboratory has in a year.
MOST_QUEUED = 1000


def queue(
    pool: Pool, who: Caller, centre: CentreId
) -> tuple[Sequence[Commission], Sequence[GoodLoad]]:
    """Return the commissions in work in their order, and the load that they are; for the desk."""
    permit = who.need(centre, Right.DESK_SEE)
    with transaction(pool, permit) as tx:
        found = commissions.of_centre(tx, centre, companies=None, states=IN_WORK, most=MOST_QUEUED)
    return queued(found), load_of(found)


def figures(pool: Pool, who: Caller, centre: CentreId, period: Period) -> TurnRound:
    """Return how long the work took that was finished in a time, for who sees the figures."""
    permit = who.need(centre, Right.REPORT_SEE, Right.FIGURES_SEE)
    with transaction(pool, permit) as tx:
        return turn_round(commission_queue.finished(tx, centre, period))
