"""Runs as known at an instant, kept so that a month is not folded again for each statement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from gadong.core.database import Tx, one, run
from gadong.core.domain.document import from_document
from gadong.core.domain.ids import MachineId
from gadong.core.domain.period import Period
from gadong.core.store.queries import statements
from gadong.core.store.values import to_document, to_range
from gadong.machines.domain.machine import Machine
from gadong.metering.domain.run import Run

SQL = statements(__file__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The runs and jobs' starts of a period, as of an instant.

    `since` and `rest` say which other facts they rest on.
    """

    recorded_before: datetime
    since: datetime
    rest: bytes
    runs: tuple[Run, ...]
    job_starts: tuple[datetime, ...]


def find(tx: Tx, machine_id: MachineId, during: Period) -> Known | None:
    """Return the kept runs of a period of a machine's time, or None."""
    row = one(tx, SQL["find"], machine_id=machine_id, during=to_range(during))
    if row is None:
        return None
    return Known(
        recorded_before=row["recorded_before"],
        since=row["since"],
        rest=row["rest"],
        runs=from_document(tuple[Run, ...], row["runs"]),
        job_starts=from_document(tuple[datetime, ...], row["job_starts"]),
    )


def keep(tx: Tx, machine: Machine, during: Period, known: Known) -> None:
    """Keep a period's runs, unless another transaction does so now."""
    stretch = to_range(during)
    row = one(tx, SQL["try_lock"], machine_id=machine.id, during=stretch)
    if row and row["is_ours"]:
        run(
            tx,
            SQL["keep"],
            centre_id=machine.centre_id,
            machine_id=machine.id,
            during=stretch,
            recorded_before=known.recorded_before,
            since=known.since,
            rest=known.rest,
            runs=to_document(known.runs),
            job_starts=to_document(known.job_starts),
        )


def heard_between(
    tx: Tx, machine_id: MachineId, instants: Sequence[datetime], *, until: datetime
) -> bool:
    """Return whether a signal of before `until` was recorded between two instants, in any order."""
    first, last = sorted(instants)
    row = one(tx, SQL["heard_between"], machine_id=machine_id, until=until, first=first, last=last)
    return bool(row and row["is_so"])


def forget(tx: Tx, before: datetime) -> int:
    """Delete old runs."""
    return run(tx, SQL["forget"], before=before)
