"""The reckoning of a month's rent: won a month for some of the month's days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Rent:
    """Won a month for `days` of the `of_days` of a month, from `first` to `last`.

    `before` counts the month's days that an earlier statement of the month charges (ADR 70). What
    they came to is taken off what all days come to, so that the parts are the whole to the won.
    """

    monthly: int
    first: date
    last: date
    days: int
    of_days: int
    before: int = 0

    @property
    def amount(self) -> int:
        """Return the won for the days."""
        return self._of(self.before + self.days) - self._of(self.before)

    def _of(self, days: int) -> int:
        return self.monthly * days // self.of_days
