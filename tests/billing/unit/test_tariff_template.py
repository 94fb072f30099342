"""Templates of price tables: a basis for every kind that its machines can measure."""

from __future__ import annotations

from typing import Any

import pytest

from gadong.billing.domain.prices.tariff_template import TariffTemplate, tariff_document
from gadong.billing.domain.tariff import Tariff
from gadong.core.domain.document import from_document
from gadong.machines.domain.observation import Observed

SIGNAL, LEDGER, NEITHER = Observed.SIGNAL, Observed.LEDGER, Observed.NEITHER
KINDS = {
    "mill": {SIGNAL},
    "cmm": {LEDGER},
    "room": {NEITHER},
    "lathe": {SIGNAL, LEDGER, NEITHER},
    "bench": {LEDGER, NEITHER},
}


def read(template: TariffTemplate) -> Tariff:
    """The table of a template, once a centre has written its rates."""
    document: dict[str, Any] = tariff_document(template, KINDS)
    for item in document["items"]:
        item.setdefault("rate_per_hour", "10000")
    return from_document(Tariff, {"effective_from": "2027-01-01", **document})


def test_each_kind_has_the_basis_that_its_machines_can_measure() -> None:
    by_use = {
        item.kind: (item.basis, item.ledger_basis) for item in read(TariffTemplate.BY_USE).items
    }
    assert by_use == {
        "bench": ("actual_occupied", "actual_occupied"),
        "cmm": ("actual_occupied", "actual_occupied"),
        "lathe": ("actual_run", "booked"),
        "mill": ("actual_run", "booked"),
        "room": ("booked", None),
    }
    assert {item.basis for item in read(TariffTemplate.BY_BOOKING).items} == {"booked"}


@pytest.mark.parametrize("template", TariffTemplate)
def test_no_item_is_refused_for_what_no_machine_has(template: TariffTemplate) -> None:
    for item in read(template).items:
        assert any(item.measures(observed) for observed in KINDS[str(item.kind)])


def test_a_free_table_has_rates_and_the_others_wait_for_them() -> None:
    free = tariff_document(TariffTemplate.FREE, KINDS)
    assert {item["rate_per_hour"] for item in free["items"]} == {"0"}
    assert free["discounts"] == []
    for template in (TariffTemplate.BY_USE, TariffTemplate.BY_BOOKING):
        document = tariff_document(template, KINDS)
        assert all("rate_per_hour" not in item for item in document["items"])
        assert [d["pct"] for d in document["discounts"]] == ["50"]
