"""A firm's profile (실태조사) at the centre: for its owners and the centre's managers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, Response

from api.identity import Connections
from api.pages.frame.layout import Look, Looking, go, page
from api.pages.frame.problem_page import reasons
from gadong.core.domain.access import Right
from gadong.core.domain.ids import CompanyId
from gadong.core.domain.problem import Invalid, NotFound
from gadong.people.domain.company_profile import CompanyProfile, ProfileConsent, sector_names
from gadong.people.services import accounts
from gadong.people.services.payers import profiles
from gadong.texts.company_profiles import CONSENTS, SECTORS

router = APIRouter(include_in_schema=False)

ProfileText = Annotated[str, Form(max_length=150)]
EXPORTS = {"": "not known", "yes": "yes", "no": "no"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileForm:
    """A profile as its form has it."""

    since: str = ""
    district: str = ""
    sector: str = ""
    workers: str = ""
    cluster: str = ""
    exports: str = ""
    partners: str = ""
    consent: str = ""

    def profile(self) -> CompanyProfile:
        """Return the profile; raise Invalid for what is no day, number or choice."""
        if self.exports not in EXPORTS:
            raise Invalid("Choose yes, no or not known", field="exports")
        try:
            consent = ProfileConsent(self.consent)
        except ValueError as trouble:
            raise Invalid(
                "Without the firm's consent nothing is kept: tick that it agrees", field="consent"
            ) from trouble
        try:
            since = date.fromisoformat(self.since)
        except ValueError as trouble:
            raise Invalid("Write the day as in 2026-12-01", field="since") from trouble
        return CompanyProfile(
            since=since,
            district=self.district,
            sector=self.sector,
            workers=_count(self.workers, "workers"),
            cluster=self.cluster,
            exports=None if not self.exports else self.exports == "yes",
            partners=_count(self.partners, "partners"),
            consent=consent,
        )


async def _form(
    since: ProfileText = "",
    district: ProfileText = "",
    sector: ProfileText = "",
    workers: ProfileText = "",
    cluster: ProfileText = "",
    exports: ProfileText = "",
    partners: ProfileText = "",
    consent: ProfileText = "",
) -> ProfileForm:
    return ProfileForm(
        since=since,
        district=district,
        sector=sector,
        workers=workers,
        cluster=cluster,
        exports=exports,
        partners=partners,
        consent=consent,
    )


Given = Annotated[ProfileForm, Depends(_form)]


@router.get("/companies/{company_id}/profile")
def profile(
    request: Request, company_id: UUID, looking: Looking, pool: Connections
) -> HTMLResponse:
    """Show what a firm said of itself, and the form of another entry."""
    return _page(request, looking, pool, CompanyId(company_id))


@router.post("/companies/{company_id}/profile")
def enter(
    request: Request, company_id: UUID, looking: Looking, pool: Connections, given: Given
) -> Response:
    """Add an entry to the firm's profile."""
    company, centre = CompanyId(company_id), looking.need_centre()
    profiles.of_company(pool, looking.who, centre.id, company)  # nobody outside is told of values
    try:
        entry = given.profile()
        profiles.enter(pool, looking.who, centre.id, company, entry, now=datetime.now(UTC))
    except Invalid as trouble:
        why = reasons(trouble, looking.words)
        return _page(request, looking, pool, company, why=why, given=given)
    return go(f"/companies/{company_id}/profile", said=looking.words.say("Kept."))


@router.post("/companies/{company_id}/profile/withdraw")
def withdraw(request: Request, company_id: UUID, looking: Looking, pool: Connections) -> Response:
    """Delete what the firm said of itself, as it takes its consent back."""
    company, centre = CompanyId(company_id), looking.need_centre()
    try:
        profiles.withdraw(pool, looking.who, centre.id, company)
    except Invalid as trouble:
        return _page(request, looking, pool, company, why=reasons(trouble, looking.words))
    return go(
        f"/companies/{company_id}/profile",
        said=looking.words.say("Deleted. The centre keeps nothing of the firm's profile."),
    )


def _page(
    request: Request,
    looking: Look,
    pool: Connections,
    company: CompanyId,
    *,
    why: list[str] | None = None,
    given: ProfileForm | None = None,
) -> HTMLResponse:
    centre = looking.need_centre()
    found = profiles.of_company(pool, looking.who, centre.id, company)
    today = datetime.now(UTC).astimezone(centre.zone).date()
    standing = found.on(today)
    is_owner = company in looking.who.owns
    return page(
        request,
        looking,
        "people/profile.html",
        status=409 if why else 200,
        reasons=why or [],
        company=company,
        name=_name(looking, pool, company),
        centre=centre,
        entries=found.entries,
        standing=standing,
        given=given or _filled(standing, today),
        today=today,
        is_owner=is_owner,
        may_write=is_owner or looking.may(Right.PEOPLE_WORK),
        sectors=SECTORS,
        sector_names=sector_names,
        exports=EXPORTS,
        consents=CONSENTS,
    )


def _name(looking: Look, pool: Connections, company: CompanyId) -> str:
    """Return the company's name, as its own people or the centre's staff know it."""
    centre = looking.need_centre()
    own = dict(looking.companies)
    if company in own:
        return str(own[company])
    served = {c.id: c.name for c in accounts.companies(pool, looking.who, centre.id)}
    if company not in served:
        raise NotFound("The centre serves no such company")
    return served[company]


def _filled(standing: CompanyProfile | None, today: date) -> ProfileForm:
    """Return the form with what stands, so that only what changed is typed."""
    if standing is None:
        return ProfileForm(since=str(today))
    exports = {None: "", True: "yes", False: "no"}[standing.exports]
    return ProfileForm(
        since=str(today),
        district=standing.district,
        sector=standing.sector,
        workers="" if standing.workers is None else str(standing.workers),
        cluster=standing.cluster,
        exports=exports,
        partners="" if standing.partners is None else str(standing.partners),
    )


def _count(text: str, field: str) -> int | None:
    digits = text.replace(",", "").strip()
    if not digits:
        return None
    try:
        return int(digits)
    except ValueError as trouble:
        raise Invalid("It is a number from 0 to 100,000", field=field) from trouble
