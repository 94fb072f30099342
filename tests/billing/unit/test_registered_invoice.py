"""The sums that registered invoices say together, and the corrections that they have."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from gadong.billing.domain.correction import CorrectionDocument, Direction
from gadong.billing.domain.documents.registered_invoice import (
    RegisteredInvoice,
    registered_invoices,
)
from gadong.billing.domain.kept_correction import Correction, InvoiceKind, TaxInvoice
from gadong.billing.domain.statement import Totals
from gadong.billing.services.invoices.naming_corrections import changed_names
from gadong.core.domain.ids import (
    CentreId,
    CorrectionId,
    PersonId,
    StatementId,
    new_id,
)
from gadong.people.domain.legal_party import Party

SEOUL = ZoneInfo("Asia/Seoul")
#: Noon in Seoul.
NOON = datetime(2026, 12, 10, 3, tzinfo=UTC)
STATEMENT = StatementId(new_id())


def sums(taxable: int) -> Totals:
    vat = taxable // 10
    return Totals(
        lines=taxable, truncation=0, supply=taxable, vat=vat, total=taxable + vat, taxable=taxable
    )


def invoice(
    correction: CorrectionId | None = None,
    *,
    issued_on: date = date(2026, 12, 10),
    kind: InvoiceKind = InvoiceKind.TAX,
) -> TaxInvoice:
    return TaxInvoice(
        id=new_id(),
        statement_id=STATEMENT,
        correction_id=correction,
        approval="1" * 24,
        reason_code=None if correction is None else "02",
        written_on=issued_on,
        issued_on=issued_on,
        recorded_at=NOON,
        kind=kind,
    )


def document(was: int, now: int, **parties: Party) -> CorrectionDocument:
    return CorrectionDocument(
        statement="x-202611-0001",
        number="x-202611-0001-C01",
        company_name="한솔",
        registration_number="1248100998",
        month="2026-11",
        currency="KRW",
        reason="착오",
        direction=Direction.CREDIT,
        changes=(),
        was=sums(was),
        now=sums(now),
        difference=0,
        recorded_before=NOON,
        engine_version="6",
        lines=(),
        **parties,
    )


def made(issued_at: datetime) -> Correction:
    return Correction(
        id=CorrectionId(new_id()),
        centre_id=CentreId(new_id()),
        statement_id=STATEMENT,
        sequence=1,
        number="x-202611-0001-C01",
        difference=0,
        document={},
        document_digest=b"",
        input_digest=b"",
        recorded_before=NOON,
        engine_version="6",
        issued_at=issued_at,
        issued_by=PersonId(new_id()),
        chain_hash=b"",
        previous_hash=b"",
    )


def only(invoices: Sequence[TaxInvoice]) -> RegisteredInvoice:
    (found,) = registered_invoices(invoices, SEOUL)
    return found


@pytest.mark.parametrize(
    ("issued_on", "before", "is_said"),
    [
        (date(2026, 12, 10), timedelta(microseconds=1), True),
        (date(2026, 12, 10), timedelta(0), False),
        # Midnight in Seoul is twelve hours before noon.
        (date(2026, 12, 9), timedelta(hours=12, microseconds=1), True),
        (date(2026, 12, 9), timedelta(hours=12), False),
        (date(2026, 12, 9), timedelta(hours=1), False),
    ],
)
def test_an_invoice_says_the_corrections_before_its_day_ended_and_its_registration(
    issued_on: date, before: timedelta, is_said: bool
) -> None:
    assert only([invoice(issued_on=issued_on)]).says(made(NOON - before)) is is_said


@pytest.mark.parametrize(
    ("registered", "taxable"),
    [((), 1000), ((0,), 800), ((1,), 1300), ((0, 1), 1100), ((1, 0), 1100)],
)
def test_an_amended_invoice_is_of_its_own_difference(
    registered: tuple[int, ...], taxable: int
) -> None:
    later = [(made(NOON), document(1000, 800)), (made(NOON), document(800, 1100))]
    invoices = [invoice(), *(invoice(later[n][0].id) for n in registered)]
    found = only(invoices).sums((), sums(1000), later)
    assert (found.totals.taxable, found.totals.vat) == (taxable, taxable // 10)


def test_each_kind_has_its_own_amended_invoices() -> None:
    one = made(NOON)
    tax, exempt = registered_invoices(
        [
            invoice(kind=InvoiceKind.EXEMPT),
            invoice(one.id, kind=InvoiceKind.EXEMPT),
            invoice(),
        ],
        SEOUL,
    )
    assert (tax.first.kind, tax.says(one)) == (InvoiceKind.TAX, False)
    assert (exempt.first.kind, exempt.says(one)) == (InvoiceKind.EXEMPT, True)
    assert registered_invoices([invoice(one.id)], SEOUL) == []


def test_names_of_a_document_without_names_are_a_correction_of_names() -> None:
    """Documents of before parties name nobody."""
    said = document(1000, 1000, customer=Party(name="한솔"))
    assert [(one.was, one.now) for one in changed_names(said)] == [("", "한솔")]
    assert changed_names(document(1000, 800, customer=Party(name="한솔"))) == ()
