"""After the issue: what would be said today, corrections that say so, void statements, and tax
invoices written elsewhere.
Nothing happens by itself. A difference is shown; a manager makes a document of it, and picks the
tax side.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256

from gadong import ENGINE_VERSION
from gadong.billing.domain.correction import (
    MATERIAL,
    CorrectionDocument,
    Difference,
    Direction,
    difference,
)
from gadong.billing.domain.kept_correction import Correction
from gadong.billing.domain.kept_statement import Statement
from gadong.billing.domain.statement import Line, StatementAction, StatementState, Totals, following
from gadong.billing.services import drafting, month_locks
from gadong.billing.services.accounts import credit_orders
from gadong.billing.services.programme_budgets import hold_budgets, need_budget
from gadong.billing.services.proof import evidence, signal_retention
from gadong.billing.services.proof.document_chain import IssueDates, link
from gadong.billing.services.statement_blockers import correction_blockers
from gadong.billing.services.statement_document import Computed, document
from gadong.billing.services.statements import managed
from gadong.billing.store import (
    cash_receipts,
    corrections,
    payments,
    statement_stretches,
    statements,
)
from gadong.billing.store.evidence import Origin
from gadong.booking.services.rules import rulebook
from gadong.core.database import Pool, Tx, cutoff, recorded_at, retried, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.calendar import Month
from gadong.core.domain.document import canonical, from_document, plain
from gadong.core.domain.ids import CorrectionId, StatementId, new_id
from gadong.core.domain.problem import Conflict, NotFound, Problem, Refused
from gadong.core.store import outbox
from gadong.people.domain.centre import Centre
from gadong.people.store import people


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionProposal:
    """A difference as it is now; its digest names it, so that what was looked at is what is issued.

    `too_late_after`: it is in the centre's favour, and was claimed for so long only.
    `open_session`: use is not over, so that it changes every second. It waits for the end.
    """

    difference: Difference
    digest: str
    too_late_after: timedelta | None = None
    open_session: Problem | None = None


def propose(pool: Pool, who: Caller, statement_id: StatementId) -> CorrectionProposal:
    """Compute the difference between a statement, with its corrections, and the facts of today.

    Managers alone may ask. For a draft it is the effect of a recomputation.
    """
    statement = managed(pool, who, statement_id)
    before = cutoff(pool, statement.centre_id)
    with transaction(pool, who.reach()) as tx:
        signal_retention.need_signals(tx, statement)
        computed, found = _difference(tx, statement, before)
        signal_retention.need_words(tx, computed, statement)
        late = _too_late(tx, statement, found)
    return CorrectionProposal(
        difference=found,
        digest=_digest(found),
        too_late_after=late,
        open_session=_open_session(computed),
    )


@retried
def issue(
    pool: Pool, who: Caller, statement_id: StatementId, *, digest: str, reason: str
) -> Correction:
    """Issue the proposed difference as a correction, numbered and chained to its statement."""
    statement = managed(pool, who, statement_id)
    before = cutoff(pool, statement.centre_id)
    with transaction(pool, who.reach()) as tx:
        if statement.state is not StatementState.ISSUED:
            raise Conflict("Only an issued statement is corrected; compute a draft again instead")
        credit_orders.lock(tx, statement)
        corrections.lock_statement(tx, statement.id)
        signal_retention.need_signals(tx, statement)
        computed, found = _difference(tx, statement, before)
        signal_retention.need_words(tx, computed, statement)
        if left := correction_blockers(statement, computed.blockers, found.direction):
            raise Refused(left)
        if _digest(found) != digest:
            raise Conflict(
                "The difference has changed since you looked at it; look again",
                digest=_digest(found),
            )
        if not found.is_material:
            raise Conflict(
                f"A difference below {MATERIAL} won is no document; it stays visible until it "
                "grows or goes away",
                difference=found.amount,
            )
        if found.now.total < 0:
            raise Conflict(
                "A correction credits no more than is left of its statement; a line below nothing "
                "is too large",
                total=found.now.total,
            )
        need_budget(tx, statement, found.now, computed.inputs.drawn)
        if (late := _too_late(tx, statement, found)) is not None:
            raise Conflict(
                f"What a company owes more is claimed for {late.days} days after its statement "
                "(rebill_days)",
                limit=late.days,
            )
        written = evidence.collect(tx, computed.inputs, computed.inputs.ledgers()).written()
        evidence_digest = sha256(written).digest()
        correction = _made(
            tx,
            who,
            statement,
            computed,
            found,
            reason=reason,
            evidence_digest=evidence_digest,
        )
        corrections.insert(tx, correction)
        evidence.keep(
            tx,
            statement.centre_id,
            statement.id,
            correction.id,
            written,
            digest=evidence_digest,
            chain_hash=correction.chain_hash,
            origin=Origin.ISSUE,
        )
        outbox.add(
            tx,
            statement.centre_id,
            "statement.corrected",
            statement=str(statement.id),
            company=str(statement.company_id),
            number=correction.number,
            month=statement.month,
        )
        credit_orders.draw_in(tx, who, statement, now=correction.issued_at)
    return correction


def of_statement(pool: Pool, who: Caller, statement_id: StatementId) -> list[Correction]:
    """Return a statement's corrections in order; for its company and the centre's managers."""
    with transaction(pool, who.reach()) as tx:
        visible_statement(tx, who, statement_id)
        return corrections.of_statement(tx, statement_id)


@retried
def void(pool: Pool, who: Caller, statement_id: StatementId, *, reason: str, now: datetime) -> None:
    """Make an issued statement void in the month of its issue, while nothing was paid or invoiced.

    Its month is free.
    """
    statement = managed(pool, who, statement_id)
    with transaction(pool, who.reach()) as tx:
        # The month before its statement, as whoever computes its drafts.
        month_locks.need_unlocked(tx, statement.centre_id, statement.month)
        corrections.lock_statement(tx, statement.id)
        following(statement.state, StatementAction.VOID)
        if statement.until and statement_stretches.are_later(tx, statement):
            raise Conflict(
                "A later statement of this month was approved or issued; reopen it or make it "
                "void first, or correct this one instead"
            )
        centre = _centre(tx, statement)
        if statement.issued_at is None or Month.of(statement.issued_at, centre.zone) != Month.of(
            now, centre.zone
        ):
            raise Conflict(
                "A statement is made void in the month of its issue only; correct it instead"
            )
        account = payments.account(tx, statement.id)
        if account.paid or account.written_off:
            raise Conflict(
                "Something was paid of this statement; take that back first, or correct it"
            )
        if corrections.invoices(tx, statement.id):
            raise Conflict("A tax invoice was issued for this statement; correct it instead")
        if sum(receipt.amount for receipt in cash_receipts.of_statement(tx, statement.id)):
            raise Conflict(
                "A cash receipt was issued for this statement; cancel it first, or correct the "
                "statement"
            )
        if corrections.of_statement(tx, statement.id):
            raise Conflict("This statement has corrections; correct it once more instead")
        hold_budgets(tx, statement, document(statement).totals)
        at = recorded_at(tx, statement.centre_id)
        corrections.void(
            tx, statement.id, statement.centre_id, reason=reason, by=who.person_id, at=at
        )
        outbox.add(
            tx,
            statement.centre_id,
            "statement.void",
            statement=str(statement.id),
            company=str(statement.company_id),
            number=statement.number,
            month=statement.month,
        )


def read(correction: Correction) -> CorrectionDocument:
    """Return a kept correction's document with its types."""
    return from_document(CorrectionDocument, correction.document)


