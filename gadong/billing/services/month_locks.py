"""Locked months: later facts about one become corrections, and nothing else."""

from __future__ import annotations

from datetime import datetime

from gadong.billing.domain.month_lock import MonthLock
from gadong.billing.services import unstated_use
from gadong.billing.services.statement_document import month_named
from gadong.billing.store import month_locks
from gadong.billing.store.counters import counter_uses
from gadong.core.database import Pool, Tx, cutoff, recorded_at, retried, transaction
from gadong.core.domain.access import Caller, Permit, Right
from gadong.core.domain.calendar import Month
from gadong.core.domain.ids import CentreId, CompanyId
from gadong.core.domain.problem import Conflict, Invalid, NotFound, Problem, Refused
from gadong.people.domain.centre import Centre
from gadong.people.store import people


@retried
def lock(
    pool: Pool, who: Caller, centre_id: CentreId, month: str, *, reason: str, now: datetime
) -> MonthLock:
    """Lock a month that is over, when every company that used something has its statement issued.

    For managers.

    A correction needs a statement, so a company without one could never be charged for a locked
    month.
    """
    permit = who.need(centre_id, Right.MONEY_WORK)
    wanted = str(month_named(month))
    word = None
    while word is None:
        word = _locked(pool, who, permit, centre_id, wanted, reason=reason, now=now)
    return word


def _locked(
    pool: Pool,
    who: Caller,
    permit: Permit,
    centre_id: CentreId,
    wanted: str,
    *,
    reason: str,
    now: datetime,
) -> MonthLock | None:
    """Lock a month as known at an instant.

    None where something was entered between that instant and the month's turn.
    """
    before = cutoff(pool, centre_id)
    with transaction(pool, permit) as tx:
        month_locks.serialise(tx, centre_id, wanted)
        centre = people.centre(tx, centre_id)
        if centre is None:
            raise NotFound
        period = Month.parse(wanted).period(centre.zone)
        if now < period.end:
            raise Conflict("A month is locked when it is over", month=wanted)
        if left := month_locks.still_open(tx, centre_id, wanted):
            raise Refused([Problem(code="month.open", actual=left)])
        if unread := counter_uses.open_machines(tx, centre_id, None, period):
            raise Refused([Problem(code="month.open_counter", actual=", ".join(unread))])
        if unstated := unstated_use.of_month(tx, centre, wanted, before):
            names = ", ".join(x.company_name for x in unstated)
            raise Refused([Problem(code="month.unstated", actual=names)])
        if unstated_use.is_entered_since(tx, centre, wanted, before):
            return None
        return _said(tx, who, centre_id, wanted, reason, is_locked=True)


@retried
def unlock(pool: Pool, who: Caller, centre_id: CentreId, month: str, *, reason: str) -> MonthLock:
    """Open a locked month again, with the reason; for managers."""
    permit = who.need(centre_id, Right.MONEY_WORK)
    wanted = str(month_named(month))
    if not reason.strip():
        raise Invalid("Say why the month is opened again", field="reason")
    with transaction(pool, permit) as tx:
        month_locks.serialise(tx, centre_id, wanted)
        return _said(tx, who, centre_id, wanted, reason, is_locked=False)


def find(pool: Pool, who: Caller, centre_id: CentreId, month: str) -> MonthLock | None:
    """Return the month's latest lock statement; for the centre's managers."""
    permit = who.need(centre_id, Right.MONEY_SEE)
    with transaction(pool, permit) as tx:
        return month_locks.latest(tx, centre_id, str(month_named(month)))


def is_locked(tx: Tx, centre_id: CentreId, month: str) -> bool:
    """Return whether a month is locked, and keep that so until the transaction ends."""
    month_locks.serialise(tx, centre_id, month)
    return bool(month_locks.locked(tx, centre_id, [month]))


def need_unlocked(tx: Tx, centre_id: CentreId, month: str) -> None:
    """Raise Refused where the month is locked."""
    if is_locked(tx, centre_id, month):
        raise Refused([Problem(code="month.locked", actual=month)])


def need_chargeable(tx: Tx, centre: Centre, company_id: CompanyId, at: datetime) -> None:
    """Raise Refused where a locked month has no statement of the company's instant that a later
    sale could correct.
    """
    month = str(Month.of(at, centre.zone))
    if is_locked(tx, centre.id, month) and not month_locks.is_stated_at(
        tx, centre.id, company_id, month, at
    ):
        raise Refused([Problem(code="month.locked_unstated", actual=month)])


def _said(
    tx: Tx, who: Caller, centre_id: CentreId, month: str, reason: str, *, is_locked: bool
) -> MonthLock:
    last = month_locks.latest(tx, centre_id, month)
    if (last is not None and last.is_locked) == is_locked:
        raise Conflict("The month is locked already" if is_locked else "The month is not locked")
    word = MonthLock(
        month=month,
        is_locked=is_locked,
        reason=reason.strip(),
        said_by=who.person_id,
        recorded_at=recorded_at(tx, centre_id),
    )
    month_locks.insert(tx, centre_id, word)
    return word
