"""Categories of a company at a centre on each day (small manufacturer, in the city …),
with proof.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from gadong.texts.payers import CATEGORIES


def category_names(category: str) -> tuple[str, str]:
    """Return a category's name in Korean and in English; an unusual one names itself."""
    return CATEGORIES.get(category, (category, category))


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """One entry on a company's category: from a day on, until (not on) the end of its proof."""

    name: str
    since: date
    until: date | None = None
    proof: str = ""

    def holds_on(self, day: date) -> bool:
        """Return whether the entry covers the day."""
        return self.since <= day and (self.until is None or day < self.until)


@dataclass(frozen=True, slots=True)
class Categories:
    """The entries on a company's category, the latest first."""

    words: tuple[Category, ...] = ()

    def on(self, day: date) -> str | None:
        """Return the category on a day by the latest entry that covers it, or None."""
        return next((c.name for c in self.words if c.holds_on(day)), None)

    def ran_out(self, since: date, until: date) -> tuple[tuple[str, date], ...]:
        """Return the categories whose proof ended in the days from `since` until (not on) `until`.

        A category that another entry continues is left out.
        """
        return tuple(
            (c.name, c.until)
            for c in self.words
            if c.until and since <= c.until < until and self.on(c.until) is None
        )
