"""The page of guidance: a firm asks, the desk plans, records what was done, and counts it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import BaseModel, Field

from api.identity import Connections
from api.pages.frame.choices import chosen_company
from api.pages.frame.form_times import day_in, instant
from api.pages.frame.layout import Look, Looking, go, page
from api.pages.frame.listing import ListAsked, ListSearch, page_of
from api.pages.frame.problem_page import reasons
from api.pages.training.goods import offered
from api.v1.training.guidance_schemas import MOST_MINUTES
from gadong.billing.domain.tariff_terms import GoodKind, Measure
from gadong.core.database import Pool
from gadong.core.domain.access import Right
from gadong.core.domain.calendar import Month
from gadong.core.domain.ids import CompanyId
from gadong.core.domain.period import Period
from gadong.core.domain.problem import GadongError, Invalid
from gadong.people.services import accounts
from gadong.training.domain.guidance import GuidanceKind
from gadong.training.services import guidance
from gadong.training.services.guidance import ASKED_FOR, ExpertWork

router = APIRouter(include_in_schema=False)

# A centre's experts help a firm a day at most; a year's are listed.
MOST_LISTED = 500
KIND_NAMES = {
    GuidanceKind.GUIDANCE: "Technical guidance",
    GuidanceKind.CONSULTING: "Consulting",
    GuidanceKind.COUNSELLING: "Counselling",
    GuidanceKind.MANPOWER: "Manpower information",
}
STATE_NAMES = {
    "requested": "asked for",
    "planned": "planned",
    "done": "done",
    "declined": "declined",
    "withdrawn": "withdrawn",
}
Reason = Annotated[str, Form(max_length=500)]


class ExpertWorkForm(BaseModel):
    """The work of an expert, as its form holds it."""

    expert: Annotated[str, Field(max_length=100)]
    start: Annotated[str, Field(max_length=40)]
    minutes: Annotated[int, Field(ge=1, le=MOST_MINUTES)]
    result: Annotated[str, Field(max_length=4000)]
    follow_up_on: Annotated[str, Field(max_length=10)] = ""
    good: Annotated[str, Field(max_length=60)] = ""

    def work(self, looking: Look) -> ExpertWork:
        """Return the work, with its times on the centre's clock."""
        day = day_in(self.follow_up_on, field="follow_up_on") if self.follow_up_on else None
        return ExpertWork(
            expert=self.expert,
            starts_at=instant(looking, self.start),
            minutes=self.minutes,
            result=self.result,
            follow_up_on=day,
            good=self.good,
        )


class GuidanceContactForm(ExpertWorkForm):
    """A contact that was recorded without a request, as its form holds it."""

    kind: GuidanceKind
    company: Annotated[str, Field(max_length=36)] = ""
    subject: Annotated[str, Field(max_length=200)]


@router.get("/guidance")
def every(request: Request, looking: Looking, pool: Connections, asked: ListAsked) -> HTMLResponse:
    """Show guidance, the latest request first: everything to the desk, a company its own."""
    return _every(request, looking, pool, asked=asked)


