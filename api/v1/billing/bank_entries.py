"""Endpoints of a centre's bank: import of its table, lines with proposals, and their settlement."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

from fastapi import APIRouter

from api.errors import told
from api.identity import Connections, Who
from api.v1.billing import bank_entries_schemas as schemas
from api.v1.billing.company_accounts import FirmTransferOut, FirmTransferPartIn, firm_transfer
from api.v1.paging import Cursor, Limit, Page, after_id, next_id
from api.v1.schemas import BrokenRule
from gadong.billing.domain.accounts.transfer import summed
from gadong.billing.domain.bank.bank_entry import (
    BankEntry,
    EntryVerdict,
    JudgedLine,
    Settlement,
)
from gadong.billing.services.bank import bank_entries, bank_imports
from gadong.billing.services.bank.bank_entries import OpenEntry
from gadong.billing.services.bank.bank_imports import BankImport, ReadBankTable
from gadong.core.domain.ids import CentreId, CompanyId, PaymentId, StatementId, TransferId
from gadong.core.domain.problem import Invalid, Refused
from gadong.people.domain.imports.headed_table import UnreadableTable
from gadong.people.services.imports.company_imports import unreadable
from gadong.people.services.imports.uploaded_tables import rows_of, rows_of_text

router = APIRouter(tags=["money"])


@router.post("/centres/{centre}/bank-imports/preview")
def preview_bank_table(
    centre: UUID, body: schemas.BankImportIn, who: Who, pool: Connections
) -> schemas.BankImportOut:
    """Judge every row of a bank's table; keep nothing."""
    now = datetime.now(UTC)
    return _imported(bank_imports.preview(pool, who, CentreId(centre), _table(body), now=now))


@router.post("/centres/{centre}/bank-imports", status_code=201)
def import_bank_table(
    centre: UUID, body: schemas.BankImportIn, who: Who, pool: Connections
) -> schemas.BankImportOut:
    """Keep the lines that brought money and are not there yet; the same table again keeps none.

    Nothing is paid by it. For managers.
    """
    now = datetime.now(UTC)
    return _imported(bank_imports.keep(pool, who, CentreId(centre), _table(body), now=now))


