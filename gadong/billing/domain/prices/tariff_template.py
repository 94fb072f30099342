"""Templates of price tables for a centre without one: its kinds of machines with a basis each."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Any

from gadong.billing.domain.rate_terms import Basis
from gadong.machines.domain.observation import Observed

#: Public centres reduce fees for small manufacturers by 30 to 80 per cent; the form shows the
#: middle, which the centre changes to its own.
USUAL_DISCOUNT = {"category": "small-manufacturer", "pct": "50"}


class TariffTemplate(StrEnum):
    """The way of charging with which a price table begins."""

    BY_USE = "by_use"  # as a machine ran, or the ledger says
    BY_BOOKING = "by_booking"
    FREE = "free"  # lines of nought won, so that the use is still reported


def tariff_document(
    template: TariffTemplate, kinds: Mapping[str, Collection[Observed]]
) -> dict[str, Any]:
    """Return a price table as JSON for kinds of machines, by how the machines are observed.

    An item without a rate waits for the centre's own. No item has a basis that none of its machines
    can measure, so that the table can be published as soon as it has rates.
    """
    items = [{"kind": kind, **_terms(template, kinds[kind])} for kind in sorted(kinds)]
    discounts = [] if template is TariffTemplate.FREE else [dict(USUAL_DISCOUNT)]
    return {"items": items, "discounts": discounts}


def _terms(template: TariffTemplate, observed: Collection[Observed]) -> dict[str, str]:
    if template is TariffTemplate.FREE:
        return {"basis": Basis.BOOKED, "rate_per_hour": "0"}
    if template is TariffTemplate.BY_BOOKING or set(observed) <= {Observed.NEITHER}:
        return {"basis": Basis.BOOKED}
    if Observed.SIGNAL in observed:
        # Of the kind's machines without signals the booking counts.
        return {"basis": Basis.ACTUAL_RUN, "ledger_basis": Basis.BOOKED}
    return {"basis": Basis.ACTUAL_OCCUPIED, "ledger_basis": Basis.ACTUAL_OCCUPIED}