@router.post("/guidance")
def ask(
    request: Request,
    looking: Looking,
    pool: Connections,
    kind: Annotated[GuidanceKind, Form()],
    company: Annotated[str, Form(max_length=36)],
    subject: Annotated[str, Form(max_length=200)],
    wish: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    """Ask for guidance for a company."""

    def work() -> None:
        guidance.request(
            pool,
            looking.who,
            centre=looking.need_centre().id,
            company=_company(company),
            kind=kind,
            subject=subject,
            wish=wish,
            now=datetime.now(UTC),
        )

    return _done(request, looking, pool, work, "Asked for. The centre will answer.")


@router.post("/guidance/contacts")
def record(
    request: Request,
    looking: Looking,
    pool: Connections,
    form: Annotated[GuidanceContactForm, Form()],
) -> Response:
    """Record what was done without a request."""

    def work() -> None:
        guidance.record(
            pool,
            looking.who,
            centre=looking.need(Right.DESK_WORK).id,
            company=chosen_company(form.company),
            kind=form.kind,
            subject=form.subject,
            work=form.work(looking),
            now=datetime.now(UTC),
        )

    return _done(request, looking, pool, work, "Recorded.")


@router.post("/guidance/{guidance_id}/plan")
def plan(
    request: Request,
    guidance_id: UUID,
    looking: Looking,
    pool: Connections,
    expert: Annotated[str, Form(max_length=100)],
    start: Annotated[str, Form(max_length=40)],
) -> Response:
    """Say who helps and when."""

    def work() -> None:
        at, now = instant(looking, start), datetime.now(UTC)
        guidance.plan(pool, looking.who, guidance_id, expert=expert, starts_at=at, now=now)

    return _done(request, looking, pool, work, "Planned. The person who asked is told.")


@router.post("/guidance/{guidance_id}/finish")
def finish(
    request: Request,
    guidance_id: UUID,
    looking: Looking,
    pool: Connections,
    form: Annotated[ExpertWorkForm, Form()],
) -> Response:
    """Record what was done, with its charge."""

    def work() -> None:
        done, now = form.work(looking), datetime.now(UTC)
        guidance.finish(pool, looking.who, guidance_id, done, now=now)

    return _done(request, looking, pool, work, "Recorded.")


@router.post("/guidance/{guidance_id}/reopen")
def reopen(
    request: Request, guidance_id: UUID, looking: Looking, pool: Connections, reason: Reason
) -> Response:
    """Take back what was recorded, with its charge."""

    def work() -> None:
        guidance.reopen(pool, looking.who, guidance_id, reason=reason)

    return _done(request, looking, pool, work, "Taken back, with what was charged.")


@router.post("/guidance/{guidance_id}/decline")
def decline(
    request: Request, guidance_id: UUID, looking: Looking, pool: Connections, reason: Reason
) -> Response:
    """Decline a request."""

    def work() -> None:
        guidance.decline(pool, looking.who, guidance_id, reason=reason)

    return _done(request, looking, pool, work, "Declined. The person who asked is told.")


@router.post("/guidance/{guidance_id}/withdraw")
def withdraw(request: Request, guidance_id: UUID, looking: Looking, pool: Connections) -> Response:
    """Withdraw a request of one's company."""

    def work() -> None:
        guidance.withdraw(pool, looking.who, guidance_id)

    return _done(request, looking, pool, work, "Withdrawn.")


def _company(text: str) -> CompanyId:
    if (found := chosen_company(text)) is None:
        raise Invalid("Choose the company from the list", field="company")
    return found


def _done(
    request: Request, looking: Look, pool: Pool, work: Callable[[], None], said: str
) -> Response:
    try:
        work()
    except GadongError as trouble:
        return _every(request, looking, pool, why=reasons(trouble, looking.words))
    return go("/guidance", said=looking.words.say(said))


def _every(
    request: Request,
    looking: Look,
    pool: Pool,
    *,
    asked: ListSearch | None = None,
    why: list[str] | None = None,
) -> HTMLResponse:
    centre, now = looking.need_centre(), datetime.now(UTC)
    asked = asked or ListSearch()
    found = guidance.shown(pool, looking.who, centre.id, text=asked.text, most=MOST_LISTED)
    total = len(found)
    if asked.text:
        total = len(guidance.shown(pool, looking.who, centre.id, most=MOST_LISTED))
    works = looking.may(Right.DESK_WORK)
    companies = dict(looking.companies)
    goods = offered(looking, pool, {Measure.HOUR, Measure.PIECE}, first=GoodKind.OPERATOR)
    if looking.may(Right.DESK_SEE):
        companies |= {c.id: c.name for c in accounts.companies(pool, looking.who, centre.id)}
    year = now.astimezone(centre.zone).year
    first, last = (Month.parse(f"{year}-{month}").period(centre.zone) for month in ("01", "12"))
    return page(
        request,
        looking,
        "training/guidance.html",
        status=409 if why else 200,
        reasons=why or [],
        listed=page_of("/guidance", found, asked, total=total),
        companies=companies,
        kinds=KIND_NAMES,
        asking=companies if works else dict(looking.companies),
        asked_for=ASKED_FOR,
        states=STATE_NAMES,
        counts=guidance.count(pool, looking.who, centre.id, Period(first.start, last.end))
        if looking.may(Right.REPORT_SEE, Right.FIGURES_SEE)
        else [],
        year=year,
        most_minutes=MOST_MINUTES,
        goods=goods if works else [],
        names=dict(goods),
        now=now,
    )
