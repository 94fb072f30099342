"""Verifying: an issued document checked against its facts, its evidence, its own traces, and its
place in the chain.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import groupby

from gadong import ENGINE_VERSION
from gadong.billing.domain import recount
from gadong.billing.domain.kept_correction import Correction
from gadong.billing.domain.kept_statement import Statement
from gadong.billing.domain.statement import Line, Totals
from gadong.billing.services.proof import (
    document_rows,
    engine4,
    evidence,
    regathering,
    signal_reach,
)
from gadong.billing.services.proof.document_chain import FIRST, IssueDates, digest_of, link
from gadong.billing.services.proof.dossier import Dossier, Unreadable, opened, read
from gadong.billing.services.proof.regathering import RegatheredFacts, Shelf
from gadong.billing.services.statement_document import Document, document, month_ledgers, reckon
from gadong.billing.services.statement_inputs import Inputs
from gadong.billing.store import corrections, statements
from gadong.billing.store import evidence as kept_evidence
from gadong.billing.store.evidence import Kept, Origin
from gadong.booking.services.machine_ledger import Ledger
from gadong.core.database import DatabaseAway, Pool, Tx, transaction
from gadong.core.domain.access import SYSTEM, Caller, Right
from gadong.core.domain.document import from_document, plain
from gadong.core.domain.problem import GadongError

# Faults of facts that nobody wrote through the services. One document's facts stop no other's
# verification.
FAULTS = (GadongError, ArithmeticError, LookupError, TypeError, ValueError)


class Kind(StrEnum):
    """A verdict of verifying. Only the last is a fault."""

    HOLDS = "holds"
    RETIRED = "raw signals retired"
    ARCHIVED = "raw signals archived"
    OLDER = "made by engine"
    DIFFERS = "differs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """The result of verifying an issued document; no differences means that it holds.

    `engine` made it, where that is not today's. `is_retired`: its signals have left the database,
    and its evidence speaks for them. `is_archived`: they lie in files (ADR 59). `notes` are no
    differences: what today's engine would say instead, and what cannot be told any more.
    """

    number: str
    differences: tuple[str, ...]
    engine: str | None = None
    is_retired: bool = False
    is_archived: bool = False
    notes: tuple[str, ...] = ()

    @property
    def kind(self) -> Kind:
        """Return the kind of verdict; for an older engine without signals, its engine's."""
        if self.differences:
            return Kind.DIFFERS
        if self.engine:
            return Kind.OLDER
        return self._gone or Kind.HOLDS

    @property
    def _gone(self) -> Kind | None:
        if not self.is_retired:
            return None
        return Kind.ARCHIVED if self.is_archived else Kind.RETIRED

    def __str__(self) -> str:
        """Return one line: how far the document is proven, or every difference."""
        if self.differences:
            return "; ".join((Kind.DIFFERS.value, *self.differences))
        parts = [Kind.HOLDS.value]
        parts += [f"{Kind.OLDER} {self.engine}"] if self.engine else []
        parts += [self._gone.value] if self._gone else []
        return "; ".join([*parts, *self.notes])


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedDocument:
    """A statement or correction under verification, with its lines and sums.

    A correction comes with the document `before` it, which it changes.
    """

    row: Statement | Correction
    statement: Statement
    previous: bytes
    lines: tuple[Line, ...]
    totals: Totals
    before: IssuedDocument | None = None

    @property
    def number(self) -> str:
        """Return its number."""
        return self.row.number or ""


def verify(
    pool: Pool, who: Caller, *, number: str | None = None, month: str | None = None
) -> list[Verification]:
    """Check issued statements (all that the caller manages, a month's, or one) with their
    corrections.
    """
    with transaction(pool, who.reach()) as tx:
        issued = [
            s
            for s in statements.issued(tx, number, month=month)
            if who.may(s.centre_id, Right.MONEY_SEE)
        ]
        broken = [] if number else statements.broken_series(tx, month)
    verdicts: list[Verification] = []
    for _, series in groupby(issued, key=lambda s: (s.centre_id, s.month)):
        verdicts += _series(pool, who, list(series), is_whole=number is None)
    ends = [document_rows.of_series(b) for b in broken if who.may(b.centre_id, Right.MONEY_SEE)]
    return verdicts + [Verification(number=last, differences=(wrong,)) for last, wrong in ends]


