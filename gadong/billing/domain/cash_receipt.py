"""Cash receipts (현금영수증): the papers of payers without a number with the tax office.

The rules: docs/payers.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from gadong.billing.domain.documents.tax_breakdown import Breakdown
from gadong.core.domain.ids import StatementId
from gadong.core.domain.problem import Invalid


@dataclass(frozen=True, slots=True, kw_only=True)
class CashReceipt:
    """A cash receipt that was issued elsewhere. Won with the tax.

    A cancelled one has an amount below nothing.
    """

    id: UUID
    statement_id: StatementId
    approval: str
    amount: int
    issued_on: date
    recorded_at: datetime


def receivable(sums: Breakdown) -> int:
    """Return the won for which receipts are issued: the supply and its tax.

    Fees outside VAT are no supply. What a programme pays of the supply is not the payer's.
    """
    return max(0, sums.supply + sums.vat - (sums.subsidy - sums.subsidy_outside))


def need_amount(amount: int, earlier: Iterable[CashReceipt], sums: Breakdown) -> None:
    """Raise Invalid for an amount that takes the receipts below nothing, or above what is due.

    A cancelled one may leave more than is due by now: the others are cancelled each by itself.
    """
    so_far = sum(receipt.amount for receipt in earlier)
    most = receivable(sums) - so_far
    if amount == 0 or 0 < amount > most or so_far + amount < 0:
        raise Invalid(
            "The receipts of a statement lie between nothing and its supply with tax",
            field="amount",
            limit=most if amount > 0 else -so_far,
            actual=amount,
        )
