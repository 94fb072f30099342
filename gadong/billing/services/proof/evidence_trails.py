"""From a line of an issued document to its runs and messages, read from the evidence that lies with
the document.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from gadong.billing.domain.foundation import KeptMessage, RunEvidence
from gadong.billing.domain.kept_statement import Statement
from gadong.billing.domain.statement import Line
from gadong.billing.services import corrections, statements
from gadong.billing.services.proof.dossier import Dossier, opened, read
from gadong.billing.services.statement_document import document
from gadong.billing.store import evidence as kept_evidence
from gadong.billing.store.evidence import Kept, Origin
from gadong.core.database import Pool, transaction
from gadong.core.domain.access import SYSTEM, Caller, Right
from gadong.core.domain.ids import CorrectionId, MessageId, StatementId
from gadong.core.domain.machine_state import State
from gadong.core.domain.period import Period
from gadong.core.domain.problem import Forbidden, NotFound
from gadong.metering.domain.logged_use import LoggedUse


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailRun:
    """A run that a line rests on, clipped to the line's own time.

    `opened_by` and `closed_by` are the messages at its ends, as far as they are the line's own.
    """

    period: Period
    state: State
    signals: int
    digest: str
    opened_by: MessageId | None
    closed_by: MessageId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailLine:
    """A line with its runs, messages and entries of the ledger."""

    line: Line
    runs: tuple[TrailRun, ...]
    messages: tuple[KeptMessage, ...]
    logged: tuple[LoggedUse, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Trail:
    """The evidence of a document's lines.

    The digest is of the whole evidence, before compression.
    """

    number: str
    digest: str
    origin: Origin
    stored_at: datetime
    lines: tuple[TrailLine, ...]


def follow(
    pool: Pool,
    who: Caller,
    statement_id: StatementId,
    *,
    line: str = "",
    correction: CorrectionId | None = None,
) -> Trail:
    """Follow an issued document's lines, or one, to their messages; for company and managers."""
    statement = statements.find(pool, who, statement_id)
    number, lines = _lines(pool, who, statement, correction)
    kept = _kept(pool, statement, correction)
    dossier = read(opened(kept))
    wanted = [x for x in lines if line in {"", x.charge.key}]
    if not wanted:
        raise NotFound("The statement has no such line")
    return Trail(
        number=number,
        digest=kept.digest.hex(),
        origin=kept.origin,
        stored_at=kept.stored_at,
        lines=tuple(_of_line(x, dossier) for x in wanted),
    )


def whole(
    pool: Pool, who: Caller, statement_id: StatementId, correction: CorrectionId | None = None
) -> bytes:
    """Return the whole evidence as stored; for managers, since it holds others' runs too."""
    statement = statements.find(pool, who, statement_id)
    if not who.may(statement.centre_id, Right.MONEY_SEE):
        raise Forbidden
    return opened(_kept(pool, statement, correction))


def _lines(
    pool: Pool, who: Caller, statement: Statement, correction: CorrectionId | None
) -> tuple[str, Collection[Line]]:
    if correction is None:
        return statement.number or "", document(statement).lines
    for made in corrections.of_statement(pool, who, statement.id):
        if made.id == correction:
            return made.number, corrections.read(made).lines
    raise NotFound("This statement has no such correction")


def _kept(pool: Pool, statement: Statement, correction: CorrectionId | None) -> Kept:
    with transaction(pool, SYSTEM) as tx:
        kept = kept_evidence.find(tx, statement.id, correction)
    if kept is None:
        raise NotFound("No evidence is kept of this statement yet")
    return kept


def _of_line(line: Line, dossier: Dossier) -> TrailLine:
    """Return the runs and messages of a line, without others' use before and after."""
    trace = line.charge.trace
    session = line.charge.key.rsplit("/", 1)[0]
    own = set(trace.messages)
    runs = [
        run
        for heard in dossier.heard
        if heard.session == session
        for run in _shown(heard, dossier, trace.periods, own)
    ]
    return TrailLine(
        line=line,
        runs=tuple(runs),
        messages=tuple(m for m in dossier.messages if str(m.id) in own),
        logged=tuple(
            entry
            for facts in dossier.inputs.machines
            for entry in facts.witnesses.logged
            if str(entry.id) in trace.logged
        ),
    )


def _shown(
    heard: RunEvidence, dossier: Dossier, periods: Collection[Period], own: Collection[str]
) -> list[TrailRun]:
    whole_run = Period(heard.start, heard.end)
    state = next(
        (
            run.state
            for facts in dossier.inputs.machines
            if facts.machine.id == heard.machine_id
            for run in facts.runs
            if run.clipped(facts.bounds) == whole_run
        ),
        State.UNKNOWN,
    )
    return [
        TrailRun(
            period=part,
            state=state,
            signals=heard.signals,
            digest=heard.digest,
            opened_by=heard.opened_by if str(heard.opened_by) in own else None,
            closed_by=heard.closed_by if str(heard.closed_by) in own else None,
        )
        for period in periods
        if (part := whole_run.overlap(period))
    ]