def _series(
    pool: Pool, who: Caller, issued: Sequence[Statement], *, is_whole: bool
) -> Iterator[Verification]:
    """Yield the verdicts of a centre's month in series, or of one of its statements."""
    # Statements drafted together rest on the same ledgers, which are opened once for the whole
    # month.
    together = Counter(s.recorded_before for s in issued)
    shelf = Shelf(instants=frozenset(at for at, count in together.items() if count > 1))
    link_before = FIRST
    for statement in issued:
        then = document(statement)
        previous = link_before if is_whole else statement.previous_hash or FIRST
        with transaction(pool, who.reach()) as tx:
            if (
                statement.recorded_before in shelf.instants
                and statement.recorded_before not in shelf.months
            ):
                shelf.months[statement.recorded_before] = _ledgers(tx, statement, shelf)
        paper = IssuedDocument(
            row=statement,
            statement=statement,
            previous=previous,
            lines=then.lines,
            totals=then.totals,
        )
        yield _verdict(pool, paper, shelf)
        link_before = statement.chain_hash or FIRST
        yield from _corrections(pool, paper, shelf)


def _ledgers(tx: Tx, statement: Statement, shelf: Shelf) -> Sequence[Ledger]:
    """Return the month's ledgers at the statement's instant.

    None where a fact cannot be read: the documents that rest on it say so.
    """
    try:
        return month_ledgers(
            tx,
            statement.centre_id,
            statement.month,
            recorded_before=statement.recorded_before,
            memory=shelf.memory,
        )
    except DatabaseAway:
        raise
    except FAULTS:
        return ()


def _corrections(pool: Pool, before: IssuedDocument, shelf: Shelf) -> Iterator[Verification]:
    """Yield each of the statement's corrections, as of its own instant."""
    statement = before.statement
    previous = statement.chain_hash or b""
    with transaction(pool, SYSTEM) as tx:
        issued = corrections.of_statement(tx, statement.id)
    for correction in issued:
        paper = IssuedDocument(
            row=correction,
            statement=statement,
            previous=previous,
            lines=from_document(tuple[Line, ...], correction.document["lines"]),
            totals=from_document(Totals, correction.document["now"]),
            before=before,
        )
        yield _verdict(pool, paper, shelf)
        previous, before = correction.chain_hash, paper


def _verdict(pool: Pool, paper: IssuedDocument, shelf: Shelf) -> Verification:
    with transaction(pool, SYSTEM) as tx:
        own = paper.row.id if isinstance(paper.row, Correction) else None
        kept = kept_evidence.find(tx, paper.statement.id, own)
        wrong = [*_of_chain(paper), *document_rows.objections(tx, paper.row, paper.statement)]
        wrong += _of_evidence(paper, kept)
        if isinstance(paper.row, Correction) and (then := paper.before):
            wrong += document_rows.of_change(paper.row, then.lines, then.totals)
        notes: list[str] = []
        dossier: Dossier | None = None
        try:
            dossier = read(opened(kept), shelf.facts) if kept else None
            facts = _facts(tx, paper, dossier, kept, shelf)
        except DatabaseAway:
            raise
        except FAULTS as trouble:
            is_evidence = isinstance(trouble, Unreadable)
            wrong.append(str(trouble) if is_evidence else f"the facts cannot be read: {trouble}")
            facts = RegatheredFacts(inputs=None, is_same=True, is_retired=False)
        is_archived = facts.is_retired and bool(
            signal_reach.archived_month(
                tx, paper.statement.centre_id, document(paper.statement).period
            )
        )
        if not facts.is_same:
            wrong.append("the facts are not those it was computed from")
        if facts.note:
            notes.append(facts.note)
    inputs = dossier.inputs if dossier else facts.inputs
    is_older = paper.row.engine_version != ENGINE_VERSION
    if is_older:
        check = (
            recount.plain_objections
            if int(paper.row.engine_version) <= int(engine4.VERSION)
            else recount.full_objections
        )
        wrong += check(paper.lines, paper.totals)
        notes += _said_today(paper, inputs, shelf)
    elif inputs:
        wrong += _recomputed(paper, reckon(inputs, shelf.ledgers(inputs)).document)
    return Verification(
        number=paper.number,
        differences=tuple(dict.fromkeys(wrong)),
        engine=paper.row.engine_version if is_older else None,
        is_retired=facts.is_retired,
        is_archived=is_archived,
        notes=tuple(notes),
    )


