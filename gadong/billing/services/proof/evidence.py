"""Evidence: what an issued document was computed from, kept with it in one compressed, digested
document (ADR 26).
"""

from __future__ import annotations

import logging
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from itertools import pairwise

from gadong.billing.domain.foundation import BookingStep, RunEvidence
from gadong.billing.domain.kept_correction import Correction
from gadong.billing.domain.kept_statement import Statement
from gadong.billing.services import drafting
from gadong.billing.services.proof import engine4, signal_reach
from gadong.billing.services.proof.dossier import Dossier
from gadong.billing.services.statement_document import (
    Loaded,
    are_heard_before,
    document,
    month_ledgers,
)
from gadong.billing.services.statement_inputs import Inputs
from gadong.billing.store import corrections, evidence, statements
from gadong.billing.store.evidence import Origin
from gadong.booking.services.machine_ledger import Ledger
from gadong.core.database import DatabaseAway, Pool, Tx, retried, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.ids import (
    CentreId,
    CompanyId,
    CorrectionId,
    MachineId,
    MessageId,
    StatementId,
)
from gadong.core.domain.period import Period
from gadong.core.domain.problem import Conflict, GadongError

log = logging.getLogger(__name__)

# A third of the time of the best, for a twentieth more bytes (3.3 MB: 24 ms and 360 kB).
LEVEL = 4


def collect(tx: Tx, inputs: Inputs, ledgers: Sequence[Ledger]) -> Dossier:
    """Gather the evidence of a document from its inputs, its machines' ledgers, and the messages
    behind its company's runs.
    """
    found = _heard(tx, inputs, ledgers)
    ids = {i for h in found for i in (h.opened_by, h.closed_by) if i}
    return Dossier(
        inputs=inputs,
        heard=tuple(found),
        messages=tuple(evidence.messages(tx, ids)),
        bookings=_steps(tx, inputs),
    )


def _steps(tx: Tx, inputs: Inputs) -> tuple[BookingStep, ...]:
    """Return the histories of the bookings that are the company's, or that it has a part of."""
    own = {
        b.id for m in inputs.machines for b in m.witnesses.bookings if b.is_of(inputs.company.id)
    }
    return tuple(evidence.booking_steps(tx, own, recorded_before=inputs.recorded_before))


def of_draft(
    tx: Tx,
    statement: Statement,
    fresh: Loaded,
    months: dict[datetime, Sequence[Ledger]] | None,
) -> bytes:
    """Gather the evidence of a draft as of its own instant.

    Conflict where it rests on other inputs than today's.

    `fresh` is what was read of it later. Where that has the digest of the draft's inputs, no fact
    has changed since, and nothing is read again.

    `months` keeps the centre's ledgers of each instant, where many statements are issued together.
    """
    before = statement.recorded_before
    unchanged = replace(fresh.inputs, recorded_before=before)
    if unchanged.digest == statement.input_digest:
        return collect(tx, unchanged, fresh.own).written()
    if months is not None and before not in months:
        months[before] = month_ledgers(
            tx, statement.centre_id, statement.month, recorded_before=before
        )
    loaded = drafting.load_again(
        tx,
        statement,
        recorded_before=before,
        ledgers=None if months is None else months[before],
    )
    if loaded.inputs.digest != statement.input_digest:
        # An earlier engine drafted it: its inputs were written in another way.
        raise Conflict(
            "This draft rests on other inputs than today's; reopen it, compute it and look at "
            "it again"
        )
    return collect(tx, loaded.inputs, loaded.own).written()


def link(chain_hash: bytes, digest: bytes, origin: Origin) -> bytes:
    """Tie evidence to its document: the document's place in the chain, the evidence, and how it
    came to be kept.
    """
    return sha256(b"\0".join((chain_hash, digest, origin.value.encode()))).digest()


def keep(
    tx: Tx,
    centre_id: CentreId,
    statement_id: StatementId,
    correction_id: CorrectionId | None,
    written: bytes,
    *,
    digest: bytes,
    chain_hash: bytes,
    origin: Origin,
) -> None:
    """Store the evidence of a document, with its digest; earlier evidence stays."""
    evidence.insert(
        tx,
        centre_id,
        statement_id,
        correction_id,
        body=zlib.compress(written, LEVEL),
        digest=digest,
        origin=origin,
        link=link(chain_hash, digest, origin),
    )


