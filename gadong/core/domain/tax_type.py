"""Tax types of what a centre charges."""

from __future__ import annotations

from enum import StrEnum


class TaxType(StrEnum):
    """The tax type of a charge. The centre confirms its own at set-up.

    The reason: docs/reference/billing.md#value-added-tax.
    """

    TAXABLE_10 = "taxable_10"
    EXEMPT = "exempt"
    OUT_OF_SCOPE = "out_of_scope"