def _of_chain(paper: IssuedDocument) -> Iterator[str]:
    """Return the faults of the document itself and of its place in the chain."""
    row = paper.row
    if digest_of(row.document) != row.document_digest:
        yield "the stored document does not have its digest"
    if row.previous_hash != paper.previous:
        yield "it does not follow the one before it in its series"
    if row.chain_hash not in {_link(paper, _dates(row)), _link(paper, None)}:
        yield "its link in the chain is not its own"


def _link(paper: IssuedDocument, dates: IssueDates | None) -> bytes:
    """Return the document's own link: with its dates, or as it was before the chain covered
    them.
    """
    row = paper.row
    return link(
        paper.number,
        row.document_digest,
        row.input_digest,
        row.previous_hash or b"",
        evidence_digest=row.evidence_digest,
        dates=dates,
    )


def _dates(row: Statement | Correction) -> IssueDates | None:
    if row.issued_at is None:
        return None
    return IssueDates(
        issued_at=row.issued_at, due_on=row.due_on if isinstance(row, Statement) else None
    )


def _of_evidence(paper: IssuedDocument, kept: Kept | None) -> Iterator[str]:
    """Return the faults of the tie between the evidence and the document."""
    row = paper.row
    if kept is None:
        if row.evidence_digest is not None:
            yield "its evidence is missing"
        return
    if (row.evidence_digest is not None) != (
        kept.origin is Origin.ISSUE
    ) or row.evidence_digest not in {
        None,
        kept.digest,
    }:
        yield "the stored evidence is not what it was issued with"
    if kept.link != evidence.link(row.chain_hash or b"", kept.digest, kept.origin):
        yield "the evidence is not tied to it"
    if kept.origin is Origin.CONTRADICTED:
        yield "the facts are not those it was computed from"


def _facts(
    tx: Tx, paper: IssuedDocument, dossier: Dossier | None, kept: Kept | None, shelf: Shelf
) -> RegatheredFacts:
    """Return what differs in the facts, as far as they still lie here."""
    if dossier is None:
        return regathering.without_evidence(tx, paper.statement, paper.row, shelf)
    found = regathering.with_evidence(tx, dossier, shelf)
    if kept and kept.origin is Origin.UNCONFIRMED:
        return replace(
            found, note="its evidence was stored later, and nobody can tell that it is the issue's"
        )
    return found


def _recomputed(paper: IssuedDocument, now: Document) -> Iterator[str]:
    """Return the differences of today's engine from a document that it made itself."""
    was = plain([paper.lines, paper.totals])
    is_other = plain([now.lines, now.totals]) != was
    if isinstance(paper.row, Statement):
        is_other = is_other or digest_of(plain(now)) != paper.row.document_digest
    if not is_other:
        return
    yield f"total {paper.totals.total} as issued, {now.totals.total} as computed"
    old = {line.charge.key: line.charge.amount for line in paper.lines}
    new = {line.charge.key: line.charge.amount for line in now.lines}
    for key in sorted(old.keys() | new.keys()):
        if old.get(key) != new.get(key):
            yield f"line {key}: {old.get(key)} as issued, {new.get(key)} as computed"


def _said_today(paper: IssuedDocument, inputs: Inputs | None, shelf: Shelf) -> Iterator[str]:
    """Return today's result for the same inputs, where it differs."""
    if inputs is None:
        return
    today = reckon(inputs, shelf.ledgers(inputs)).document.totals
    if today.total != paper.totals.total:
        yield (
            f"today's engine {ENGINE_VERSION} would say {today.total} instead of "
            f"{paper.totals.total}"
        )