@router.get("/centres/{centre}/bank-entries")
def list_bank_entries(
    centre: UUID,
    who: Who,
    pool: Connections,
    state: schemas.BankState = schemas.BankState.OPEN,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[schemas.BankEntryOut]:
    """Return open lines, the oldest first, with proposals; or settled ones, the latest first."""
    found = bank_entries.of_centre(pool, who, CentreId(centre))
    items = (
        [_open(one) for one in found.open]
        if state is schemas.BankState.OPEN
        else [_entry(entry, settlement) for entry, settlement in found.settled]
    )
    shown = list(after_id(items, cursor))[:limit]
    return Page(items=shown, next=next_id(shown, limit))


@router.post("/bank-entries/{bank_entry_id}/transfer", status_code=201)
def enter_bank_transfer(
    bank_entry_id: UUID, body: schemas.BankTransferIn, who: Who, pool: Connections
) -> FirmTransferOut:
    """Enter a line as a firm's transfer, for the statements named or the oldest first.

    The rest is the firm's credit. For managers.
    """
    made = bank_entries.enter(
        pool,
        who,
        bank_entry_id,
        CompanyId(body.company),
        to=summed((StatementId(part.statement), part.amount) for part in body.to),
        now=datetime.now(UTC),
    )
    return firm_transfer(made)


@router.post("/bank-entries/{bank_entry_id}/link", status_code=204)
def link_bank_entry(
    bank_entry_id: UUID, body: schemas.BankLinkIn, who: Who, pool: Connections
) -> None:
    """Say that a line is money that was entered by hand before; for managers."""
    bank_entries.link(
        pool,
        who,
        bank_entry_id,
        transfer=TransferId(body.transfer) if body.transfer else None,
        payment=PaymentId(body.payment) if body.payment else None,
    )


@router.post("/bank-entries/{bank_entry_id}/set-aside", status_code=204)
def set_bank_entry_aside(
    bank_entry_id: UUID, body: schemas.BankReasonIn, who: Who, pool: Connections
) -> None:
    """Say that no firm owes a line's money, and what it is; for managers."""
    bank_entries.set_aside(pool, who, bank_entry_id, reason=body.reason)


@router.post("/bank-entries/{bank_entry_id}/reopen", status_code=204)
def reopen_bank_entry(
    bank_entry_id: UUID, body: schemas.BankReasonIn, who: Who, pool: Connections
) -> None:
    """Take back what was said of a line. A transfer is taken back itself. For managers."""
    bank_entries.reopen(pool, who, bank_entry_id, reason=body.reason)


def _table(body: schemas.BankImportIn) -> BankImport:
    if (body.text is None) is (body.file is None):
        raise Invalid("Send the table as text or as a file", field="text")
    rows = _rows(lambda: rows_of_text(body.text or "") if body.file is None else _file(body.file))
    return BankImport(
        rows=rows,
        fields=body.fields,
        account=body.account,
        keeps_good=body.keeps_good,
        takes_similar=body.takes_similar,
    )


def _rows(read: Callable[[], list[list[str]]]) -> list[list[str]]:
    try:
        return read()
    except UnreadableTable as trouble:
        raise Refused([unreadable(trouble)]) from trouble


def _file(text: str) -> list[list[str]]:
    try:
        return rows_of(base64.b64decode(text, validate=True))
    except (binascii.Error, ValueError) as trouble:
        if isinstance(trouble, UnreadableTable):
            raise
        raise Invalid("The file is not in base64", field="file") from trouble


def _imported(found: ReadBankTable) -> schemas.BankImportOut:
    return schemas.BankImportOut(
        items=[_row(row) for row in found.rows],
        counts={verdict.value: count for verdict, count in found.counts.items()},
        new_won=found.won(EntryVerdict.NEW),
        fields=dict(found.fields),
        problems=[BrokenRule(**told(problem)) for problem in found.problems],
    )


def _row(row: JudgedLine) -> schemas.BankRowOut:
    return schemas.BankRowOut(
        line=row.number,
        verdict=row.verdict,
        came_on=row.line.came_on if row.line else None,
        came_at=row.line.came_at if row.line else "",
        amount=row.line.amount if row.line else None,
        payer=row.line.payer if row.line else "",
        problems=[BrokenRule(**told(problem)) for problem in row.problems],
    )


def _entry(entry: BankEntry, settlement: Settlement | None = None) -> schemas.BankEntryOut:
    line = entry.line
    return schemas.BankEntryOut(
        id=entry.id,
        centre=entry.centre_id,
        came_on=line.came_on,
        came_at=line.came_at,
        amount=line.amount,
        payer=line.payer,
        memo=line.memo,
        balance=line.balance,
        account=line.account,
        settlement=schemas.BankSettlementOut(
            kind=settlement.kind,
            reason=settlement.reason,
            transfer=settlement.transfer_id,
            company=settlement.company_id,
            company_name=settlement.company_name,
        )
        if settlement
        else None,
    )


def _open(one: OpenEntry) -> schemas.BankEntryOut:
    return _entry(one.entry).model_copy(
        update={
            "proposals": [
                schemas.BankProposalOut(
                    company=made.company_id,
                    company_name=made.company_name,
                    basis=made.basis.name.lower(),
                    is_exact=made.is_exact,
                    to=[
                        FirmTransferPartIn(statement=statement, amount=won)
                        for statement, won in made.parts.items()
                    ],
                    rest=made.rest,
                )
                for made in one.proposals
            ],
            "entered": [
                schemas.EnteredMoneyOut(
                    company=money.company_id,
                    company_name=money.company_name,
                    paid_on=money.paid_on,
                    transfer=money.transfer_id,
                    payment=money.payment_id,
                    statement_number=money.number,
                )
                for money in one.entered
            ],
        }
    )
