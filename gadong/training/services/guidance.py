"""Guidance of firms by experts: asked for, planned, done and charged, and counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from gadong.billing.services import sales
from gadong.core.database import Pool, Tx, retried, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.clock import write_instant
from gadong.core.domain.ids import CentreId, CompanyId, new_id
from gadong.core.domain.period import Period
from gadong.core.domain.problem import Forbidden, Invalid, NotFound
from gadong.core.store import outbox
from gadong.people.services.customers import need_customer, need_served
from gadong.training.domain.guidance import (
    Guidance,
    GuidanceCount,
    GuidanceKind,
    GuidanceState,
    GuidanceStep,
    counted,
)
from gadong.training.store import guidance as guidance_store

MOST_SHOWN = 200
# An expert's year is planned at most; later is a slip of the pen.
FARTHEST = timedelta(days=366)
#: The kinds that a firm asks for; the others are recorded as they happen.
ASKED_FOR = (GuidanceKind.GUIDANCE, GuidanceKind.CONSULTING)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpertWork:
    """Work of an expert: when, for how many minutes, with which result and follow-up.

    The company is charged `good` for it, or nothing if that is empty.
    """

    expert: str
    starts_at: datetime
    minutes: int
    result: str
    follow_up_on: date | None = None
    good: str = ""


def request(
    pool: Pool,
    who: Caller,
    *,
    centre: CentreId,
    company: CompanyId,
    kind: GuidanceKind,
    subject: str,
    wish: str,
    now: datetime,
) -> Guidance:
    """Ask for guidance for a company of the caller's, or, as the desk, for any that it serves."""
    permit = who.need_company(centre, company, Right.DESK_WORK)
    if kind not in ASKED_FOR:
        raise Invalid("Counselling is not asked for; the desk records it", field="kind")
    asked = Guidance(
        id=new_id(),
        centre_id=centre,
        company_id=company,
        person_id=who.person_id,
        kind=kind,
        subject=_said(subject, "subject"),
        wish=wish.strip(),
        state=GuidanceState.REQUESTED,
        requested_at=now,
    )
    with transaction(pool, permit) as tx:
        need_customer(tx, centre, company)
        guidance_store.insert(tx, asked)
    return asked


@retried
def record(
    pool: Pool,
    who: Caller,
    *,
    centre: CentreId,
    company: CompanyId | None,
    kind: GuidanceKind,
    subject: str,
    work: ExpertWork,
    now: datetime,
) -> Guidance:
    """Record what was done without a request, for a company or for somebody who has none."""
    permit = who.need(centre, Right.DESK_WORK)
    with transaction(pool, permit) as tx:
        if company is not None:
            need_served(tx, centre, company)
        made = Guidance(
            id=new_id(),
            centre_id=centre,
            company_id=company,
            person_id=None,
            kind=kind,
            subject=_said(subject, "subject"),
            state=GuidanceState.REQUESTED,
            requested_at=now,
        )
        done = _done(tx, who, made, work, now=now)
        guidance_store.insert(tx, done)
    return done


@retried
def plan(
    pool: Pool, who: Caller, guidance_id: UUID, *, expert: str, starts_at: datetime, now: datetime
) -> Guidance:
    """Say who helps and when, and notify the person who asked; a later plan replaces it."""
    with transaction(pool, who.reach()) as tx:
        found = _worked_on(tx, who, guidance_id)
        state = found.after(GuidanceStep.PLAN)
        if found.company_id is not None:
            need_customer(tx, found.centre_id, found.company_id)
        if not now < starts_at < now + FARTHEST:
            raise Invalid("Guidance is planned for a time within a year from now", field="start")
        planned = replace(
            found, state=state, expert=_said(expert, "expert"), starts_at=starts_at, reason=""
        )
        guidance_store.change(tx, planned)
        _notify(tx, "guidance.planned", planned)
    return planned


@retried
def finish(
    pool: Pool, who: Caller, guidance_id: UUID, work: ExpertWork, *, now: datetime
) -> Guidance:
    """Record what was done, and charge the company for it."""
    with transaction(pool, who.reach()) as tx:
        done = _done(tx, who, _worked_on(tx, who, guidance_id), work, now=now)
        guidance_store.change(tx, done)
    return done


@retried
def reopen(pool: Pool, who: Caller, guidance_id: UUID, *, reason: str) -> Guidance:
    """Take back what was recorded as done, with its charge; it is planned again."""
    with transaction(pool, who.reach()) as tx:
        found = _worked_on(tx, who, guidance_id)
        state, why = found.after(GuidanceStep.REOPEN), _said(reason, "reason")
        if found.entry_id is not None:
            sales.take_back(tx, who, found.entry_id, reason=why)
        again = replace(
            found, state=state, minutes=None, follow_up_on=None, entry_id=None, reason=why
        )
        guidance_store.change(tx, again)
    return again


