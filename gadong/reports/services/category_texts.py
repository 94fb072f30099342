"""Names of companies' categories in a centre's own words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from gadong.billing.domain.tariff_version import TariffVersion
from gadong.billing.store import statements
from gadong.core.database import Tx
from gadong.core.domain.ids import CentreId
from gadong.people.domain.company_category import category_names


@dataclass(frozen=True, slots=True)
class CategoryTexts:
    """The Korean names that a centre's price tables give categories."""

    named: Mapping[str, str] = field(default_factory=dict)

    def of(self, category: str) -> str:
        """Return the centre's Korean name of a category, or its usual name."""
        return self.named.get(category) or category_names(category)[0]


def category_texts(tx: Tx, centre_id: CentreId) -> CategoryTexts:
    """Return the names of a centre's categories, by the latest price table that names each."""
    return texts_of(statements.published(tx, centre_id))


def texts_of(tariffs: Iterable[TariffVersion]) -> CategoryTexts:
    """Return the names of categories in a centre's price tables, which are the latest first."""
    named: dict[str, str] = {}
    for version in tariffs:
        for discount in version.tariff.discounts:
            if discount.name_ko:
                named.setdefault(discount.category, discount.name_ko)
    return CategoryTexts(named)
