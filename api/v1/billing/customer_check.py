"""The customer's check of a draft, objections to lines, and their answers."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from api.identity import Connections, Who
from api.v1 import paging
from api.v1.billing import customer_check_schemas as schemas
from gadong.billing.domain.objection import Objection
from gadong.billing.services import customer_check
from gadong.core.domain.ids import CentreId, ObjectionId, StatementId

router = APIRouter(tags=["money"])


@router.post("/statements/{statement_id}/check", status_code=204)
def show_statement(
    statement_id: UUID, body: schemas.CustomerCheckIn, who: Who, pool: Connections
) -> None:
    """Show a draft to its company for some days, in which it may object line by line.

    For managers.
    """
    customer_check.show(pool, who, StatementId(statement_id), days=body.days, now=datetime.now(UTC))


@router.get("/statements/{statement_id}/objections")
def list_objections(
    statement_id: UUID, who: Who, pool: Connections
) -> paging.Page[schemas.ObjectionOut]:
    """Return a statement's objections with their answers.

    For its company and the centre's managers.
    """
    return paging.whole(
        [_objection(o) for o in customer_check.of_statement(pool, who, StatementId(statement_id))]
    )


@router.post("/statements/{statement_id}/objections", status_code=201)
def object_to_line(
    statement_id: UUID, body: schemas.ObjectionIn, who: Who, pool: Connections
) -> schemas.ObjectionOut:
    """Say what is wrong with a line; for the statement's company.

    Approving waits for the answer.
    """
    objection = customer_check.object_to(
        pool,
        who,
        StatementId(statement_id),
        line_key=body.line,
        category=body.category,
        words=body.words,
        now=datetime.now(UTC),
    )
    return _objection(objection)


@router.get("/objections")
def open_objections(
    who: Who, pool: Connections, centre: Annotated[UUID, Query()]
) -> paging.Page[schemas.ObjectionOut]:
    """List the objections that wait for a manager's answer, the oldest first; for managers."""
    return paging.whole(
        [_objection(o) for o in customer_check.unanswered(pool, who, CentreId(centre))]
    )


@router.post("/objections/{objection_id}/answer")
def answer_objection(
    objection_id: UUID, body: schemas.AnswerIn, who: Who, pool: Connections
) -> schemas.ObjectionOut:
    """Accept or reject an objection with a reason.

    For managers. What is accepted wants a decision or a correction.
    """
    found = customer_check.answer(
        pool, who, ObjectionId(objection_id), is_accepted=body.is_accepted, reason=body.reason
    )
    return _objection(found)


def _objection(objection: Objection) -> schemas.ObjectionOut:
    answer = objection.answer
    return schemas.ObjectionOut(
        id=objection.id,
        statement=objection.statement_id,
        line=objection.line_key,
        category=objection.category,
        words=objection.words,
        raised_at=objection.raised_at,
        is_accepted=answer.is_accepted if answer else None,
        reason=answer.reason if answer else None,
        answered_at=answer.answered_at if answer else None,
    )
