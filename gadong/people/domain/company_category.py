"""A company's category at a centre (small manufacturer, in the city …): what it was on each day, and what proves it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

#: The usual categories in Korean and in English. A tariff's discount may name any other.
NAMES: Mapping[str, tuple[str, str]] = {
    "small-manufacturer": ("소공인", "small manufacturer"),
    "general": ("일반", "general"),
}


def category_names(category: str) -> tuple[str, str]:
    """Return a category's name in Korean and in English; of an unusual one the word itself."""
    return NAMES.get(category, (category, category))


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """A word on a company's category: from a day on, until (not on) the day on which its proof runs out."""

    name: str
    since: date
    until: date | None = None
    proof: str = ""

    def holds_on(self, day: date) -> bool:
        """Whether it is about the day."""
        return self.since <= day and (self.until is None or day < self.until)


@dataclass(frozen=True, slots=True)
class Categories:
    """What was said, the latest word first."""

    words: tuple[Category, ...] = ()

    def on(self, day: date) -> str | None:
        """The category on a day: the latest word about it. None where nobody said one, or its proof had run out."""
        return next((c.name for c in self.words if c.holds_on(day)), None)

    def ran_out(self, since: date, until: date) -> tuple[tuple[str, date], ...]:
        """What had its last day before one of the days from `since` until (not on) `until`, and nothing followed."""
        return tuple(
            (c.name, c.until)
            for c in self.words
            if c.until and since <= c.until < until and self.on(c.until) is None
        )
