"""Figures of the whole installation, read in one transaction for its metrics."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from gadong.core.database import Pool, clock, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.ids import CentreId
from gadong.core.store import outbox
from gadong.operations.domain.checks import CheckState
from gadong.operations.services import checks
from gadong.operations.store import checks as store
from gadong.people.store import people


@dataclass(frozen=True, slots=True, kw_only=True)
class InstallationFigures:
    """The checks, what waits, the jobs' ages and the statements' states."""

    checks: Sequence[CheckState]
    centres: Mapping[CentreId, str]
    waiting_machines: int
    oldest_wait: timedelta
    waiting_mails: int
    job_ages: Mapping[str, timedelta]
    statements: Mapping[str, int]


def read(pool: Pool) -> InstallationFigures:
    """Return the figures of now."""
    with transaction(pool, SYSTEM) as tx:
        now = clock(tx)
        machines = store.waiting_machines(tx)
        mails = store.mails(tx, since=now - timedelta(days=1), kept_since=now - checks.MAIL_KEPT)
        return InstallationFigures(
            checks=checks.current_in(tx),
            centres={centre.id: centre.slug for centre in people.centres(tx)},
            waiting_machines=machines.count,
            oldest_wait=checks.age(machines.oldest, now),
            waiting_mails=mails.count,
            job_ages={run.job: checks.age(run.slot, now) for run in outbox.last_runs(tx)},
            statements=store.statements_by_state(tx),
        )
