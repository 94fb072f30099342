"""Endpoints of claims on the payers of programmes (지원금 청구서)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import Field

from api.files import CSV, PDF, XLSX, as_file
from api.identity import Connections, Who
from api.v1 import paging
from api.v1.machines.decisions_schemas import ReverseIn
from api.v1.schemas import In, MonthText, Out, Whole
from gadong.billing.domain.claims.claim_payment import ClaimPayment, ClaimReceivable
from gadong.billing.domain.claims.payer_lines import ProgrammePayer
from gadong.billing.domain.claims.programme_claim import ProgrammeClaim
from gadong.billing.domain.payment import PaymentState
from gadong.billing.domain.subsidy import LONGEST_NAME, MOST_WON
from gadong.billing.services.claims import claim_files, claim_payments, programme_claims
from gadong.core.domain.ids import CentreId

router = APIRouter(tags=["money"])

PROGRAMME = Query(max_length=LONGEST_NAME, examples=["경기 바우처"])
PAYER = Query(max_length=200, examples=["경기도"])


class ClaimIn(In):
    """A claim that is made final: its payer, its months, and the amount that was read."""

    programme: str = Field(max_length=LONGEST_NAME, examples=["경기 바우처"])
    payer: str = Field(max_length=200, examples=["경기도"])
    first_month: MonthText
    last_month: MonthText
    amount: Annotated[Whole, Field(ge=1, le=MOST_WON)] = Field(
        description="The preview's amount; 409 where it is another now.", examples=[30000]
    )


class ClaimLineOut(Out):
    """A covered line: its supply, the programme's per cent, and what the payer pays. Whole won."""

    day: date | None
    machine_name: str
    label_ko: str
    label_en: str
    pct: Decimal | None
    supply: int
    amount: int


class ClaimedDocumentOut(Out):
    """A statement's lines on a claim, or what a correction or a void changes of them."""

    statement: UUID
    part: str = Field(description="Empty for the statement, `C01` for a correction, `V` for void.")
    number: str
    company_name: str
    month: str
    issued_on: date
    amount: int
    lines: list[ClaimLineOut]


class BudgetRestOut(Out):
    """The rest of a budget before a claim's documents, and after all documents."""

    before: int
    after: int


class ClaimContentOut(Out):
    """A claim's documents, their sum, and what is left of the programme's budgets."""

    programme: str
    payer: str
    first_month: str
    last_month: str
    amount: int
    documents: list[ClaimedDocumentOut]
    budget: BudgetRestOut | None = Field(description="Of the tariff's own budget; null without.")
    year_budget: BudgetRestOut | None = Field(
        description="The least rest of the year's budgets; null without."
    )


class ClaimPaymentIn(In):
    """Money that came for a claim, or that nobody expects any more."""

    amount: Annotated[Whole, Field(ge=1, le=MOST_WON)] = Field(examples=[30000])
    paid_on: date = Field(examples=["2026-12-10"])
    note: str = Field(default="", max_length=200, examples=["계좌이체"])
    is_written_off: bool = Field(default=False, description="With its reason as note.")


class ClaimPaymentOut(Out):
    """An entry of a payer's money; one that takes back another has `reverses`."""

    id: UUID
    claim: UUID
    amount: int
    is_written_off: bool
    paid_on: date
    note: str
    reverses: UUID | None
    recorded_at: datetime


class FinalClaimOut(Out):
    """A final claim, which never changes, and its account as of today."""

    id: UUID
    centre: UUID
    number: str
    programme: str
    payer: str
    first_month: str
    last_month: str
    amount: int
    due_on: date
    made_at: datetime
    document_digest: str
    state: PaymentState
    paid: int
    written_off: int
    open: int
    days_late: int


class FinalClaimContentOut(FinalClaimOut):
    """A final claim with its documents; `is_intact` where its digest is its content's."""

    is_intact: bool
    content: ClaimContentOut


@router.get("/centres/{centre}/programme-claims")
def list_programme_claims(centre: UUID, who: Who, pool: Connections) -> paging.Page[FinalClaimOut]:
    """List a centre's final claims, the latest first; for whoever sees its money."""
    found = programme_claims.of_centre(pool, who, CentreId(centre))
    accounts = claim_payments.receivables(pool, who, found, now=datetime.now(UTC))
    return paging.whole([_final(one) for one in accounts])


@router.get("/centres/{centre}/programme-claims/preview")
def preview_programme_claim(
    centre: UUID,
    programme: Annotated[str, PROGRAMME],
    payer: Annotated[str, PAYER],
    first_month: Annotated[MonthText, Query()],
    last_month: Annotated[MonthText, Query()],
    who: Who,
    pool: Connections,
) -> ClaimContentOut:
    """Return what a claim of the months would have now; nothing is kept."""
    of = ProgrammePayer(programme=programme, payer=payer)
    return _content(
        programme_claims.preview(
            pool, who, CentreId(centre), of, since=first_month, until=last_month
        )
    )


@router.post("/centres/{centre}/programme-claims", status_code=201)
def make_programme_claim(centre: UUID, body: ClaimIn, who: Who, pool: Connections) -> FinalClaimOut:
    """Make a claim final: numbered, due by the centre's `payment_days`, and never changed."""
    made = programme_claims.make(
        pool,
        who,
        CentreId(centre),
        ProgrammePayer(programme=body.programme, payer=body.payer),
        since=body.first_month,
        until=body.last_month,
        amount=body.amount,
    )
    (found,) = claim_payments.receivables(pool, who, [made], now=datetime.now(UTC))
    return _final(found)


