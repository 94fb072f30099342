"""A month on one page: from drafts to issued documents, with the obstacles of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, Response

from api.identity import Connections
from api.pages.billing import month_steps
from api.pages.billing.month_steps import MonthRow
from api.pages.frame.layout import Look, Looking, go, page
from api.pages.frame.listing import ListAsked, ListSearch, listing
from api.pages.frame.problem_page import reasons
from api.pages.frame.texts import STATEMENTS
from gadong.billing.domain.kept_statement import Statement
from gadong.billing.domain.statement import StatementState
from gadong.billing.services import (
    customer_check,
    month_locks,
    statement_drafts,
    statements,
    unstated_use,
)
from gadong.billing.services.statement_document import month_named
from gadong.billing.services.statements import Opened
from gadong.core.database import Pool
from gadong.core.domain.access import Right
from gadong.core.domain.calendar import Month
from gadong.core.domain.ids import StatementId
from gadong.core.domain.problem import GadongError, Invalid

router = APIRouter(include_in_schema=False)

MOST_STATEMENTS = 100
CHECK_DAYS = 5
MonthText = Annotated[str, Query(max_length=7)]


@router.get("/month")
def month(
    request: Request,
    looking: Looking,
    pool: Connections,
    asked: ListAsked,
    month: MonthText = "",
) -> HTMLResponse:
    """Show a month from drafts to issued documents, with the obstacles of each."""
    return _month(request, looking, pool, month, asked=asked, why=[])


@router.post("/month/one")
def one(
    request: Request,
    looking: Looking,
    pool: Connections,
    statement: Annotated[UUID, Form()],
    do: Annotated[str, Form(max_length=10)],
    accept: Annotated[str, Form(max_length=300)] = "",
    end_review: Annotated[str, Form(max_length=40)] = "",
    reason: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Take one statement's next step; a review is ended before its time with a reason only."""
    found = statements.managed(pool, looking.who, StatementId(statement))
    steps: dict[str, Callable[[], object]] = {
        "approve": lambda: statements.approve(
            pool,
            looking.who,
            found.id,
            accept=[a for a in (*accept.split(","), end_review) if a],
            reason=reason,
        ),
        "issue": lambda: statements.issue(
            pool, looking.who, found.id, close_early=False, now=datetime.now(UTC)
        ),
        "reopen": lambda: statements.reopen(pool, looking.who, found.id),
    }

    def work() -> int:
        if end_review and not reason.strip():
            raise Invalid("Say why the review ends before its time", field="reason")
        steps[do]()
        return 1

    return _done(request, looking, pool, found.month, work, "Done.")


@router.post("/month/draft")
def draft_all(
    request: Request, looking: Looking, pool: Connections, month: Annotated[str, Form(max_length=7)]
) -> Response:
    """Compute the month's drafts anew."""
    centre, words = looking.need(Right.MONEY_WORK), looking.words
    try:
        drafted = statement_drafts.draft_all(pool, looking.who, centre.id, month)
    except GadongError as trouble:
        return _month(request, looking, pool, month, why=reasons(trouble, words))
    said = words.say("{n} drafts computed.", n=drafted.count)
    if not drafted.faults:
        return go(f"/month?month={month}", said=said)
    fault = "The month of {name} cannot be computed; the service's log says why."
    why = [words.say(fault, name=name) for name in drafted.faults]
    return _month(request, looking, pool, month, why=why, done=said)


