"""Labels of the audit's subjects about money, by table."""

from __future__ import annotations

from collections.abc import Mapping

MONEY_SUBJECTS: Mapping[str, str] = {
    "counter_uses": "use of a page counter",
    "programme_claim_payments": "payment of a claim",
    "credit_orders": "firm's wish about its credit",
    "bank_entries": "line of the bank",
    "bank_settlements": "settled line of the bank",
    "bank_columns": "columns of a bank's table",
    "payments": "payment",
    "transfers": "firm's transfer",
    "tax_invoices": "tax invoice",
}