@router.get("/programme-claims/{claim_id}")
def get_programme_claim(claim_id: UUID, who: Who, pool: Connections) -> FinalClaimContentOut:
    """Return a final claim with its documents."""
    found = programme_claims.find(pool, who, claim_id)
    (account,) = claim_payments.receivables(pool, who, [found], now=datetime.now(UTC))
    return FinalClaimContentOut(
        **_final(account).model_dump(),
        is_intact=programme_claims.is_intact(found),
        content=_content(programme_claims.read(found)),
    )


@router.get("/programme-claims/{claim_id}/document.pdf", response_class=Response)
def programme_claim_document(
    claim_id: UUID,
    who: Who,
    pool: Connections,
    language: Annotated[Literal["ko", "en"], Query(description="The document's language.")] = "ko",
) -> Response:
    """Return a final claim as PDF/A-3 with its data attached."""
    name, paper = claim_files.claim_pdf(pool, who, claim_id, language)
    return as_file(paper, f"{name}.pdf", PDF)


@router.get("/programme-claims/{claim_id}/sheets.xlsx", response_class=Response)
def programme_claim_sheets(claim_id: UUID, who: Who, pool: Connections) -> Response:
    """Return a final claim's lines as a spreadsheet, the sum last."""
    name, sheet = claim_files.claim_sheet(pool, who, claim_id)
    return as_file(sheet, f"{name}.xlsx", XLSX)


@router.get("/programme-claims/{claim_id}/lines.csv", response_class=Response)
def programme_claim_lines(claim_id: UUID, who: Who, pool: Connections) -> Response:
    """Return a final claim's lines as CSV, the sum last."""
    name, text = claim_files.claim_table(pool, who, claim_id)
    return as_file(text, f"{name}.csv", CSV)


@router.get("/programme-claims/{claim_id}/payments")
def list_claim_payments(
    claim_id: UUID, who: Who, pool: Connections
) -> paging.Page[ClaimPaymentOut]:
    """List what was entered for a claim, in order."""
    return paging.whole([_payment(one) for one in claim_payments.of_claim(pool, who, claim_id)])


@router.post("/programme-claims/{claim_id}/payments", status_code=201)
def record_claim_payment(
    claim_id: UUID, body: ClaimPaymentIn, who: Who, pool: Connections
) -> ClaimPaymentOut:
    """Enter money that came for a claim, whole or in part; for whoever works with money."""
    made = claim_payments.record(
        pool,
        who,
        claim_id,
        amount=body.amount,
        paid_on=body.paid_on,
        note=body.note,
        is_written_off=body.is_written_off,
        now=datetime.now(UTC),
    )
    return _payment(made)


@router.post("/programme-claim-payments/{claim_payment_id}/reverse", status_code=201)
def reverse_claim_payment(
    claim_payment_id: UUID, body: ReverseIn, who: Who, pool: Connections
) -> ClaimPaymentOut:
    """Take back a wrong entry by its opposite; both stay."""
    return _payment(claim_payments.take_back(pool, who, claim_payment_id, reason=body.reason))


def _payment(entry: ClaimPayment) -> ClaimPaymentOut:
    return ClaimPaymentOut(
        id=entry.id,
        claim=entry.claim_id,
        amount=entry.amount,
        is_written_off=entry.is_written_off,
        paid_on=entry.paid_on,
        note=entry.note,
        reverses=entry.reverses,
        recorded_at=entry.recorded_at,
    )


def _final(of: ClaimReceivable) -> FinalClaimOut:
    claim = of.claim
    return FinalClaimOut(
        id=claim.id,
        centre=claim.centre_id,
        number=claim.number,
        programme=claim.programme,
        payer=claim.payer,
        first_month=claim.since,
        last_month=claim.until,
        amount=claim.amount,
        due_on=claim.due_on,
        made_at=claim.made_at,
        document_digest=claim.document_digest.hex(),
        state=of.state,
        paid=of.account.paid,
        written_off=of.account.written_off,
        open=of.account.outstanding,
        days_late=of.days_late,
    )


def _content(claim: ProgrammeClaim) -> ClaimContentOut:
    rests = [
        BudgetRestOut(before=rest.before, after=rest.after) if rest else None
        for rest in (claim.budget, claim.year_budget)
    ]
    return ClaimContentOut(
        programme=claim.of.programme,
        payer=claim.of.payer,
        first_month=claim.since,
        last_month=claim.until,
        amount=claim.amount,
        budget=rests[0],
        year_budget=rests[1],
        documents=[
            ClaimedDocumentOut(
                statement=one.statement_id,
                part=one.part,
                number=one.number,
                company_name=one.company_name,
                month=one.month,
                issued_on=one.issued_on,
                amount=one.amount,
                lines=[
                    ClaimLineOut(
                        day=line.day,
                        machine_name=line.machine_name,
                        label_ko=line.label_ko,
                        label_en=line.label_en,
                        pct=line.pct,
                        supply=line.supply,
                        amount=line.amount,
                    )
                    for line in one.lines
                ],
            )
            for one in claim.documents
        ],
    )