@router.post("/month/lock")
def lock(
    request: Request,
    looking: Looking,
    pool: Connections,
    month: Annotated[str, Form(max_length=7)],
    reason: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Lock a settled month."""
    centre = looking.need(Right.MONEY_WORK)

    def work() -> int:
        month_locks.lock(pool, looking.who, centre.id, month, reason=reason, now=datetime.now(UTC))
        return 1

    return _done(request, looking, pool, month, work, "The month is locked.")


@router.post("/month/unlock")
def unlock(
    request: Request,
    looking: Looking,
    pool: Connections,
    month: Annotated[str, Form(max_length=7)],
    reason: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Open a locked month again, with the reason."""
    centre = looking.need(Right.MONEY_WORK)

    def work() -> int:
        month_locks.unlock(pool, looking.who, centre.id, month, reason=reason)
        return 1

    return _done(request, looking, pool, month, work, "The month is open again.")


#: What is done to all of a month at once: to which of them, how, and what is said then.
STEPS: Mapping[
    str,
    tuple[frozenset[StatementState], Callable[[Pool, Look, Statement, Opened | None], object], str],
] = {
    "show": (
        frozenset({StatementState.DRAFT}),
        lambda pool, looking, s, _: customer_check.show(
            pool, looking.who, s.id, days=CHECK_DAYS, now=datetime.now(UTC)
        ),
        "{n} shown.",
    ),
    "approve": (
        month_steps.OPEN,
        lambda pool, looking, s, month: statements.approve(pool, looking.who, s.id, opened=month),
        "{n} approved.",
    ),
    "issue": (
        frozenset({StatementState.APPROVED}),
        month_steps.issue,
        "{n} issued.",
    ),
}


@router.post("/month/close")
def close(
    request: Request,
    looking: Looking,
    pool: Connections,
    *,
    month: Annotated[str, Form(max_length=7)],
    count: Annotated[int, Form(ge=0)],
    total: Annotated[int, Form()],
    sure: Annotated[bool, Form()] = False,
) -> Response:
    """Approve and issue at once what nothing blocks, if it is what the manager has confirmed."""
    centre, words = looking.need(Right.MONEY_WORK), looking.words
    closing = month_steps.closing_of(
        month_steps.rows_of(looking, pool, _found(looking, pool, month))
    )
    if not sure:
        why = [words.say("Issuing cannot be undone. Confirm the number and the sum first.")]
        return _month(request, looking, pool, month, why=why)
    if (
        month_steps.is_running(looking, month)
        or closing is None
        or not closing.is_as_confirmed(count, total)
    ):
        why = [words.say("The statements have changed meanwhile. Look at the new sum.")]
        return _month(request, looking, pool, month, why=why)
    opened = statements.open_month(pool, looking.who, centre.id, month)
    (_, approve, _), (_, issue, said) = STEPS["approve"], STEPS["issue"]

    def settle(statement: Statement) -> None:
        if statement.state in month_steps.OPEN:
            approve(pool, looking, statement, opened)
        issue(pool, looking, statement, opened)

    return _each(request, looking, pool, month, closing.statements, settle, said)


@router.post("/month/{step}")
def for_all(
    request: Request,
    step: Literal["show", "approve", "issue"],
    looking: Looking,
    pool: Connections,
    month: Annotated[str, Form(max_length=7)],
) -> Response:
    """Show, approve or issue all that are ready for it; what refuses says so,
    and stops no other.
    """
    looking.need(Right.MONEY_WORK)
    states, act, said = STEPS[step]
    # A month that is only shown is not opened again.
    centre = looking.need_centre()
    opened = statements.open_month(pool, looking.who, centre.id, month) if step != "show" else None
    ready = [s for s in _found(looking, pool, month) if s.state in states]
    return _each(
        request, looking, pool, month, ready, lambda s: act(pool, looking, s, opened), said
    )


def _each(
    request: Request,
    looking: Look,
    pool: Connections,
    month: str,
    ready: Sequence[Statement],
    act: Callable[[Statement], object],
    said: str,
) -> Response:
    """Act on each statement and say how many it was; what refuses says so, and stops no other."""
    why: list[str] = []
    done = 0
    for statement in ready:
        try:
            act(statement)
            done += 1
        except GadongError as trouble:
            name = statement.company_name
            why += [f"{name}: {reason}" for reason in reasons(trouble, looking.words)]
    told = looking.words.say(said, n=done)
    if why:
        return _month(request, looking, pool, month, why=why, done=told)
    return go(f"/month?month={month}", said=told)


def _found(looking: Look, pool: Connections, month: str) -> list[Statement]:
    """Return the month's statements at the centre, company by company."""
    found: list[Statement] = []
    before: UUID | None = None
    while part := statements.page(
        pool,
        looking.who,
        centre=looking.need_centre().id,
        month=month,
        before=before,
        most=MOST_STATEMENTS,
    ):
        found += part
        before = part[-1].id
    return sorted(found, key=lambda s: (s.company_name, str(s.id)))


def _month(
    request: Request,
    looking: Look,
    pool: Connections,
    month: str,
    *,
    asked: ListSearch | None = None,
    why: list[str],
    done: str = "",
) -> HTMLResponse:
    centre = looking.need(Right.MONEY_SEE)
    present = Month.of(datetime.now(UTC), centre.zone)
    wanted = month_named(month) if month else present.previous
    found = _found(looking, pool, str(wanted))
    rows = month_steps.rows_of(looking, pool, found)
    return page(
        request,
        looking,
        "billing/month.html",
        status=409 if why else 200,
        month=str(wanted),
        before=str(wanted.previous),
        after=str(wanted.following) if wanted != present else "",
        rows=listing(
            "/month",
            rows,
            (asked or ListSearch()).of(""),
            text=lambda r: (
                f"{r.statement.company_name} {r.statement.number or ''} "
                f"{looking.words.say(STATEMENTS[r.statement.state])}"
            ),
            orders={
                "name": ("Company", lambda r: r.statement.company_name),
                "state": ("State", lambda r: r.statement.state),
                "obstacles": ("To be settled before it is approved", _most_obstacles),
            },
            kept={"month": str(wanted)},
        ),
        has_issued=any(s.number for s in found),
        lock=month_locks.find(pool, looking.who, centre.id, str(wanted)),
        unstated=unstated_use.of_locked_month(pool, looking.who, centre.id, str(wanted)),
        reasons=why,
        **({"done": done} if done else {}),
        steps=month_steps.of_rows(looking.words, rows),
        links=month_steps.settling_links,
        closing=None if wanted == present else month_steps.closing_of(rows),
    )


def _most_obstacles(row: MonthRow) -> str:
    """Return a text by which the row with most obstacles comes first."""
    return f"{1_000_000 - len(row.blockers)} {row.statement.company_name}"


def _done(
    request: Request,
    looking: Look,
    pool: Connections,
    month: str,
    work: Callable[[], int],
    said: str,
) -> Response:
    try:
        count = work()
    except KeyError:
        return _month(
            request, looking, pool, month, why=[looking.words.say("There is no such step.")]
        )
    except GadongError as trouble:
        return _month(request, looking, pool, month, why=reasons(trouble, looking.words))
    return go(f"/month?month={month}", said=looking.words.say(said, n=count))
