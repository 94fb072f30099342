"""Settling a statement: decisions on its lines, sales, payments, corrections and tax invoices."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Form
from fastapi.responses import Response

from api.identity import Connections
from api.pages.billing.sale_instants import noon, within
from api.pages.billing.statement_forms import SentForm
from api.pages.frame.form_keys import FormKey
from api.pages.frame.form_times import FormDay
from api.pages.frame.layout import Look, Looking
from gadong.billing.domain.kept_correction import InvoiceKind
from gadong.billing.domain.kept_statement import Statement
from gadong.billing.domain.sale import QuantitySource, Spoiled
from gadong.billing.domain.statement import StatementState
from gadong.billing.domain.tariff_terms import TaxType
from gadong.billing.services import (
    corrections,
    payments,
    print_materials,
    sales,
    statement_drafts,
    tax_invoices,
)
from gadong.billing.services.prices import tariffs
from gadong.billing.services.statement_document import document
from gadong.booking.domain.decision import DecisionKind
from gadong.booking.services import decisions
from gadong.booking.services.decisions import DecisionRequest
from gadong.core.database import Pool
from gadong.core.domain.ids import BookingId, CorrectionId, MessageId
from gadong.core.domain.problem import Invalid, NotFound
from gadong.core.domain.usage_mode import UsageMode
from gadong.machines.services import machines

router = APIRouter(include_in_schema=False)

Reason = Annotated[str, Form(min_length=1, max_length=200)]
Day = FormDay
#: What a form calls a decision; all else that it offers is how the machine was used.
DECIDED = {
    "waive": DecisionKind.WAIVE,
    "waive_all": DecisionKind.WAIVE,
    "minutes": DecisionKind.SET_SECONDS,
}
OPEN = frozenset({StatementState.DRAFT, StatementState.CHECKING})


@router.post("/statements/{statement_id}/decisions")
def decide(
    statement_id: UUID,
    looking: Looking,
    pool: Connections,
    form: SentForm,
    line: Annotated[str, Form(max_length=200)],
    kind: Annotated[
        Literal["waive", "waive_all", "minutes", "self", "assisted", "commissioned"], Form()
    ],
    reason: Reason,
    minutes: Annotated[int | None, Form(ge=0, le=44_640)] = None,
) -> Response:
    """Waive a line or its whole session, say how much of it is billed or how it was used.

    Then compute the draft anew.
    """

    def work(statement: Statement) -> None:
        found = document(statement)
        charge = next((x.charge for x in found.lines if x.charge.key == line), None)
        session = next((e for e in found.evidence if e.key == line.rsplit("/", 1)[0]), None)
        if charge is None or session is None:
            raise NotFound("The statement has no such line")
        word = DecisionRequest(
            kind=DECIDED.get(kind, DecisionKind.SET_USAGE_MODE),
            period=session.booked or session.whole,
            company=statement.company_id,
            booking=_booking(charge.key),
            seconds=minutes * 60 if kind == "minutes" and minutes is not None else None,
            component=charge.component if kind == "waive" else None,
            usage_mode=None if kind in DECIDED else UsageMode(kind),
            reason=reason,
        )
        machine = machines.find(pool, looking.who, session.machine, centre=statement.centre_id)
        decisions.decide(pool, looking.who, machine, word, now=datetime.now(UTC))
        _again(looking, pool, statement)

    return form.settled(statement_id, work, "Decided. It stands on the next draft.")


@router.post("/statements/{statement_id}/entries")
def sell(
    statement_id: UUID,
    looking: Looking,
    pool: Connections,
    form: SentForm,
    *,
    code: Annotated[str, Form(max_length=60)],
    quantity: Annotated[Decimal, Form(gt=0, le=1_000_000)],
    day: Day,
    session: Annotated[str, Form(max_length=200)] = "",
    note: Annotated[str, Form(max_length=200)] = "",
    key: FormKey = None,
) -> Response:
    """Enter material, somebody's time, a training or work to order, in a session or on a day."""

    def work(statement: Statement) -> None:
        good = next(
            (
                g
                for g in tariffs.goods_on(pool, looking.who, statement.centre_id, day)
                if g.code == code
            ),
            None,
        )
        if good is None:
            raise Invalid("The tariff of that day has nothing of this name", field="code")
        found = document(statement)
        at = next((e for e in found.evidence if e.key == session), None)
        if session and at is None:
            raise NotFound("The statement has no such session")
        sales.sell(
            pool,
            looking.who,
            centre=statement.centre_id,
            company=statement.company_id,
            machine=machines.find(pool, looking.who, at.machine, centre=statement.centre_id)
            if at
            else None,
            booking=_booking(session),
            # A session over the month's edge began in a month that may be issued.
            at=within(statement, at.whole.start)
            if at
            else noon(looking.words.zone, statement, day),
            code=code,
            quantity=quantity,
            unit=good.measure.value,
            source=QuantitySource.HAND,
            spoiled=Spoiled.NO,
            note=note,
            now=datetime.now(UTC),
            key=key,
        )
        _again(looking, pool, statement)

    return form.settled(statement_id, work, "Entered. It stands on the next draft.")


