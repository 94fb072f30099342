"""The customer's check: a draft is shown to its company, which may object line by line, and
managers answer.
An objection changes no amount. What is accepted becomes a decision before the issue, or a
correction after it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from gadong.billing.domain.kept_statement import Statement
from gadong.billing.domain.objection import Answer, Objected, Objection
from gadong.billing.domain.statement import Line, StatementAction, StatementState, following
from gadong.billing.services.statement_document import document
from gadong.billing.services.statements import find, locked, managed
from gadong.billing.store import objections, statements
from gadong.core.database import Pool, Tx, recorded_at, retried, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.clock import write_instant
from gadong.core.domain.ids import CentreId, ObjectionId, StatementId, new_id
from gadong.core.domain.problem import Conflict, Forbidden, Invalid, NotFound
from gadong.core.store import outbox

# A month's tax invoices are due on the tenth: whoever has longer has no time left to answer.
DAYS = range(1, 32)
# A manager is notified of each. A company that finds more wrong says so in one of them, and objects
# anew once some are answered (ADR 60).
MOST_UNANSWERED = 20


@retried
def show(
    pool: Pool, who: Caller, statement_id: StatementId, *, days: int, now: datetime
) -> Statement:
    """Show a draft to its company until so many days from now; again to give it longer.

    It carries no number.
    """
    statement = managed(pool, who, statement_id)
    if days not in DAYS:
        raise Invalid(
            f"A company has {DAYS.start} to {DAYS.stop - 1} days", field="days", limit=DAYS.stop - 1
        )
    with transaction(pool, who.reach()) as tx:
        statement = locked(tx, statement)
        state = following(statement.state, StatementAction.SHOW)
        until = now + timedelta(days=days)
        statements.set_statement_state(tx, statement, state, check_until=until)
        _tell(tx, statement, "statement.check", until=write_instant(until))
    return find(pool, who, statement_id)


def object_to(
    pool: Pool,
    who: Caller,
    statement_id: StatementId,
    *,
    line_key: str,
    category: Objected,
    words: str,
    now: datetime,
) -> Objection:
    """Say what is wrong with a line.

    For the statement's company, while it is shown or once it is issued.
    """
    statement = find(pool, who, statement_id)
    if statement.company_id not in who.companies:
        raise Forbidden("A company objects to its own statement; a manager decides instead")
    if line_key not in {line.charge.key for line in document(statement).lines}:
        raise NotFound("The statement has no such line")
    if not words.strip():
        raise Invalid("Say what is wrong", field="words")
    with transaction(pool, who.reach()) as tx:
        statement = locked(tx, statement)
        until = statement.check_until
        if statement.state is StatementState.CHECKING and until and now >= until:
            raise Conflict(
                "The time for objections is over. Ask the centre", until=write_instant(until)
            )
        if statement.state not in {StatementState.CHECKING, StatementState.ISSUED}:
            raise Conflict(
                "Nothing can be objected to now: the statement is not before its company"
            )
        waiting = [o for o in objections.of_statement(tx, statement.id) if o.answer is None]
        if len(waiting) >= MOST_UNANSWERED:
            raise Conflict(
                f"{MOST_UNANSWERED} objections to this statement wait for their answers. Object to"
                " more once some are answered",
                limit=MOST_UNANSWERED,
            )
        objection = Objection(
            id=ObjectionId(new_id()),
            centre_id=statement.centre_id,
            statement_id=statement.id,
            line_key=line_key,
            category=category,
            words=words.strip(),
            raised_by=who.person_id,
            raised_at=recorded_at(tx, statement.centre_id),
        )
        objections.insert(tx, objection)
        _tell(tx, statement, "objection.raised", to="managers")
    return objection


def answer(
    pool: Pool, who: Caller, objection_id: ObjectionId, *, is_accepted: bool, reason: str
) -> Objection:
    """Accept or reject an objection, once, with a reason that its company reads; for managers."""
    with transaction(pool, who.reach()) as tx:
        objection = objections.find(tx, objection_id)
        statement = statements.statement(tx, objection.statement_id) if objection else None
        if (
            objection is None
            or statement is None
            or not who.may(objection.centre_id, Right.MONEY_WORK)
        ):
            raise NotFound
        given = Answer(
            is_accepted=is_accepted,
            reason=reason,
            answered_by=who.person_id,
            answered_at=recorded_at(tx, objection.centre_id),
        )
        if not objections.answer(tx, objection, given):
            raise Conflict("This objection was answered before")
        _tell(tx, statement, "objection.answered")
        found = objections.find(tx, objection_id)
    if found is None:
        raise NotFound
    return found


def of_statement(pool: Pool, who: Caller, statement_id: StatementId) -> Sequence[Objection]:
    """Return a statement's objections and their answers.

    For its company and the centre's managers.
    """
    statement = find(pool, who, statement_id)
    with transaction(pool, who.reach()) as tx:
        return objections.of_statement(tx, statement.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenObjection:
    """An objection that waits for an answer, with its statement and the line that it names.

    `number` is the line's place in the document. Both are of none where a draft that was computed
    anew has the line no more.
    """

    objection: Objection
    statement: Statement
    line: Line | None
    number: int


def open_objections(pool: Pool, who: Caller, centre: CentreId) -> Sequence[OpenObjection]:
    """Return a centre's unanswered objections with their lines; for its managers."""
    found: list[OpenObjection] = []
    kept: dict[StatementId, Statement] = {}
    for objection in unanswered(pool, who, centre):
        if objection.statement_id not in kept:
            kept[objection.statement_id] = find(pool, who, objection.statement_id)
        statement = kept[objection.statement_id]
        lines = enumerate(document(statement).lines, 1)
        number, line = next(
            ((n, x) for n, x in lines if x.charge.key == objection.line_key), (0, None)
        )
        found.append(
            OpenObjection(objection=objection, statement=statement, line=line, number=number)
        )
    return found


def unanswered(pool: Pool, who: Caller, centre: CentreId) -> Sequence[Objection]:
    """List the objections at a centre that wait for a manager's answer, the oldest first."""
    permit = who.need(centre, Right.MONEY_SEE)
    with transaction(pool, permit) as tx:
        return objections.unanswered(tx, centre)


def _tell(tx: Tx, statement: Statement, kind: str, **more: str) -> None:
    """Notify the company, or (to=managers) the centre."""
    outbox.add(
        tx,
        statement.centre_id,
        kind,
        statement=str(statement.id),
        company=str(statement.company_id),
        month=statement.month,
        number=statement.number or "",
        **more,
    )
