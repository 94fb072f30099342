"""A company's statement of a month: approved, issued, opened again and found.

It is computed in statement_document.py, and verified in proof/verification.py.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from gadong.billing.domain.kept_statement import Statement
from gadong.billing.domain.statement import (
    SHOWN,
    StatementAction,
    StatementState,
    following,
    in_review,
)
from gadong.billing.services import drafting
from gadong.billing.services.accounts import credit_orders
from gadong.billing.services.payments import due_on
from gadong.billing.services.programme_budgets import need_budget
from gadong.billing.services.proof import evidence, signal_retention
from gadong.billing.services.proof.document_chain import IssueDates, link
from gadong.billing.services.statement_blockers import ACCEPTABLE, standing
from gadong.billing.services.statement_document import (
    Loaded,
    document,
    month_ledgers,
    month_named,
    reckon,
)
from gadong.billing.store import objections, statement_stretches, statements
from gadong.billing.store.evidence import Origin
from gadong.booking.services.machine_ledger import Ledger
from gadong.core.database import Pool, Tx, cutoff, recorded_at, retried, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.clock import write_instant
from gadong.core.domain.ids import CentreId, CompanyId, StatementId
from gadong.core.domain.problem import Conflict, NotFound, Problem, Refused
from gadong.core.store import outbox
from gadong.people.store import people

#: The fields of a document that say who supplies, who receives, and where to pay.
NAMED = (
    "centre_name",
    "company_name",
    "registration_number",
    "supplier",
    "customer",
    "account",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A month's ledgers of a whole centre as known at an instant, read once for all that is
    approved or issued with them.
    """

    before: datetime
    ledgers: Sequence[Ledger]
    #: The same as of the instants at which its drafts were computed, opened as they are issued.
    drafted: dict[datetime, Sequence[Ledger]] = field(default_factory=dict)


def open_month(pool: Pool, who: Caller, centre_id: CentreId, month: str) -> Opened:
    """Read a month once, to settle many statements. Later facts wait for a correction."""
    permit = who.need(centre_id, Right.MONEY_WORK)
    before = cutoff(pool, centre_id)
    with transaction(pool, permit) as tx:
        ledgers = month_ledgers(tx, centre_id, str(month_named(month)), recorded_before=before)
    return Opened(before=before, ledgers=ledgers)


@retried
def approve(
    pool: Pool,
    who: Caller,
    statement_id: StatementId,
    *,
    accept: Collection[str] = (),
    reason: str = "",
    opened: Opened | None = None,
) -> Statement:
    """Lock a draft that nothing blocks and no newer fact contradicts.

    `opened` is its month, if read already. A manager may accept a problem (ACCEPTABLE) by naming
    its code; a company whose review ends so before its time is told, with the `reason`.
    """
    statement = managed(pool, who, statement_id)
    before = _known_at(pool, statement, opened)
    with transaction(pool, who.reach()) as tx:
        return approve_in(tx, who, statement, before, accept=accept, reason=reason, opened=opened)


def approve_in(
    tx: Tx,
    who: Caller,
    statement: Statement,
    before: datetime,
    *,
    accept: Collection[str] = (),
    reason: str = "",
    opened: Opened | None = None,
) -> Statement:
    """Approve a statement as known at the instant, in the caller's transaction."""
    statement = locked(tx, statement)
    state = following(statement.state, StatementAction.APPROVE)
    _need_fresh(tx, statement, before, opened)
    at = recorded_at(tx, statement.centre_id)
    blocking = [*standing(tx, statement, now=at)]
    if waiting := [o for o in objections.of_statement(tx, statement.id) if o.answer is None]:
        blocking.append(Problem(code="statement.objection", actual=len(waiting)))
    if left := [p for p in blocking if p.code not in ACCEPTABLE.intersection(accept)]:
        raise Refused(left)
    is_cut_short = in_review(statement.check_until, now=at) is not None
    statements.set_statement_state(
        tx,
        statement,
        state,
        approved_at=at,
        approved_by=who.person_id,
        check_until=at if is_cut_short else None,
    )
    if is_cut_short:
        outbox.add(
            tx,
            statement.centre_id,
            "statement.review_ended",
            statement=str(statement.id),
            company=str(statement.company_id),
            month=statement.month,
            **({"reason": reason.strip()} if reason.strip() else {}),
        )
    return _again(tx, statement)


@retried
def reopen(pool: Pool, who: Caller, statement_id: StatementId) -> Statement:
    """Take an approval back, so that the draft can be computed again."""
    statement = managed(pool, who, statement_id)
    with transaction(pool, who.reach()) as tx:
        statement = locked(tx, statement)
        state = following(statement.state, StatementAction.REOPEN)
        statements.set_statement_state(tx, statement, state)
        return _again(tx, statement)


@retried
def issue(
    pool: Pool,
    who: Caller,
    statement_id: StatementId,
    *,
    close_early: bool,
    now: datetime,
    opened: Opened | None = None,
) -> Statement:
    """Give an approved statement its number and freeze it.

    A month that still runs is closed early on demand.
    """
    statement = managed(pool, who, statement_id)
    if now < document(statement).period.end and not close_early:
        raise Conflict(
            "The month is not over. Wait, or issue with close_early=true: what is used later this "
            "month will then "
            "need a correction",
            ends_at=write_instant(document(statement).period.end),
        )
    before = _known_at(pool, statement, opened)
    with transaction(pool, who.reach()) as tx:
        return issue_in(tx, who, statement, before, opened=opened)


