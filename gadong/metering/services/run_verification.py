"""The comparison of stored runs with those that the signals give: nobody's hand makes a second
idle.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from gadong.core.database import Pool, transaction
from gadong.core.domain.access import Caller, Permit
from gadong.core.domain.period import Period
from gadong.machines.domain.machine import Machine
from gadong.machines.store import machines
from gadong.metering.domain.run import Run
from gadong.metering.services.metering import Memory, as_known
from gadong.metering.store import due_confirmations, runs

# Later signals may still move an edge: a silence is one only when it has lasted
# (metering/domain/fold.py).
UNSETTLED = timedelta(days=1)
# The month before and what is open of this one: the statements that nobody has issued yet.
OPEN_DAYS = 62


def adrift(pool: Pool, who: Caller, *, now: datetime, days: int = OPEN_DAYS) -> list[str]:
    """Return a sentence for each machine whose stored runs the signals of so many days do not
    give.
    """
    permit = who.need_administrator()
    end = now - UNSETTLED
    looked_at = Period(end - timedelta(days=days), end)
    with transaction(pool, permit) as tx:
        found = machines.every(tx)
    return [said for machine in found for said in _of(pool, permit, machine, looked_at, now)]


def _of(
    pool: Pool, permit: Permit, machine: Machine, looked_at: Period, now: datetime
) -> Iterator[str]:
    memory: Memory = {}
    # A day more on either side, so that an edge is read from what came before and after it.
    around = Period(looked_at.start - UNSETTLED, now)
    with transaction(pool, permit) as tx:
        if due_confirmations.is_due(tx, machine.id):
            return  # the scheduler is about to write them anew
        stored = _within(runs.of_machine(tx, machine.id, looked_at), looked_at)
        derived, _ = as_known(tx, machine, around, recorded_before=now, memory=memory)
    given = _within(derived, looked_at)
    if stored == given:
        return
    first = min(start for start, _, _ in set(stored) ^ set(given))
    yield (
        f"the runs of machine {machine.id} are not those that its signals give, from "
        f"{first.isoformat()} on"
    )


def _within(found: Sequence[Run], period: Period) -> list[tuple[datetime, datetime, str]]:
    """Return the stretches of one state within a period, each as long as the state lasted."""
    joined: list[tuple[datetime, datetime, str]] = []
    for run in found:
        part = run.clipped(period)
        if part is None:
            continue
        if joined and joined[-1][1] == part.start and joined[-1][2] == run.state.value:
            joined[-1] = (joined[-1][0], part.end, run.state.value)
        else:
            joined.append((part.start, part.end, run.state.value))
    return joined
