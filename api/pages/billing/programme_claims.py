"""Claims on programmes' payers: read, made final, and found again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import BaseModel, Field

from api.identity import Connections
from api.pages.frame.form_keys import new_form_key
from api.pages.frame.layout import Look, Looking, go, page
from api.pages.frame.listing import ListAsked, ListSearch, listing
from api.pages.frame.problem_page import reasons
from gadong.billing.domain.claims.claim_payment import ClaimPayment, ClaimReceivable
from gadong.billing.domain.claims.payer_lines import ProgrammePayer
from gadong.billing.domain.claims.programme_claim import FinalClaim, ProgrammeClaim
from gadong.billing.domain.subsidy import LONGEST_NAME, MOST_WON
from gadong.billing.services.claims import claim_files, claim_payments, programme_claims
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


class ClaimPaymentForm(BaseModel):
    """Money that came for a claim, or that nobody expects any more."""

    amount: int = Field(ge=1, le=MOST_WON)
    paid_on: date
    note: str = Field(default="", max_length=200)
    is_written_off: bool = False
    key: str | None = Field(default=None, min_length=8, max_length=200)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimMoney:
    """A final claim's account and entries, and the reasons that one was refused."""

    account: ClaimReceivable
    entries: Sequence[ClaimPayment]
    why: list[str]

    @property
    def taken_back(self) -> frozenset[UUID]:
        """Return the entries that another one takes back."""
        return frozenset(one.reverses for one in self.entries if one.reverses)


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
    return _final(request, looking, pool, claim_id)


@router.post("/claims/{claim_id}/payments")
def record_payment(
    request: Request,
    claim_id: UUID,
    looking: Looking,
    pool: Connections,
    given: Annotated[ClaimPaymentForm, Form()],
) -> Response:
    """Enter money that came for a claim, or that nobody expects any more."""
    try:
        claim_payments.record(
            pool,
            looking.who,
            claim_id,
            amount=given.amount,
            paid_on=given.paid_on,
            note=given.note,
            is_written_off=given.is_written_off,
            now=datetime.now(UTC),
            key=given.key,
        )
    except (Invalid, Conflict) as trouble:
        why = reasons(trouble, looking.words)
        return _final(request, looking, pool, claim_id, why=why)
    return go(f"/claims/{claim_id}", said=looking.words.say("Entered."))


@router.post("/claims/{claim_id}/take-back")
def take_back(
    request: Request,
    claim_id: UUID,
    looking: Looking,
    pool: Connections,
    payment: Annotated[UUID, Form()],
    reason: Annotated[str, Form(max_length=200)],
) -> Response:
    """Take back a wrong entry."""
    try:
        claim_payments.take_back(pool, looking.who, payment, reason=reason)
    except (Invalid, Conflict) as trouble:
        why = reasons(trouble, looking.words)
        return _final(request, looking, pool, claim_id, why=why)
    return go(f"/claims/{claim_id}", said=looking.words.say("Entered."))


def _final(
    request: Request, looking: Look, pool: Pool, claim_id: UUID, *, why: list[str] | None = None
) -> HTMLResponse:
    final = programme_claims.find(pool, looking.who, claim_id)
    (account,) = claim_payments.receivables(pool, looking.who, [final], now=datetime.now(UTC))
    entries = claim_payments.of_claim(pool, looking.who, claim_id)
    return _claim(
        request,
        looking,
        programme_claims.read(final),
        final=final,
        paid=ClaimMoney(account=account, entries=entries, why=why or []),
    )


def _claims(
    request: Request,
    looking: Look,
    pool: Pool,
    *,
    asked: ListSearch | None = None,
    why: list[str] | None = None,
) -> HTMLResponse:
    centre = looking.need(Right.MONEY_SEE)
    found = claim_payments.receivables(
        pool,
        looking.who,
        programme_claims.of_centre(pool, looking.who, centre.id),
        now=datetime.now(UTC),
    )
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
            text=lambda one: f"{one.claim.number} {one.claim.programme} {one.claim.payer}",
        ),
    )


def _claim(
    request: Request,
    looking: Look,
    claim: ProgrammeClaim,
    *,
    final: FinalClaim | None = None,
    paid: ClaimMoney | None = None,
) -> HTMLResponse:
    language = "ko" if looking.words.language == "ko" else "en"
    return page(
        request,
        looking,
        "billing/programme_claim.html",
        status=409 if paid and paid.why else 200,
        reasons=paid.why if paid else [],
        paid=paid,
        claim=claim,
        final=final,
        language=language,
        new_key=new_form_key,
        rows=[
            (document, line, claim_files.item_of(document, line, language))
            for document in claim.documents
            for line in document.lines
        ],
    )