def issue_in(
    tx: Tx, who: Caller, statement: Statement, before: datetime, *, opened: Opened | None = None
) -> Statement:
    """Issue an approved statement as known at the instant, in the caller's transaction."""
    credit_orders.lock(tx, statement)
    statement = locked(tx, statement)
    following(statement.state, StatementAction.ISSUE)
    fresh = _need_fresh(tx, statement, before, opened)
    need_budget(tx, statement, document(statement).totals, fresh.inputs.drawn)
    sequence, previous = statements.next_in_series(tx, statement.centre_id, statement.month)
    number = statements.number(document(statement).centre, statement.month, sequence)
    at = recorded_at(tx, statement.centre_id)
    payable_by = due_on(tx, statement.centre_id, issued_at=at)
    written = evidence.of_draft(tx, statement, fresh, opened.drafted if opened else None)
    digest = sha256(written).digest()
    chain_hash = link(
        number,
        statement.document_digest,
        statement.input_digest,
        previous,
        evidence_digest=digest,
        dates=IssueDates(issued_at=at, due_on=payable_by),
    )
    statements.issue(
        tx,
        statement,
        number=number,
        sequence=sequence,
        at=at,
        due_on=payable_by,
        by=who.person_id,
        chain_hash=chain_hash,
        previous_hash=previous,
        evidence_digest=digest,
    )
    evidence.keep(
        tx,
        statement.centre_id,
        statement.id,
        None,
        written,
        digest=digest,
        chain_hash=chain_hash,
        origin=Origin.ISSUE,
    )
    outbox.add(
        tx,
        statement.centre_id,
        "statement.issued",
        statement=str(statement.id),
        company=str(statement.company_id),
        number=number,
        month=statement.month,
    )
    credit_orders.draw_in(tx, who, statement, now=at)
    return _again(tx, statement)


def find(pool: Pool, who: Caller, statement_id: StatementId) -> Statement:
    """Return a statement: any for managers, an issued or shown one for its company."""
    with transaction(pool, who.reach()) as tx:
        statement = statements.statement(tx, statement_id)
    if statement is None:
        raise NotFound
    is_own = statement.company_id in who.companies and statement.state in SHOWN
    if not is_own and not who.may(statement.centre_id, Right.MONEY_SEE):
        raise NotFound
    return statement


def page(
    pool: Pool,
    who: Caller,
    *,
    centre: CentreId | None,
    month: str | None,
    company: CompanyId | None = None,
    states: Collection[StatementState] = (),
    before: UUID | None,
    most: int,
) -> list[Statement]:
    """Return a page of the statements the caller may see, the latest made first."""
    with transaction(pool, who.reach()) as tx:
        managed = {c.id for c in people.centres(tx) if who.may(c.id, Right.MONEY_SEE)}
        return statements.statement_page(
            tx,
            centre_ids=managed,
            company_ids=who.companies,
            centre=centre,
            company=company,
            states=[state.value for state in states],
            month=month,
            before=before,
            most=most,
        )


def _known_at(pool: Pool, statement: Statement, opened: Opened | None) -> datetime:
    """Return the instant as of which a statement is read again, not before its computation."""
    if opened and opened.before >= statement.recorded_before:
        return opened.before
    return cutoff(pool, statement.centre_id)


def _need_fresh(tx: Tx, statement: Statement, before: datetime, opened: Opened | None) -> Loaded:
    """Return what the statement rests on as known before an instant.

    Conflict where facts that came since would change a line, a party or the account.
    """
    billed = statement_stretches.billed_until(
        tx, statement.centre_id, statement.company_id, statement.month
    )
    if billed != statement.since:
        raise Conflict(
            "Another statement of this month was issued or made void since; compute the draft "
            "again and look at it"
        )
    ledgers = opened.ledgers if opened and opened.before == before else None
    loaded = drafting.load_again(tx, statement, recorded_before=before, ledgers=ledgers)
    now, then = reckon(loaded.inputs, loaded.own).document, document(statement)
    if (now.lines, now.totals) != (then.lines, then.totals):
        computed = drafting.compute_again(tx, statement, recorded_before=before, ledgers=ledgers)
        signal_retention.need_words(tx, computed)
        raise Conflict(
            "Newer facts change this statement; compute the draft again and look at it",
            total_then=then.totals.total,
            total_now=now.totals.total,
        )
    # A transfer to an account that was given up, or a tax invoice with an old name, is not undone.
    if changed := [name for name in NAMED if getattr(now, name) != getattr(then, name)]:
        raise Conflict(
            "A name, a party or the bank account on this statement has changed since; open the "
            "draft again, compute it and look at it",
            changed=changed,
        )
    return loaded


def managed(pool: Pool, who: Caller, statement_id: StatementId) -> Statement:
    """Return a statement of a centre that the caller manages; Forbidden to its company."""
    statement = find(pool, who, statement_id)
    who.need(statement.centre_id, Right.MONEY_WORK)
    return statement


def locked(tx: Tx, statement: Statement) -> Statement:
    """Return the statement as it is now, held until the transaction ends."""
    found = statements.locked_one(tx, statement.id)
    if found is None:
        raise NotFound
    return found


def _again(tx: Tx, statement: Statement) -> Statement:
    found = statements.statement(tx, statement.id)
    if found is None:
        raise NotFound
    return found
