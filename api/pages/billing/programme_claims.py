"""Claims on programmes' payers: read, made final, and found again."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import BaseModel, Field

from api.identity import Connections
from api.pages.frame.layout import Look, Looking, go, page
from api.pages.frame.listing import ListAsked, ListSearch, listing
from api.pages.frame.problem_page import reasons
from gadong.billing.domain.claims.payer_lines import ProgrammePayer
from gadong.billing.domain.claims.programme_claim import FinalClaim, ProgrammeClaim
from gadong.billing.domain.subsidy import LONGEST_NAME
from gadong.billing.services.claims import claim_files, programme_claims
from gadong.core.database import Pool
from gadong.core.domain.access import Right
from gadong.core.domain.problem import Conflict, Invalid

router = APIRouter(include_in_schema=False)


class ClaimForm(BaseModel):
    """A programme, its payer and the months of a claim."""

    programme: str = Field(default="", max_length=LONGEST_NAME)
    payer: str = Field(default="", max_length=200)
    since: str = Field(default="", max_length=7)
    until: str = Field(default="", max_length=7)

    @property
    def of(self) -> ProgrammePayer:
        """Return who pays for which programme."""
        return ProgrammePayer(programme=self.programme, payer=self.payer)


class FinalClaimForm(ClaimForm):
    """A claim that somebody has read, with its amount."""

    amount: int = Field(ge=-(10**13), le=10**13)


@router.get("/claims")
def claims(request: Request, looking: Looking, pool: Connections, asked: ListAsked) -> HTMLResponse:
    """Show the programmes that pay a part of issued statements, and the centre's final claims."""
    return _claims(request, looking, pool, asked=asked)


@router.get("/claims/preview")
def preview(
    request: Request, looking: Looking, pool: Connections, asked: Annotated[ClaimForm, Query()]
) -> HTMLResponse:
    """Show a claim as it would be made final now."""
    centre = looking.need(Right.MONEY_SEE)
    try:
        claim = programme_claims.preview(
            pool, looking.who, centre.id, asked.of, since=asked.since, until=asked.until
        )
    except Invalid as trouble:
        return _claims(request, looking, pool, why=reasons(trouble, looking.words))
    return _claim(request, looking, claim)


@router.post("/claims")
def make(
    request: Request, looking: Looking, pool: Connections, given: Annotated[FinalClaimForm, Form()]
) -> Response:
    """Make a claim final and show it; the list says why where it was refused."""
    centre = looking.need(Right.MONEY_WORK)
    try:
        made = programme_claims.make(
            pool,
            looking.who,
            centre.id,
            given.of,
            since=given.since,
            until=given.until,
            amount=given.amount,
        )
    except (Invalid, Conflict) as trouble:
        return _claims(request, looking, pool, why=reasons(trouble, looking.words))
    return go(f"/claims/{made.id}", said=looking.words.say("The claim is final."))


@router.get("/claims/{claim_id}")
def claim(request: Request, claim_id: UUID, looking: Looking, pool: Connections) -> HTMLResponse:
    """Show a final claim."""
    final = programme_claims.find(pool, looking.who, claim_id)
    return _claim(request, looking, programme_claims.read(final), final=final)


def _claims(
    request: Request,
    looking: Look,
    pool: Pool,
    *,
    asked: ListSearch | None = None,
    why: list[str] | None = None,
) -> HTMLResponse:
    centre = looking.need(Right.MONEY_SEE)
    found = programme_claims.of_centre(pool, looking.who, centre.id)
    return page(
        request,
        looking,
        "billing/programme_claims.html",
        status=409 if why else 200,
        reasons=why or [],
        payers=programme_claims.payers(pool, looking.who, centre.id),
        claims=listing(
            "/claims",
            found,
            (asked or ListSearch()).of(""),
            text=lambda one: f"{one.number} {one.programme} {one.payer} {one.since} {one.until}",
        ),
    )


def _claim(
    request: Request, looking: Look, claim: ProgrammeClaim, *, final: FinalClaim | None = None
) -> HTMLResponse:
    language = "ko" if looking.words.language == "ko" else "en"
    return page(
        request,
        looking,
        "billing/programme_claim.html",
        claim=claim,
        final=final,
        language=language,
        rows=[
            (document, line, claim_files.item_of(document, line, language))
            for document in claim.documents
            for line in document.lines
        ],
    )
