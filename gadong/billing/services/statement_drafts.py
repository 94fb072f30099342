"""Drafts of statements: of a company's month, and of every month that is due."""

from __future__ import annotations

from datetime import datetime

from gadong.billing.domain.kept_statement import Statement
from gadong.billing.domain.statement import (
    StatementAction,
    StatementState,
    following,
)
from gadong.billing.services import drafting, month_locks
from gadong.billing.services.proof import signal_retention
from gadong.billing.services.statement_document import Computed, compute, month_ledgers, month_named
from gadong.billing.store import statement_stretches, statements
from gadong.core.database import Pool, Tx, cutoff, retried, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.calendar import Month
from gadong.core.domain.ids import CentreId, CompanyId
from gadong.core.domain.problem import Conflict, Invalid, NotFound
from gadong.people.domain.centre import Centre
from gadong.people.domain.company import Company
from gadong.people.services.customers import need_served
from gadong.people.store import people


@retried
def draft(
    pool: Pool,
    who: Caller,
    *,
    centre: CentreId,
    company: CompanyId,
    month: str,
    until: datetime | None = None,
) -> Statement:
    """Compute a company's month now and keep it as the draft.

    It charges what no earlier statement within the month does, and with `until` only what began
    before that instant (ADR 70). Conflict where it is approved or issued.
    """
    permit = who.need(centre, Right.MONEY_WORK)
    month_named(month)
    before = cutoff(pool, centre)
    with transaction(pool, permit) as tx:
        return draft_in(tx, centre, company, month, before, until=until)


def draft_in(
    tx: Tx,
    centre: CentreId,
    company: CompanyId,
    month: str,
    before: datetime,
    *,
    until: datetime | None = None,
) -> Statement:
    """Keep a company's month as known at the instant as the draft, in the caller's transaction."""
    need_served(tx, centre, company)
    since = statement_stretches.billed_until(tx, centre, company, month)
    if until:
        _need_within(tx, centre, month, until, since=since, before=before)
    month_locks.need_unlocked(tx, centre, month)
    kept = statements.locked_statement(tx, centre, company, month)
    if kept:
        following(kept.state, StatementAction.RECOMPUTE)
    _need_signals(tx, centre, month)
    computed = compute(tx, centre, company, month, since=since, until=until, recorded_before=before)
    signal_retention.need_words(tx, computed)
    if until and not drafting.has_content(computed):
        raise Conflict("Nothing was used that is not billed already")
    return drafting.keep(tx, computed, centre, month, since=since, until=until)


def preview(
    pool: Pool, who: Caller, *, centre: CentreId, company: CompanyId, month: str
) -> Computed:
    """Compute the month so far without storing it, for the company and the centre's managers.

    What a statement within the month charges is left out.
    """
    permit = who.need_company(centre, company, Right.MONEY_SEE)
    month_named(month)
    before = cutoff(pool, centre)
    with transaction(pool, permit) as tx:
        need_served(tx, centre, company)
        _need_signals(tx, centre, month)
        since = statement_stretches.billed_until(tx, centre, company, month)
        computed = compute(tx, centre, company, month, since=since, recorded_before=before)
        signal_retention.need_words(tx, computed)
        return computed


@retried
def draft_all(pool: Pool, who: Caller, centre_id: CentreId, month: str) -> drafting.Drafted:
    """Compute a month's drafts of every company with anything to show.

    For managers; approved ones stay.
    """
    permit = who.need(centre_id, Right.MONEY_WORK)
    before = cutoff(pool, centre_id)
    with transaction(pool, permit) as tx:
        centre = people.centre(tx, centre_id)
        if centre is None:
            raise NotFound
        month_locks.need_unlocked(tx, centre_id, str(month_named(month)))
        return draft_month(tx, centre, month_named(month), recorded_before=before)


def draft_month(
    tx: Tx, centre: Centre, month: Month, *, recorded_before: datetime
) -> drafting.Drafted:
    """Compute the month's drafts of every company with anything to show.

    One's fault stops no other's.
    """
    if month_locks.is_locked(tx, centre.id, str(month)):
        return drafting.Drafted()
    signal_retention.need_month(tx, centre.id, month.period(centre.zone))
    ledgers = month_ledgers(tx, centre.id, str(month), recorded_before=recorded_before)

    def has_draft(company: Company) -> bool:
        kept = statements.locked_statement(tx, centre.id, company.id, str(month))
        if kept and kept.state not in {StatementState.DRAFT, StatementState.CHECKING}:
            return False
        since = statement_stretches.billed_until(tx, centre.id, company.id, str(month))
        computed = compute(
            tx,
            centre.id,
            company.id,
            str(month),
            since=since,
            recorded_before=recorded_before,
            ledgers=ledgers,
        )
        signal_retention.need_words(tx, computed)
        if is_shown := bool(kept) or drafting.has_content(computed):
            drafting.keep(tx, computed, centre.id, str(month), since=since)
        return is_shown

    return drafting.each(tx, people.companies(tx, centre.id), has_draft)


def _need_within(
    tx: Tx,
    centre_id: CentreId,
    month: str,
    until: datetime,
    *,
    since: datetime | None,
    before: datetime,
) -> None:
    """Raise Invalid for an end outside the month, before what is billed, or after what is known.

    Conflict where the end is that of what is billed.
    """
    if until == since:
        raise Conflict("Nothing was used that is not billed already")
    centre = people.centre(tx, centre_id)
    if centre is None:
        raise NotFound
    period = month_named(month).period(centre.zone)
    if not (since or period.start) < until < period.end or until > before:
        raise Invalid(
            "A statement within the month ends after what is billed already, in the month, and not "
            "in the future",
            field="until",
        )


def _need_signals(tx: Tx, centre_id: CentreId, month: str) -> None:
    centre = people.centre(tx, centre_id)
    if centre is None:
        raise NotFound
    signal_retention.need_month(tx, centre.id, month_named(month).period(centre.zone))