def keep_missing(pool: Pool, *, most: int) -> int:
    """Store the evidence of documents that were issued before any was kept, at most so many
    statements; return how many.
    """
    with transaction(pool, SYSTEM) as tx:
        lacking = evidence.statements_without(tx, most=most)
    kept = 0
    for statement_id in lacking:
        try:
            _keep_late(pool, statement_id)
            kept += 1
        except DatabaseAway:
            raise
        except (GadongError, ArithmeticError, LookupError, TypeError, ValueError):
            # One statement that cannot be read is a person's to look at; it keeps no other from its
            # evidence.
            log.exception("evidence not stored", extra={"statement": str(statement_id)})
    return kept


@retried
def _keep_late(pool: Pool, statement_id: StatementId) -> None:
    """Store the evidence of one statement and of its corrections, each as of its own instant."""
    with transaction(pool, SYSTEM) as tx:
        statement = statements.statement(tx, statement_id)
        if statement is None:
            return
        papers: list[Statement | Correction] = [
            statement,
            *corrections.of_statement(tx, statement_id),
        ]
        for paper in papers:
            own = paper.id if isinstance(paper, Correction) else None
            if evidence.find(tx, statement_id, own) is None:
                _store(tx, statement, paper)


def _store(tx: Tx, statement: Statement, paper: Statement | Correction) -> None:
    loaded = drafting.load_again(tx, statement, recorded_before=paper.recorded_before, memory={})
    origin = _origin(tx, statement, paper, loaded.inputs)
    written = collect(tx, loaded.inputs, loaded.own).written()
    keep(
        tx,
        statement.centre_id,
        statement.id,
        paper.id if isinstance(paper, Correction) else None,
        written,
        digest=sha256(written).digest(),
        chain_hash=paper.chain_hash or b"",
        origin=origin,
    )
    log.info("evidence stored", extra={"document": paper.number, "origin": origin.value})


def _origin(tx: Tx, statement: Statement, paper: Statement | Correction, inputs: Inputs) -> Origin:
    """Return the origin of evidence, by a comparison of today's facts with those of the issue."""
    if inputs.digest == paper.input_digest:
        return Origin.CONFIRMED
    if paper.engine_version != engine4.VERSION:
        return Origin.UNCONFIRMED
    if engine4.rests_on(tx, statement, paper):
        return Origin.CONFIRMED
    then = document(statement)
    begin = signal_reach.signals_begin(tx, statement.centre_id, then.period)
    is_gone = are_heard_before(then.lines, begin)
    return Origin.UNCONFIRMED if is_gone else Origin.CONTRADICTED


@dataclass(frozen=True, slots=True, kw_only=True)
class _SessionRun:
    """A run of one of the company's sessions, clipped to what was read of its machine."""

    machine_id: MachineId
    session: str
    opened_by: MessageId | None
    closed_by: MessageId | None
    period: Period


def _heard(tx: Tx, inputs: Inputs, ledgers: Sequence[Ledger]) -> list[RunEvidence]:
    """Return the runs of the company's sessions, each once a session, machine by machine."""
    runs = [
        run
        for ledger in sorted(ledgers, key=lambda x: x.machine.id)
        for run in _session_runs(ledger, inputs.company.id)
    ]
    answers = evidence.heard(
        tx, [(r.machine_id, r.period) for r in runs], recorded_before=inputs.recorded_before
    )
    return [
        RunEvidence(
            machine_id=run.machine_id,
            session=run.session,
            start=run.period.start,
            end=run.period.end,
            opened_by=run.opened_by,
            closed_by=run.closed_by,
            signals=signals,
            digest=digest,
        )
        for run, (signals, digest) in zip(runs, answers, strict=True)
    ]


def _session_runs(ledger: Ledger, company_id: CompanyId) -> Iterator[_SessionRun]:
    """Yield the runs of a company's sessions on one machine."""
    following = {a.start: b.opened_by for a, b in pairwise(ledger.runs)}
    for session in ledger.sessions_of(company_id):
        for run in session.runs:
            if part := run.clipped(ledger.bounds):
                yield _SessionRun(
                    machine_id=ledger.machine.id,
                    session=session.key,
                    opened_by=run.opened_by,
                    closed_by=following.get(run.start),
                    period=part,
                )


def is_still_there(tx: Tx, dossier: Dossier, since: datetime) -> bool:
    """Return whether bookings' histories, and signals from an instant on, equal the evidence."""
    if _steps(tx, dossier.inputs) != dossier.bookings:
        return False
    whole = [h for h in dossier.heard if h.start >= since]
    answers = evidence.heard(
        tx,
        [(h.machine_id, Period(h.start, h.end)) for h in whole],
        recorded_before=dossier.inputs.recorded_before,
    )
    if answers != [(h.signals, h.digest) for h in whole]:
        return False
    ids = {m.id for m in dossier.messages}
    there = {m.id: m for m in evidence.messages(tx, ids)}
    return all(there.get(m.id, m if m.received_at < since else None) == m for m in dossier.messages)
