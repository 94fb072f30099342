"""Statements: one's own, line by line down to the messages, and what one says against a line."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Annotated
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, Response
from markupsafe import Markup

from api.identity import Connections
from api.pages.billing.document_sums import corrected, document_sums, line_figures
from api.pages.billing.settling import settling
from api.pages.billing.statement_parts import anchor, machine_sums, session_parts, spoken
from api.pages.frame.form_keys import new_form_key
from api.pages.frame.labels.signal_labels import named, said
from api.pages.frame.layout import Look, Looking, go, page
from api.pages.frame.problem_page import reasons
from gadong.billing.domain.kept_statement import Statement
from gadong.billing.domain.objection import Objected
from gadong.billing.domain.statement import StatementState, in_review
from gadong.billing.services import (
    corrections,
    customer_check,
    payments,
    print_materials,
    statement_blockers,
    statement_drafts,
    statement_readings,
    statements,
)
from gadong.billing.services.prices import tariffs
from gadong.billing.services.proof import line_messages
from gadong.billing.services.statement_document import Document, document
from gadong.booking.domain.session_evidence import drawing
from gadong.booking.services import timeline
from gadong.core.database import Pool
from gadong.core.domain.access import Right
from gadong.core.domain.calendar import Month
from gadong.core.domain.ids import CentreId, CompanyId, MessageId, ObjectionId, StatementId
from gadong.core.domain.problem import GadongError, Invalid, Problem
from gadong.dialects.domain.signal import Channel
from gadong.texts.refusals import sentence

router = APIRouter(include_in_schema=False)

#: Before any form is typed; each names itself by the last part of its address.
NOTHING_TYPED: Mapping[str, str] = {"form": ""}


@router.get("/statements/preview")
def so_far(request: Request, company: UUID, looking: Looking, pool: Connections) -> HTMLResponse:
    """Show the month so far, without storing it."""
    return so_far_page(request, looking, pool, CompanyId(company))


def so_far_page(
    request: Request,
    looking: Look,
    pool: Connections,
    company: CompanyId,
    *,
    why: list[str] | None = None,
) -> HTMLResponse:
    """Show what a company has used of the month and nobody has billed yet; with the reasons of a
    refusal.
    """
    centre = looking.need_centre()
    month = str(Month.of(datetime.now(UTC), centre.zone))
    computed = statement_drafts.preview(
        pool, looking.who, centre=centre.id, company=company, month=month
    )
    codes = {b.code for b in computed.blockers}
    return _shown(
        request,
        looking,
        pool,
        centre.id,
        computed.document,
        blockers=computed.blockers,
        reasons=why or [],
        status=409 if why else 200,
        may_bill_now=looking.may(Right.MONEY_WORK) and bool(computed.document.lines),
        acceptable=sorted(codes & statement_blockers.ACCEPTABLE),
    )


@router.get("/statements/{statement_id}")
def one(
    request: Request,
    statement_id: UUID,
    looking: Looking,
    pool: Connections,
    difference: Annotated[bool, Query()] = False,  # noqa: FBT002  # a query's own form
    prints: Annotated[bool, Query()] = False,  # noqa: FBT002  # likewise
) -> HTMLResponse:
    """Show a statement with the evidence of every line, and its messages."""
    statement_readings.record(pool, looking.who, StatementId(statement_id), now=datetime.now(UTC))
    return statement_page(
        request,
        looking,
        pool,
        StatementId(statement_id),
        is_compared=difference,
        are_prints_asked=prints,
    )


@router.post("/statements/{statement_id}/objections")
def object_to(
    request: Request,
    statement_id: UUID,
    looking: Looking,
    pool: Connections,
    line: Annotated[str, Form(max_length=200)],
    category: Annotated[Objected, Form()],
    words: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Say what is wrong with a line."""
    try:
        customer_check.object_to(
            pool,
            looking.who,
            StatementId(statement_id),
            line_key=line,
            category=category,
            words=words,
            now=datetime.now(UTC),
        )
    except (Invalid, GadongError) as trouble:
        why = reasons(trouble, looking.words)
        typed = {"form": "objections", "line": line, "category": category.value, "words": words}
        return statement_page(
            request, looking, pool, StatementId(statement_id), why=why, typed=typed
        )
    return go(
        _line_of(looking, pool, StatementId(statement_id), line),
        said=looking.words.say("Your objection is with the centre."),
    )


@router.post("/objections/{objection_id}")
def answer(
    objection_id: UUID,
    looking: Looking,
    pool: Connections,
    reason: Annotated[str, Form(min_length=1, max_length=200)],
    accept: Annotated[bool, Form()],
) -> Response:
    """Answer an objection."""
    found = customer_check.answer(
        pool, looking.who, ObjectionId(objection_id), is_accepted=accept, reason=reason
    )
    return go(
        _line_of(looking, pool, found.statement_id, found.line_key),
        said=looking.words.say("Answered."),
    )


def _line_of(looking: Look, pool: Pool, statement_id: StatementId, key: str) -> str:
    """Return the address of a line on its statement's page."""
    lines = document(statements.find(pool, looking.who, statement_id)).lines
    return f"/statements/{statement_id}#{anchor(lines, key)}"


