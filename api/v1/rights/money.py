"""Requirements of the operations on money and the ledger of use."""

from __future__ import annotations

from collections.abc import Mapping

from api.v1.rights.needs import (
    DESK_WORK,
    MONEY_SEE,
    MONEY_WORK,
    SELF,
    STATEMENT,
    AccessCondition,
    Need,
    need,
)
from gadong.core.domain.access import Right

NEEDS: Mapping[tuple[str, str], Need] = {
    # The ledger of use. What changes a closed month needs MONEY_WORK beside.
    ("get", "/logged-uses"): need(Right.DESK_SEE, Right.MONEY_SEE),
    ("post", "/logged-uses"): DESK_WORK,
    ("get", "/logged-uses/{logged_use_id}"): need(
        AccessCondition.COMPANY, Right.DESK_SEE, Right.MONEY_SEE
    ),
    ("post", "/logged-uses/{logged_use_id}/reversal"): DESK_WORK,
    ("post", "/centres/{centre}/use-tables/preview"): DESK_WORK,
    ("post", "/centres/{centre}/use-tables"): DESK_WORK,
    ("get", "/machines/{machine}/decisions"): MONEY_SEE,
    ("post", "/machines/{machine}/decisions"): MONEY_WORK,
    ("post", "/decisions/{decision_id}/reverse"): MONEY_WORK,
    ("get", "/centres/{centre}/companies/{company}/account"): STATEMENT,
    ("get", "/centres/{centre}/receivables.csv"): MONEY_SEE,
    ("get", "/statements"): SELF,
    ("post", "/statements"): MONEY_WORK,
    ("get", "/statements/preview"): STATEMENT,
    ("get", "/statements/{statement_id}"): STATEMENT,
    ("get", "/statements/{statement_id}/readers"): MONEY_SEE,
    ("get", "/statements/{statement_id}/sheets.xlsx"): STATEMENT,
    ("get", "/statements/{statement_id}/lines.csv"): STATEMENT,
    ("get", "/statements/{statement_id}/document.pdf"): STATEMENT,
    ("post", "/statements/{statement_id}/approve"): MONEY_WORK,
    ("post", "/statements/{statement_id}/reopen"): MONEY_WORK,
    ("post", "/statements/{statement_id}/issue"): MONEY_WORK,
    ("post", "/statements/{statement_id}/check"): MONEY_WORK,
    ("post", "/statements/{statement_id}/void"): MONEY_WORK,
    ("get", "/statements/{statement_id}/payments"): STATEMENT,
    ("post", "/statements/{statement_id}/payments"): MONEY_WORK,
    ("post", "/payments/{payment_id}/reverse"): MONEY_WORK,
    ("get", "/statements/{statement_id}/objections"): STATEMENT,
    ("post", "/statements/{statement_id}/objections"): need(AccessCondition.COMPANY),
    ("get", "/objections"): MONEY_SEE,
    ("post", "/objections/{objection_id}/answer"): MONEY_WORK,
    ("get", "/statements/{statement_id}/difference"): MONEY_WORK,
    ("get", "/statements/{statement_id}/evidence"): STATEMENT,
    ("get", "/statements/{statement_id}/evidence.json"): MONEY_SEE,
    ("get", "/centres/{centre}/months/{month}"): MONEY_SEE,
    ("post", "/centres/{centre}/months/{month}/lock"): MONEY_WORK,
    ("post", "/centres/{centre}/months/{month}/unlock"): MONEY_WORK,
    ("get", "/tariffs/{tariff_id}/touched"): need(Right.RULES_SEE),
    ("get", "/statements/{statement_id}/corrections"): STATEMENT,
    ("post", "/statements/{statement_id}/corrections"): MONEY_WORK,
    ("get", "/statements/{statement_id}/corrections/{correction_id}/document.pdf"): STATEMENT,
    ("get", "/statements/{statement_id}/tax-invoices"): STATEMENT,
    ("post", "/statements/{statement_id}/tax-invoices"): MONEY_WORK,
    ("get", "/statements/{statement_id}/cash-receipts"): STATEMENT,
    ("post", "/statements/{statement_id}/cash-receipts"): MONEY_WORK,
    ("get", "/centres/{centre}/hometax.xlsx"): MONEY_SEE,
    ("get", "/centres/{centre}/statements.zip"): MONEY_SEE,
    ("get", "/entries"): STATEMENT,
    ("post", "/entries"): MONEY_WORK,
    ("get", "/prints"): MONEY_WORK,
    ("post", "/prints"): MONEY_WORK,
    ("post", "/lines"): MONEY_WORK,
    ("post", "/entries/{line_id}/reverse"): MONEY_WORK,
    ("get", "/centres/{centre}/companies/{company}/extras"): STATEMENT,
    ("post", "/centres/{centre}/companies/{company}/extras"): MONEY_WORK,
}
