"""Lines of a centre's bank, their settlements, and the columns of its tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from psycopg import errors

from gadong.billing.domain.bank.bank_entry import (
    BankEntry,
    BankLine,
    Settlement,
    SettlementKind,
)
from gadong.billing.domain.bank.entered_money import EnteredMoney
from gadong.core.database import Tx, alone, many, one, run
from gadong.core.domain.document import from_document
from gadong.core.domain.ids import CentreId, CompanyId, PaymentId, PersonId, TransferId, new_id
from gadong.core.domain.problem import Conflict
from gadong.core.store.queries import statements
from gadong.core.store.values import to_document

SQL = statements(__file__)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSettlement:
    """A decision about a line, or (`reverses`) one that is taken back."""

    centre_id: CentreId
    entry_id: UUID
    kind: SettlementKind
    reason: str
    recorded_by: PersonId
    recorded_at: datetime
    transfer_id: TransferId | None = None
    payment_id: PaymentId | None = None
    reverses: UUID | None = None


def lock(tx: Tx, centre_id: CentreId) -> None:
    """Hold a centre's lines until the transaction ends."""
    alone(tx, f"bank entries {centre_id}")


def insert(
    tx: Tx,
    centre_id: CentreId,
    lines: Sequence[tuple[BankLine, bytes]],
    *,
    by: PersonId,
    at: datetime,
) -> int:
    """Insert the lines that are not there yet; return how many these were."""
    rows = many(
        tx,
        SQL["insert"],
        centre_id=centre_id,
        ids=[new_id() for _ in lines],
        days=[line.came_on for line, _ in lines],
        times=[line.came_at for line, _ in lines],
        amounts=[line.amount for line, _ in lines],
        payers=[line.payer for line, _ in lines],
        memos=[line.memo for line, _ in lines],
        balances=[line.balance for line, _ in lines],
        digests=[digest for _, digest in lines],
        accounts=[line.account for line, _ in lines],
        recorded_by=by,
        recorded_at=at,
    )
    return len(rows)


def within(tx: Tx, centre_id: CentreId, first: date, last: date) -> list[BankEntry]:
    """Return the lines of some days."""
    return [_entry(r) for r in many(tx, SQL["within"], centre_id=centre_id, first=first, last=last)]


def by_id(tx: Tx, entry_id: UUID) -> BankEntry | None:
    """Return one line."""
    row = one(tx, SQL["by_id"], id=entry_id)
    return _entry(row) if row else None


def unsettled(tx: Tx, centre_id: CentreId) -> list[BankEntry]:
    """Return the lines that nobody has settled, the oldest first."""
    return [_entry(row) for row in many(tx, SQL["unsettled"], centre_id=centre_id)]


def settled(tx: Tx, centre_id: CentreId) -> list[tuple[BankEntry, Settlement]]:
    """Return the settled lines with their settlements, the latest first."""
    found = {
        row["entry_id"]: _settlement(row)
        for row in many(tx, SQL["settlements"], centre_id=centre_id)
    }
    entries = [_entry(row) for row in many(tx, SQL["settled_entries"], centre_id=centre_id)]
    return [(entry, found[entry.id]) for entry in entries if entry.id in found]


def settlement(tx: Tx, entry_id: UUID) -> Settlement | None:
    """Return the standing settlement of a line, or None."""
    row = one(tx, SQL["settlement"], entry_id=entry_id)
    return _settlement(row) if row else None


def entry_of_payment(tx: Tx, payment_id: PaymentId) -> UUID | None:
    """Return the line that a payment is, or None."""
    row = one(tx, SQL["entry_of_payment"], payment_id=payment_id)
    return row["entry_id"] if row else None


def settle(tx: Tx, made: NewSettlement) -> UUID:
    """Settle a line, or take its settlement back; raise Conflict where it is settled already."""
    settlement_id = new_id()
    try:
        with tx.transaction():
            run(
                tx,
                SQL["settle"],
                id=settlement_id,
                centre_id=made.centre_id,
                entry_id=made.entry_id,
                kind=made.kind,
                transfer_id=made.transfer_id,
                payment_id=made.payment_id,
                reason=made.reason,
                reverses=made.reverses,
                recorded_by=made.recorded_by,
                recorded_at=made.recorded_at,
            )
    except (errors.CheckViolation, errors.UniqueViolation) as trouble:
        raise Conflict("This line is settled already, or with other money") from trouble
    return settlement_id


def payers(tx: Tx, centre_id: CentreId) -> dict[CompanyId, list[str]]:
    """Return the payers whose money a person entered for each firm."""
    found: dict[CompanyId, list[str]] = {}
    for row in many(tx, SQL["payers"], centre_id=centre_id):
        found.setdefault(row["company_id"], []).append(row["payer"])
    return found


def entered(tx: Tx, centre_id: CentreId, first: date, last: date) -> list[EnteredMoney]:
    """Return the money of some days that staff entered by hand and that stands for no line."""
    days = {"centre_id": centre_id, "first": first, "last": last}
    rows = [
        *many(tx, SQL["entered_transfers"], **days),
        *many(tx, SQL["entered_payments"], **days),
    ]
    return [EnteredMoney(**row) for row in rows]


def representatives(tx: Tx, centre_id: CentreId) -> dict[CompanyId, str]:
    """Return the representative of each firm that its documents name."""
    rows = many(tx, SQL["representatives"], centre_id=centre_id)
    return {row["company_id"]: row["representative"] for row in rows if row["representative"]}


def insert_columns(
    tx: Tx, centre_id: CentreId, fields: Mapping[str, str], *, by: PersonId | None, at: datetime
) -> None:
    """Insert the field of each heading."""
    run(
        tx,
        SQL["insert_columns"],
        id=new_id(),
        centre_id=centre_id,
        fields=to_document(dict(fields)),
        set_by=by,
        recorded_at=at,
    )


def columns(tx: Tx, centre_id: CentreId) -> dict[str, str]:
    """Return the field of each heading that any import had; of two the latest counts.

    A centre with accounts at two banks so keeps the headings of both.
    """
    found: dict[str, str] = {}
    for row in many(tx, SQL["columns_kept"], centre_id=centre_id):
        found |= from_document(dict[str, str], row["fields"])
    return found


def _entry(row: Mapping[str, Any]) -> BankEntry:
    return BankEntry(
        id=row["id"],
        centre_id=row["centre_id"],
        line=BankLine(
            came_on=row["came_on"],
            came_at=row["came_at"],
            amount=row["amount"],
            payer=row["payer"],
            memo=row["memo"],
            balance=row["balance"],
            account=row["account"],
        ),
        digest=bytes(row["digest"]),
        recorded_by=row["recorded_by"],
        recorded_at=row["recorded_at"],
    )


def _settlement(row: Mapping[str, Any]) -> Settlement:
    return Settlement(**{**row, "kind": SettlementKind(row["kind"])})