@router.get("/messages/{message_id}")
def message(
    request: Request, message_id: UUID, looking: Looking, pool: Connections
) -> HTMLResponse:
    """Show a message as the machine sent it: the end of every won's trail."""
    found, meaning = timeline.message(pool, looking.who, MessageId(message_id))
    payload = found.payload.decode("utf-8", "backslashreplace")
    facts = [
        (
            named(looking.words, Channel(fact.channel), fact.part),
            said(looking.words, Channel(fact.channel), fact.value or 0.0),
            fact.event_time,
        )
        for fact in meaning
    ]
    return page(request, looking, "frame/message.html", message=found, payload=payload, facts=facts)


def statement_page(
    request: Request,
    looking: Look,
    pool: Connections,
    statement_id: StatementId,
    *,
    why: list[str] | None = None,
    typed: Mapping[str, str] | None = None,
    is_compared: bool = False,
    are_prints_asked: bool = False,
) -> HTMLResponse:
    """Show a statement; with the reasons of a refusal, its form filled as it was `typed`."""
    statement = statements.find(pool, looking.who, statement_id)
    may_settle = looking.who.may(statement.centre_id, Right.MONEY_WORK)
    may_decide = may_settle and statement.state in {StatementState.DRAFT, StatementState.CHECKING}
    is_own = statement.company_id in looking.who.companies
    is_checked = (
        statement.state is StatementState.CHECKING
        and in_review(statement.check_until, now=datetime.now(UTC)) is not None
    )
    is_issued = statement.state in {StatementState.ISSUED, StatementState.VOID}
    found = corrections.of_statement(pool, looking.who, statement_id) if is_issued else []
    return _shown(
        request,
        looking,
        pool,
        statement.centre_id,
        document(statement),
        blockers=statement_blockers.of_statements(
            pool, looking.who, [statement], now=datetime.now(UTC)
        )[statement_id],
        statement=statement,
        state=statement.state,
        number=statement.number,
        objections=customer_check.of_statement(pool, looking.who, statement_id),
        may_object=is_own and (is_checked or statement.state is StatementState.ISSUED),
        is_checked=is_checked,
        corrections=found,
        corrected=corrected(found, looking.words),
        due_on=statement.due_on,
        is_paid_of=_is_paid_of(pool, statement),
        reasons=why or [],
        typed=typed or NOTHING_TYPED,
        status=409 if why else 200,
        may_decide=may_decide,
        waiting_prints=_prints(looking, pool, statement)
        if may_decide and are_prints_asked
        else None,
        settling=settling(looking, pool, statement, is_compared=is_compared)
        if may_settle and statement.state is StatementState.ISSUED
        else None,
        goods=tariffs.goods_on(
            pool, looking.who, statement.centre_id, _last_day(looking, document(statement))
        ),
        last_day=_last_day(looking, document(statement)),
        today=datetime.now(UTC).astimezone(looking.words.zone).date(),
    )


def _is_paid_of(pool: Pool, statement: Statement) -> bool:
    """Return whether something of an issued statement was paid."""
    account = payments.accounts(pool, [statement], now=datetime.now(UTC)).get(statement.id)
    return account is not None and account[0].paid > 0


def _prints(looking: Look, pool: Pool, statement: Statement) -> list[print_materials.Print]:
    return print_materials.waiting(
        pool,
        looking.who,
        centre=statement.centre_id,
        company=statement.company_id,
        month=statement.month,
    )


def _last_day(looking: Look, doc: Document) -> date:
    """Return the month's last day, or today while it lasts."""
    last = min(doc.period.end - timedelta(seconds=1), datetime.now(UTC))
    return last.astimezone(looking.words.zone).date()


def _month_before(looking: Look, pool: Pool, centre: CentreId, doc: Document) -> Document | None:
    """Return the company's document of the month before, if the viewer may see one."""
    found = statements.page(
        pool,
        looking.who,
        centre=centre,
        month=str(Month.parse(doc.month).previous),
        company=doc.company_id,
        states=[s for s in StatementState if s is not StatementState.VOID],
        before=None,
        most=1,
    )
    return document(found[0]) if found else None


def _shown(
    request: Request,
    looking: Look,
    pool: Pool,
    centre: CentreId,
    doc: Document,
    *,
    blockers: tuple[Problem, ...] = (),
    status: int = 200,
    **told: object,
) -> HTMLResponse:
    words = looking.words
    bands = {
        # Escapes what it is given.
        e.key: Markup(drawing(e, words.zone, words.paper))  # noqa: S704
        for e in doc.evidence
    }
    shown = {
        "statement": None,
        "state": None,
        "number": None,
        "objections": [],
        "may_object": False,
        "is_checked": False,
        "corrections": [],
        "corrected": [],
        "due_on": None,
        "reasons": [],
        "typed": NOTHING_TYPED,
        "may_decide": False,
        "settling": None,
        "may_bill_now": False,
        "is_parted": doc.period != Month.parse(doc.month).period(ZoneInfo(doc.zone)),
        **told,
    }
    seen = blockers if looking.may(Right.MONEY_SEE) else ()
    parts = session_parts(doc, words)
    before = _month_before(looking, pool, centre, doc)
    meanings = line_messages.of_document(pool, looking.who, centre, doc)
    return page(
        request,
        looking,
        "billing/statement.html",
        status=status,
        doc=doc,
        bands=bands,
        parts=parts,
        numbers={line.charge.key: n for n, line in enumerate(doc.lines, 1)},
        spoken={part.key: spoken(part, meanings, words) for part in parts},
        machine_sums=machine_sums(doc, before),
        has_before=before is not None,
        sums=document_sums(doc, words),
        figures=line_figures(doc, words),
        blockers=[sentence(p, words.language) for p in seen],
        new_key=new_form_key,
        **shown,
    )
