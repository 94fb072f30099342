"""Wrong names and numbers on an issued statement, corrected by a document (정정).

The amounts stay to the won. The document has the lines and sums of the one before it, rests on the
same evidence, and follows it in the chain.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from hashlib import sha256

from gadong.billing.domain.correction import CorrectionDocument, Direction
from gadong.billing.domain.kept_correction import Correction
from gadong.billing.domain.kept_statement import Statement
from gadong.billing.domain.statement import Line, StatementState, Totals
from gadong.billing.services.corrections import read
from gadong.billing.services.proof import evidence
from gadong.billing.services.proof.document_chain import IssueDates, link
from gadong.billing.services.proof.dossier import opened
from gadong.billing.services.statement_document import document
from gadong.billing.services.statements import managed
from gadong.billing.store import corrections
from gadong.billing.store import evidence as kept_evidence
from gadong.billing.store.evidence import Origin
from gadong.core.database import END_OF_TIME, Pool, Tx, recorded_at, retried, transaction
from gadong.core.domain.access import Caller
from gadong.core.domain.document import canonical, plain
from gadong.core.domain.ids import CorrectionId, StatementId, new_id
from gadong.core.domain.problem import Conflict, Invalid
from gadong.core.store import outbox
from gadong.people.domain.legal_party import (
    UNNAMED,
    Party,
    is_registration_number,
    written,
)
from gadong.people.store import legal_parties

#: The field that is shown with its hyphens.
NUMBER = "registration_number"


@dataclass(frozen=True, slots=True, kw_only=True)
class NameChange:
    """One field of a party before and after; `side` is `supplier` or `customer`."""

    side: str
    field: str
    was: str
    now: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NamingProposal:
    """The names of a statement as its documents say them, and as they are known today."""

    was_supplier: Party
    was_customer: Party
    supplier: Party
    customer: Party

    @property
    def changes(self) -> tuple[NameChange, ...]:
        """Return the fields that differ."""
        return tuple(
            NameChange(
                side=side,
                field=f.name,
                was=written(getattr(was, f.name)) if f.name == NUMBER else getattr(was, f.name),
                now=written(getattr(now, f.name)) if f.name == NUMBER else getattr(now, f.name),
            )
            for side, was, now in (
                ("supplier", self.was_supplier, self.supplier),
                ("customer", self.was_customer, self.customer),
            )
            for f in fields(Party)
            if getattr(was, f.name) != getattr(now, f.name)
        )

    @property
    def digest(self) -> str:
        """Return what names the proposal, so that what was looked at is what is issued."""
        return sha256(canonical(self)).hexdigest()


def changed_names(said: CorrectionDocument) -> tuple[NameChange, ...]:
    """Return what a correction of names says otherwise; nothing for one of amounts."""
    if not said.is_of_names:
        return ()
    return NamingProposal(
        was_supplier=said.was_supplier,
        was_customer=said.was_customer,
        supplier=said.supplier,
        customer=said.customer,
    ).changes


@dataclass(frozen=True, slots=True, kw_only=True)
class LatestDocument:
    """A statement as its last document says it: lines, sums, names, and its place in the chain."""

    lines: tuple[Line, ...]
    totals: Totals
    supplier: Party
    customer: Party
    row: Statement | Correction
    sequence: int
    # Corrections of names, and those of amounts, each in order.
    namings: tuple[tuple[Correction, CorrectionDocument], ...] = ()
    amounts: tuple[tuple[Correction, CorrectionDocument], ...] = ()


def latest_document(tx: Tx, statement: Statement) -> LatestDocument:
    """Return a statement as its last document says it."""
    then = document(statement)
    earlier = [(one, read(one)) for one in corrections.of_statement(tx, statement.id)]
    supplier, customer = then.supplier, then.customer
    for _, one in earlier:
        # Corrections of amounts amend no invoice's names. They name whom engines before 5 did not.
        if one.is_of_names or supplier == UNNAMED:
            supplier = one.supplier
        if one.is_of_names or customer == UNNAMED:
            customer = one.customer
    last = earlier[-1][1] if earlier else None
    return LatestDocument(
        lines=last.lines if last else then.lines,
        totals=last.now if last else then.totals,
        supplier=supplier,
        customer=customer,
        row=earlier[-1][0] if earlier else statement,
        sequence=len(earlier) + 1,
        namings=tuple(one for one in earlier if one[1].is_of_names),
        amounts=tuple(one for one in earlier if not one[1].is_of_names),
    )


def propose(
    pool: Pool, who: Caller, statement_id: StatementId, *, registration_number: str = ""
) -> NamingProposal:
    """Compare the names of an issued statement with those of today; for managers.

    `registration_number` is the customer's right one, where it was entered wrong.
    """
    statement = managed(pool, who, statement_id)
    with transaction(pool, who.reach()) as tx:
        return _proposal(tx, statement, latest_document(tx, statement), registration_number)


@retried
def issue(
    pool: Pool,
    who: Caller,
    statement_id: StatementId,
    *,
    digest: str,
    reason: str,
    registration_number: str = "",
) -> Correction:
    """Issue the proposed names as a correction of no amount, chained to what came before."""
    if not reason.strip():
        raise Invalid("Say why the names are corrected", field="reason")
    statement = managed(pool, who, statement_id)
    with transaction(pool, who.reach()) as tx:
        if statement.state is not StatementState.ISSUED:
            raise Conflict("Only an issued statement is corrected; compute a draft again instead")
        corrections.lock_statement(tx, statement.id)
        before = latest_document(tx, statement)
        proposal = _proposal(tx, statement, before, registration_number)
        if not proposal.changes:
            raise Conflict("The statement has these names and numbers already")
        if proposal.digest != digest:
            raise Conflict("The names have changed since you looked at them; look again")
        made = _made(tx, who, statement, before, proposal, reason=reason.strip())
        corrections.insert(tx, made)
        own = before.row.id if isinstance(before.row, Correction) else None
        kept = kept_evidence.find(tx, statement.id, own)
        if kept is not None and made.evidence_digest is not None:
            evidence.keep(
                tx,
                statement.centre_id,
                statement.id,
                made.id,
                opened(kept),
                digest=made.evidence_digest,
                chain_hash=made.chain_hash,
                origin=Origin.ISSUE,
            )
        outbox.add(
            tx,
            statement.centre_id,
            "statement.corrected",
            statement=str(statement.id),
            company=str(statement.company_id),
            number=made.number,
            month=statement.month,
        )
    return made


def _proposal(
    tx: Tx, statement: Statement, before: LatestDocument, registration_number: str
) -> NamingProposal:
    supplier = legal_parties.latest(tx, statement.centre_id, None, recorded_before=END_OF_TIME)
    customer = legal_parties.latest(
        tx, statement.centre_id, statement.company_id, recorded_before=END_OF_TIME
    )
    known = customer or before.customer
    digits = "".join(c for c in registration_number if c not in " -")
    if digits:
        if not before.customer.registration_number:
            raise Conflict(
                "A payer without a registration number stays one; who registers a business is "
                "another payer from then on"
            )
        if not is_registration_number(digits):
            raise Invalid("This is no business registration number", field="registration_number")
    return NamingProposal(
        was_supplier=before.supplier,
        was_customer=before.customer,
        supplier=supplier or before.supplier,
        customer=replace(
            known,
            name=known.name or before.customer.name,
            registration_number=digits or before.customer.registration_number,
        ),
    )


def _made(
    tx: Tx,
    who: Caller,
    statement: Statement,
    before: LatestDocument,
    proposal: NamingProposal,
    *,
    reason: str,
) -> Correction:
    number = f"{statement.number}-C{before.sequence:02d}"
    then, row = document(statement), before.row
    said = CorrectionDocument(
        statement=statement.number or "",
        number=number,
        company_name=proposal.customer.name or then.company_name,
        registration_number=proposal.customer.registration_number,
        month=statement.month,
        currency=then.currency,
        reason=reason,
        # Nobody owes more by it.
        direction=Direction.CREDIT,
        changes=(),
        was=before.totals,
        now=before.totals,
        difference=0,
        recorded_before=row.recorded_before,
        engine_version=row.engine_version,
        lines=before.lines,
        supplier=proposal.supplier,
        customer=proposal.customer,
        was_supplier=proposal.was_supplier,
        was_customer=proposal.was_customer,
    )
    digest = sha256(canonical(said)).digest()
    previous, at = row.chain_hash or b"", recorded_at(tx, statement.centre_id)
    return Correction(
        id=CorrectionId(new_id()),
        centre_id=statement.centre_id,
        statement_id=statement.id,
        sequence=before.sequence,
        number=number,
        difference=0,
        document=plain(said),
        document_digest=digest,
        input_digest=row.input_digest,
        recorded_before=row.recorded_before,
        engine_version=row.engine_version,
        issued_at=at,
        issued_by=who.person_id,
        chain_hash=link(
            number,
            digest,
            row.input_digest,
            previous,
            evidence_digest=row.evidence_digest,
            dates=IssueDates(issued_at=at),
        ),
        previous_hash=previous,
        evidence_digest=row.evidence_digest,
    )