@router.post("/statements/{statement_id}/prints")
def enter_prints(
    statement_id: UUID,
    looking: Looking,
    pool: Connections,
    form: SentForm,
    code: Annotated[str, Form(max_length=60)],
    message: Annotated[list[UUID], Form(max_length=1000, default_factory=list)],
    spoiled: Annotated[list[str], Form(max_length=1000, default_factory=list)],
    note: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Enter the filament of the ticked prints under one of the tariff's goods.

    `spoiled` holds pairs such as machine:<message>.
    """

    def work(statement: Statement) -> None:
        if not message:
            raise Invalid("Tick what is to be entered", field="message")
        words = {of: word for word, _, of in (s.partition(":") for s in spoiled)}
        print_materials.enter(
            pool,
            looking.who,
            centre=statement.centre_id,
            company=statement.company_id,
            month=statement.month,
            chosen={MessageId(m): _spoiled(words.get(str(m))) for m in message},
            code=code,
            note=note,
        )
        _again(looking, pool, statement)

    return form.settled(statement_id, work, "Entered. It stands on the next draft.")


@router.post("/statements/{statement_id}/lines")
def add_line(
    statement_id: UUID,
    looking: Looking,
    pool: Connections,
    form: SentForm,
    amount: Annotated[int, Form(ge=-1_000_000_000, le=1_000_000_000)],
    day: Day,
    reason: Reason,
    key: FormKey = None,
) -> Response:
    """Add a line of one's own, with its reason."""

    def work(statement: Statement) -> None:
        sales.add_line(
            pool,
            looking.who,
            centre=statement.centre_id,
            company=statement.company_id,
            at=noon(looking.words.zone, statement, day),
            amount=amount,
            tax_type=TaxType.TAXABLE_10,
            note=reason,
            now=datetime.now(UTC),
            key=key,
        )
        _again(looking, pool, statement)

    return form.settled(statement_id, work, "Entered. It stands on the next draft.")


@router.post("/statements/{statement_id}/payments")
def pay(
    statement_id: UUID,
    looking: Looking,
    pool: Connections,
    form: SentForm,
    *,
    amount: Annotated[int, Form(ge=1, le=1_000_000_000_000)],
    paid_on: Day,
    note: Annotated[str, Form(max_length=200)] = "",
    is_written_off: Annotated[bool, Form()] = False,
    key: FormKey = None,
) -> Response:
    """Enter a payment, or an amount written off."""

    def work(statement: Statement) -> None:
        payments.record(
            pool,
            looking.who,
            statement.id,
            amount=amount,
            paid_on=paid_on,
            note=note,
            is_written_off=is_written_off,
            now=datetime.now(UTC),
            key=key,
        )

    return form.settled(statement_id, work, "The payment is entered.")


@router.post("/statements/{statement_id}/corrections")
def correct(
    statement_id: UUID,
    looking: Looking,
    pool: Connections,
    form: SentForm,
    digest: Annotated[str, Form(min_length=64, max_length=64)],
    reason: Reason,
) -> Response:
    """Issue the difference that was looked at as a correction."""

    def work(statement: Statement) -> None:
        corrections.issue(pool, looking.who, statement.id, digest=digest, reason=reason)

    return form.settled(statement_id, work, "The correction is issued.")


@router.post("/statements/{statement_id}/void")
def void(
    statement_id: UUID, looking: Looking, pool: Connections, form: SentForm, reason: Reason
) -> Response:
    """Make an issued statement void, where that is still possible."""

    def work(statement: Statement) -> None:
        corrections.void(pool, looking.who, statement.id, reason=reason, now=datetime.now(UTC))

    said = "The statement is void. Its month is free for another."
    return form.settled(statement_id, work, said)


@router.post("/statements/{statement_id}/tax-invoices")
def register(
    statement_id: UUID,
    looking: Looking,
    pool: Connections,
    form: SentForm,
    *,
    approval: Annotated[str, Form(pattern="^[0-9A-Za-z]{24}$")],
    written_on: Day,
    issued_on: Day,
    correction: Annotated[UUID | None, Form()] = None,
    reason_code: Annotated[str, Form(pattern="^(0[1-6])?$")] = "",
    kind: Annotated[InvoiceKind, Form()] = InvoiceKind.TAX,
) -> Response:
    """Keep the approval number of a tax invoice that was issued elsewhere."""

    def work(statement: Statement) -> None:
        tax_invoices.register_invoice(
            pool,
            looking.who,
            statement.id,
            correction=CorrectionId(correction) if correction else None,
            approval=approval,
            reason_code=reason_code or None,
            kind=kind,
            written_on=written_on,
            issued_on=issued_on,
        )

    return form.settled(statement_id, work, "The tax invoice is registered.")


def _again(looking: Look, pool: Pool, statement: Statement) -> None:
    """Compute a draft anew; an issued statement shows the difference instead."""
    if statement.state in OPEN:
        statement_drafts.draft(
            pool,
            looking.who,
            centre=statement.centre_id,
            company=statement.company_id,
            month=statement.month,
            until=statement.until,
        )


def _spoiled(word: str | None) -> Spoiled:
    try:
        return Spoiled(word or Spoiled.NO)
    except ValueError as trouble:
        raise Invalid(
            "Choose from the list whether anything came of it", field="spoiled"
        ) from trouble


def _booking(key: str) -> BookingId | None:
    """Return the booking that a session's key, or a line's, names."""
    kind, _, rest = key.partition(":")
    return BookingId(UUID(rest.split("/", 1)[0])) if kind == "booking" else None
