"""Slots of jobs, done once each; deletion of expired data; the caller's notices."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from gadong.billing.services.proof import signal_retention
from gadong.booking.store import staff_calls
from gadong.core.database import Pool, Tx, retried, transaction
from gadong.core.domain.access import SYSTEM, Caller, Right
from gadong.core.store import deliveries, outbox
from gadong.core.store.outbox import JobRun, Notice
from gadong.machines.domain.message import oldest_key_day
from gadong.machines.store import device_accounts, messages
from gadong.metering.store import derived_runs
from gadong.notices.store import preferences
from gadong.operations.store import checks
from gadong.people.store import (
    consents,
    join_requests,
    membership_offers,
    password_attempts,
    people,
)
from gadong.people.store.payers import profiles
from gadong.satisfaction.services import requests as satisfaction_requests

log = logging.getLogger(__name__)

# The bell writes two digits; beyond them it says 99+.
MOST_UNSEEN = 100

JobFunction = Callable[[Tx, datetime], str]

# Derived runs are kept as long as signals are by default (docs/reference/billing.md#retention).
RUNS_KEPT = timedelta(days=730)


def run_slot(pool: Pool, job: str, slot: datetime, work: JobFunction) -> bool:
    """Do a job's slot unless another did it, and return whether it was done now.

    The claim and the work are one transaction.
    """
    try:
        return _claimed(pool, job, slot, work)
    except Exception as trouble:
        log.exception("job failed", extra={"job": job, "slot": slot.isoformat()})
        with transaction(pool, SYSTEM) as tx:
            outbox.fail(tx, job, slot, f"{type(trouble).__name__}: {trouble}")
        return False


def done(pool: Pool, slots: Sequence[tuple[str, datetime]]) -> set[tuple[str, datetime]]:
    """Return those of some jobs' slots whose work is done; they need no attempt."""
    with transaction(pool, SYSTEM) as tx:
        return outbox.done(tx, slots)


@retried
def _claimed(pool: Pool, job: str, slot: datetime, work: JobFunction) -> bool:
    with transaction(pool, SYSTEM) as tx:
        if not outbox.claim(tx, job, slot):
            return False
        detail = work(tx, slot)
        outbox.finish(tx, job, slot, detail)
    log.debug("job done", extra={"job": job, "slot": slot.isoformat(), "detail": detail})
    return True


def forget(tx: Tx, now: datetime) -> int:
    """Delete expired data and return the number of deleted rows."""
    gone = outbox.forget_old(tx, signals_before=signal_retention.horizon(tx, now))
    gone += derived_runs.forget(tx, now - RUNS_KEPT) + join_requests.forget_old(tx)
    gone += consents.forget_old(tx) + membership_offers.forget_old(tx)
    gone += device_accounts.forget_refusals(tx) + checks.forget_backups(tx)
    return (
        gone
        + people.forget_old(tx)
        + password_attempts.forget_old(tx)
        + deliveries.forget(tx)
        + profiles.forget_old(tx)
        + staff_calls.forget(tx)
        + satisfaction_requests.forget(tx, now=now)
    )


def forget_keys(tx: Tx, now: datetime) -> int:
    """Delete duplicate keys from before their window and return their number.

    It is a transaction of its own, because ingest waits for the rows of its senders' positions.
    """
    return messages.forget_keys(tx, before=oldest_key_day(now))


def last_runs(pool: Pool, who: Caller) -> list[JobRun]:
    """Return each job's last slot; a centre's jobs only to its staff."""
    if not who.works_at:
        who.need_administrator()
    with transaction(pool, who.reach()) as tx:
        others = {c.slug for c in people.centres(tx) if not who.may(c.id, Right.FLOOR_SEE)}
        return [run for run in outbox.last_runs(tx) if run.job.rsplit(" ", 1)[-1] not in others]


def notices(pool: Pool, who: Caller, *, before: UUID | None, most: int) -> list[Notice]:
    """Return a page of the caller's notices, the latest first."""
    with transaction(pool, who.reach()) as tx:
        return outbox.notices(tx, who.person_id, before=before, most=most)


def unseen_notices(pool: Pool, who: Caller) -> int:
    """Return how many notices came since the caller last looked at them, up to `MOST_UNSEEN`."""
    with transaction(pool, who.reach()) as tx:
        since = preferences.seen_at(tx, who.person_id)
        return outbox.newer_notices(tx, who.person_id, since=since, most=MOST_UNSEEN)


def see_notices(pool: Pool, who: Caller, *, now: datetime) -> datetime | None:
    """Record that the caller looks at the notices; return when they did before."""
    with transaction(pool, who.reach()) as tx:
        since = preferences.seen_at(tx, who.person_id)
        preferences.see(tx, who.person_id, at=now)
        return since