@retried
def decline(pool: Pool, who: Caller, guidance_id: UUID, *, reason: str) -> Guidance:
    """Decline a request, and notify the person who asked with the reason."""
    with transaction(pool, who.reach()) as tx:
        found = _worked_on(tx, who, guidance_id)
        state = found.after(GuidanceStep.DECLINE)
        declined = replace(found, state=state, reason=_said(reason, "reason"))
        guidance_store.change(tx, declined)
        _notify(tx, "guidance.declined", declined)
    return declined


@retried
def withdraw(pool: Pool, who: Caller, guidance_id: UUID) -> Guidance:
    """Withdraw a request of the caller's company, until it is done."""
    with transaction(pool, who.reach()) as tx:
        found = _seen(tx, who, guidance_id)
        if found.company_id is None or found.company_id not in who.companies:
            raise Forbidden("The company that asked withdraws its request; the desk declines it")
        withdrawn = replace(found, state=found.after(GuidanceStep.WITHDRAW))
        guidance_store.change(tx, withdrawn)
    return withdrawn


def find(pool: Pool, who: Caller, guidance_id: UUID) -> Guidance:
    """Return a guidance, for its company and the centre's desk."""
    with transaction(pool, who.reach()) as tx:
        return _seen(tx, who, guidance_id)


def shown(
    pool: Pool,
    who: Caller,
    centre: CentreId,
    *,
    text: str = "",
    after: tuple[datetime, UUID] | None = None,
    most: int = MOST_SHOWN,
) -> list[Guidance]:
    """Return a centre's guidance, the latest request first: all to the desk, a company its own."""
    permit = who.need_entry(centre)
    companies = None if who.may(centre, Right.DESK_SEE) else who.companies
    with transaction(pool, permit) as tx:
        return guidance_store.of_centre(
            tx, centre, companies=companies, text=text, after=after, most=most
        )


def count(pool: Pool, who: Caller, centre: CentreId, period: Period) -> Sequence[GuidanceCount]:
    """Return how often each kind was done in a time, for how long, and for how many firms."""
    permit = who.need(centre, Right.REPORT_SEE, Right.FIGURES_SEE)
    with transaction(pool, permit) as tx:
        return counts(tx, {centre: period})[centre]


def counts(tx: Tx, periods: Mapping[CentreId, Period]) -> dict[CentreId, Sequence[GuidanceCount]]:
    """Return the counts of each centre in its time, read at once."""
    done = guidance_store.done_between(tx, periods)
    return {centre: counted(found) for centre, found in done.items()}


def _done(tx: Tx, who: Caller, found: Guidance, work: ExpertWork, *, now: datetime) -> Guidance:
    state = found.after(GuidanceStep.FINISH)
    if work.starts_at > now:
        raise Invalid("What is done lies in the past", field="start")
    good, entry = work.good.strip(), None
    if good and found.company_id is None:
        raise Invalid("Only a company can be charged; name it, or no good", field="good")
    if good and found.company_id is not None:
        entry = sales.enter_service(
            tx,
            who,
            found.centre_id,
            found.company_id,
            good,
            minutes=work.minutes,
            at=work.starts_at,
            note=found.subject,
        )
    return replace(
        found,
        state=state,
        expert=_said(work.expert, "expert"),
        starts_at=work.starts_at,
        minutes=work.minutes,
        result=_said(work.result, "result"),
        follow_up_on=work.follow_up_on,
        good=good,
        entry_id=entry,
        reason="",
    )


def _seen(tx: Tx, who: Caller, guidance_id: UUID) -> Guidance:
    found = guidance_store.find(tx, guidance_id)
    if found is None or not (
        who.may(found.centre_id, Right.DESK_SEE)
        or (found.company_id is not None and found.company_id in who.companies)
    ):
        raise NotFound("There is no such guidance that you may see")
    return found


def _worked_on(tx: Tx, who: Caller, guidance_id: UUID) -> Guidance:
    found = _seen(tx, who, guidance_id)
    who.need(found.centre_id, Right.DESK_WORK)
    return found


def _said(text: str, field: str) -> str:
    if not text.strip():
        raise Invalid("This must be said", field=field)
    return text.strip()


def _notify(tx: Tx, kind: str, guidance: Guidance) -> None:
    """Notify the person who asked; what the desk recorded has nobody to be notified."""
    if guidance.person_id is None:
        return
    told = {"code": guidance.subject}
    if guidance.reason:
        told["reason"] = guidance.reason
    if guidance.starts_at is not None:
        told["until"] = write_instant(guidance.starts_at)
    outbox.add(
        tx,
        guidance.centre_id,
        kind,
        person=str(guidance.person_id),
        company=str(guidance.company_id),
        **told,
    )
