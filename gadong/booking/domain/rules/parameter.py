"""One limit of the rule book: its unit, its bounds, and how a value of it is read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import time, timedelta
from enum import StrEnum
from typing import Any

from gadong.booking.domain.rules.limits import (
    ApplicationDays,
    BookingQuestion,
    Criterion,
    HourRule,
    OpeningWindow,
)
from gadong.core.domain.name import folded
from gadong.core.domain.usage_mode import UsageMode
from gadong.people.domain.company_profile import SECTOR


class Unit(StrEnum):
    """The unit of a parameter's value, as people write it."""

    MINUTES = "minutes"
    HOURS = "hours"
    DAYS = "days"
    COUNT = "count"
    FLAG = "flag"
    WORD = "word"
    WINDOW = "window"
    WINDOWS = "windows"
    QUESTIONS = "questions"
    SLUGS = "slugs"
    CODES = "codes"
    AREAS = "areas"
    SECTORS = "sectors"
    MODES = "modes"
    MONTH_DAYS = "days of the month"
    ORDER = "order"
    HOUR_RULES = "hour rules"


LENGTHS = {Unit.MINUTES: "minutes", Unit.HOURS: "hours", Unit.DAYS: "days"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One limit: its unit, its default, those of some kinds of machine, and what it may be.

    `may_be_off` allows null: no limit. `most` bounds numbers, `choices` words.
    """

    name: str
    unit: Unit
    default: Any
    of_kind: Mapping[str, Any] = field(default_factory=dict)
    may_be_off: bool = False
    least: int = 0
    most: int = 1_000_000
    choices: tuple[str, ...] = ()

    @property
    def attribute(self) -> str:
        """Return its name in the rules or the limits of attribution; lengths carry their unit."""
        return self.name.removesuffix(f"_{self.unit}") if self.unit in LENGTHS else self.name

    def default_of(self, kind: str) -> Any:
        """Return the value where nobody set one."""
        return self.of_kind.get(kind, self.default)

    def read(self, given: Any) -> Any:
        """Return the value as the rules need it; ValueError naming the parameter otherwise."""
        if given is None:
            if not self.may_be_off:
                raise ValueError(f"{self.name} cannot be null")
            return None
        try:
            return self._read(given)
        except (TypeError, ValueError, KeyError, AttributeError) as trouble:
            raise ValueError(f"{self.name}: {trouble}") from trouble

    def _read(self, given: Any) -> Any:
        match self.unit:
            case Unit.MINUTES | Unit.HOURS | Unit.DAYS:
                return timedelta(**{LENGTHS[self.unit]: self._number(given)})
            case Unit.COUNT:
                return self._number(given)
            case Unit.WORD:
                return self._word(given)
            case _:
                return READERS[self.unit](given)

    def _number(self, given: Any) -> int:
        if isinstance(given, bool) or not isinstance(given, int):
            raise TypeError("a whole number is wanted")
        if not self.least <= given <= self.most:
            raise ValueError(f"from {self.least} to {self.most}, not {given}")
        return given

    def _word(self, given: Any) -> str:
        word = _text(given)
        if self.choices and word not in self.choices:
            raise ValueError(f"one of {', '.join(self.choices)}, not {word}")
        return word


def _flag(given: Any) -> bool:
    if not isinstance(given, bool):
        raise TypeError("true or false is wanted")
    return given


def _listed(given: Any) -> list[Any]:
    if not isinstance(given, list) or len(given) > 50:
        raise ValueError("a list of at most 50 is wanted")
    return given


def _text(given: Any) -> str:
    if not isinstance(given, str) or not 1 <= len(given) <= 200 or not given.isprintable():
        raise ValueError("a word of 1 to 200 characters is wanted")
    return given


def _window(given: Any) -> OpeningWindow:
    weekdays = _listed(given.get("weekdays", [0, 1, 2, 3, 4, 5, 6]))
    if any(isinstance(day, bool) or day not in range(7) for day in weekdays):
        raise ValueError("weekdays are 0 (Monday) to 6")
    since, until = time.fromisoformat(given["since"]), time.fromisoformat(given["until"])
    if since.tzinfo or until.tzinfo:
        raise ValueError("since and until are the centre's own times, without a zone")
    return OpeningWindow(weekdays=tuple(weekdays), since=since, until=until)


def _question(given: Any) -> BookingQuestion:
    return BookingQuestion(
        key=_text(given["key"]),
        ko=_text(given["ko"]),
        en=_text(given["en"]),
        is_required=_flag(given.get("is_required", True)),
    )


def _modes(given: Any) -> tuple[UsageMode, ...]:
    found = tuple(UsageMode(_text(mode)) for mode in _listed(given))
    if not found or len(set(found)) < len(found):
        raise ValueError(f"one or more of {', '.join(UsageMode)}, each once")
    return found


def _month_days(given: Any) -> ApplicationDays:
    first, last = given["first"], given["last"]
    if any(isinstance(day, bool) or not isinstance(day, int) for day in (first, last)):
        raise TypeError("first and last are whole numbers")
    return ApplicationDays(first=first, last=last)


def _hour_rule(given: Any) -> HourRule:
    if unknown := set(given) - {"weekdays", "since", "until", "qualification", "approval"}:
        raise ValueError(f"there is no {', '.join(sorted(unknown))}")
    codes = given.get("qualification")
    return HourRule(
        hours=_window(given),
        trainings=() if codes is None else _codes(codes),
        approval=_text(given.get("approval", "auto")),
    )


def _order(given: Any) -> tuple[Criterion, ...]:
    found = tuple(Criterion(_text(criterion)) for criterion in _listed(given))
    if not found or len(set(found)) < len(found):
        raise ValueError(f"one or more of {', '.join(Criterion)}, each once")
    if Criterion.LOT in found[:-1]:
        raise ValueError("the lot decides everything, so that nothing comes after it")
    return found


def _codes(given: Any) -> tuple[str, ...]:
    """Return the codes of a list; one alone may be written without a list."""
    found = tuple(_text(code) for code in ([given] if isinstance(given, str) else _listed(given)))
    if not found or len(set(found)) < len(found):
        raise ValueError("one or more codes, each once, or null")
    return found


def _areas(given: Any) -> tuple[str, ...]:
    found = tuple(folded(_text(area)) for area in _listed(given))
    if not found or len(set(found)) < len(found) or "" in found or any("," in a for a in found):
        raise ValueError("one or more districts, each once, or null")
    return found


def _sectors(given: Any) -> tuple[str, ...]:
    found = tuple(_text(code) for code in _listed(given))
    if not found or len(set(found)) < len(found):
        raise ValueError("one or more sectors, each once, or null")
    if any(not SECTOR.fullmatch(code) for code in found):
        raise ValueError("a sector is two digits, as 25 of the classification")
    return found


READERS: Mapping[Unit, Callable[[Any], Any]] = {
    Unit.FLAG: _flag,
    Unit.WINDOW: _window,
    Unit.WINDOWS: lambda given: tuple(_window(w) for w in _listed(given)),
    Unit.QUESTIONS: lambda given: tuple(_question(q) for q in _listed(given)),
    Unit.SLUGS: lambda given: tuple(_text(slug) for slug in _listed(given)),
    Unit.CODES: _codes,
    Unit.AREAS: _areas,
    Unit.SECTORS: _sectors,
    Unit.MODES: _modes,
    Unit.MONTH_DAYS: _month_days,
    Unit.ORDER: _order,
    Unit.HOUR_RULES: lambda given: tuple(_hour_rule(rule) for rule in _listed(given)),
}