def _made(
    tx: Tx,
    who: Caller,
    statement: Statement,
    computed: Computed,
    found: Difference,
    *,
    reason: str,
    evidence_digest: bytes,
) -> Correction:
    earlier = corrections.of_statement(tx, statement.id)
    sequence = len(earlier) + 1
    number = f"{statement.number}-C{sequence:02d}"
    then = document(statement)
    customer, before = computed.document.customer, read(earlier[-1]) if earlier else None
    if before and (number_now := before.customer.registration_number):
        # An earlier correction of names may say another number than the firm's account.
        customer = replace(customer, registration_number=number_now)
    said = CorrectionDocument(
        statement=statement.number or "",
        number=number,
        company_name=(before or then).company_name,
        registration_number=customer.registration_number or then.registration_number,
        month=statement.month,
        currency=then.currency,
        reason=reason,
        direction=found.direction,
        changes=found.changes,
        was=found.was,
        now=found.now,
        difference=found.amount,
        recorded_before=computed.document.recorded_before,
        engine_version=ENGINE_VERSION,
        lines=computed.document.lines,
        supplier=computed.document.supplier,
        customer=customer,
    )
    digest = sha256(canonical(said)).digest()
    previous = (earlier[-1].chain_hash if earlier else statement.chain_hash) or b""
    at = recorded_at(tx, statement.centre_id)
    return Correction(
        id=CorrectionId(new_id()),
        centre_id=statement.centre_id,
        statement_id=statement.id,
        sequence=sequence,
        number=number,
        difference=found.amount,
        document=plain(said),
        document_digest=digest,
        input_digest=computed.input_digest,
        recorded_before=computed.document.recorded_before,
        engine_version=ENGINE_VERSION,
        issued_at=at,
        issued_by=who.person_id,
        chain_hash=link(
            number,
            digest,
            computed.input_digest,
            previous,
            evidence_digest=evidence_digest,
            dates=IssueDates(issued_at=at),
        ),
        previous_hash=previous,
        evidence_digest=evidence_digest,
    )


def _difference(tx: Tx, statement: Statement, before: datetime) -> tuple[Computed, Difference]:
    computed = drafting.compute_again(tx, statement, recorded_before=before)
    was, sums = _said(statement, corrections.of_statement(tx, statement.id))
    return computed, difference(was, sums, computed.document.lines, computed.document.totals)


def _open_session(computed: Computed) -> Problem | None:
    """Return the problem that use is not over: nothing that goes on is billed (ADR 71)."""
    return next((b for b in computed.blockers if b.code == "statement.open_session"), None)


def _too_late(tx: Tx, statement: Statement, found: Difference) -> timedelta | None:
    """Return the claim period if a debit comes after its end; credits have no such limit."""
    if found.direction is Direction.CREDIT or statement.issued_at is None:
        return None
    now = recorded_at(tx, statement.centre_id)
    most = rulebook.length_at(tx, _centre(tx, statement), "rebill_days", now)
    return most if now - statement.issued_at > most else None


def _said(statement: Statement, earlier: Sequence[Correction]) -> tuple[Sequence[Line], Totals]:
    """Return the lines and totals of the statement after its corrections."""
    if earlier:
        last = read(earlier[-1])
        return last.lines, last.now
    then = document(statement)
    return then.lines, then.totals


def _digest(found: Difference) -> str:
    return sha256(canonical(found)).hexdigest()


def visible_statement(tx: Tx, who: Caller, statement_id: StatementId) -> Statement:
    statement = statements.statement(tx, statement_id)
    if statement is None or statement.state not in {StatementState.ISSUED, StatementState.VOID}:
        raise NotFound
    if statement.company_id not in who.companies and not who.may(
        statement.centre_id, Right.MONEY_SEE
    ):
        raise NotFound
    return statement


def _centre(tx: Tx, statement: Statement) -> Centre:
    centre = people.centre(tx, statement.centre_id)
    if centre is None:
        raise NotFound
    return centre
