"""The trainings that a machine requires of who runs it, all of them at once."""

from __future__ import annotations

from datetime import datetime

from gadong.booking.domain.booking_request import Facts, Wish
from gadong.booking.domain.rules.limits import HourRule
from gadong.core.domain.clock import write_instant as _text
from gadong.core.domain.period import Period
from gadong.core.domain.problem import Problem

#: The refusals whose limit is codes of trainings.
ABOUT_TRAININGS = frozenset(
    {"booking.unqualified", "booking.qualification_lapsed", "booking.hours_unqualified"}
)


def qualified(wish: Wish, facts: Facts, now: datetime) -> Problem | None:
    """Require every training (장비교육) of the machine. Approval may stand in for them.

    Where the centre's own hands are on the machine nobody else's need it.
    """
    missing = [code for code in _lacking(wish, facts, now) if code not in facts.qualifications]
    if not missing:
        return None
    return Problem(code="booking.unqualified", limit=", ".join(missing), overridable_by="manager")


def still_qualified(wish: Wish, facts: Facts, now: datetime) -> Problem | None:
    """Require that no training of the machine has lapsed by the start."""
    ends = {
        code: facts.qualifications[code].lapses_at(facts.rules)
        for code in _lacking(wish, facts, now)
        if code in facts.qualifications
    }
    if not ends:
        return None
    first = min((end for end in ends.values() if end), default=None)
    return Problem(
        code="booking.qualification_lapsed",
        limit=", ".join(ends),
        actual=_text(first) if first else None,
        overridable_by="manager",
    )


def qualified_for_hours(wish: Wish, facts: Facts, now: datetime) -> Problem | None:
    """Require the trainings of every hour rule whose hours the booking touches.

    Other hours may do without, so that this is about the time and not about the form.
    """
    missing: dict[str, Period] = {}
    for rule, hours in _rules_touching(wish, facts):
        if rule.approval == "qualified":
            continue
        for code in _lacking_of(rule, wish, facts, now):
            missing.setdefault(code, hours)
    if not missing:
        return None
    return Problem(
        code="booking.hours_unqualified",
        limit=", ".join(missing),
        overridable_by="manager",
        details={
            "from": _text(min(hours.start for hours in missing.values())),
            "until": _text(max(hours.end for hours in missing.values())),
        },
    )


def waits_at_hours(wish: Wish, facts: Facts, now: datetime) -> bool:
    """Return whether a manager approves first because of the hours that the booking touches."""
    return any(
        rule.approval == "manual"
        or (rule.approval == "qualified" and _lacking_of(rule, wish, facts, now))
        for rule, _ in _rules_touching(wish, facts)
    )


def lacks_at_hours(wish: Wish, facts: Facts, now: datetime) -> bool:
    """Return whether the person lacks a training of the hours that the booking touches."""
    return any(_lacking_of(rule, wish, facts, now) for rule, _ in _rules_touching(wish, facts))


def hour_edges(facts: Facts, period: Period) -> list[datetime]:
    """Return the instants in a period at which the hours of a rule begin or end."""
    windows = (
        window for r in facts.rules.hour_rules for window in r.hours.touching(period, facts.zone)
    )
    return sorted({edge for window in windows for edge in (window.start, window.end)})


def _rules_touching(wish: Wish, facts: Facts) -> list[tuple[HourRule, Period]]:
    """Return the hour rules that the booking touches, each with its first hours that it does."""
    found = (
        (rule, rule.hours.touching(wish.period, facts.zone)) for rule in facts.rules.hour_rules
    )
    return [(rule, windows[0]) for rule, windows in found if windows]


def _lacking_of(rule: HourRule, wish: Wish, facts: Facts, now: datetime) -> list[str]:
    """Return the trainings of an hour rule that a request lacks; none where the centre runs it."""
    if not facts.rules.mode(wish.usage_mode).wants_training:
        return []
    return [code for code in rule.trainings if not _holds(facts, code, wish.period.start, now)]


def _lacking(wish: Wish, facts: Facts, now: datetime) -> list[str]:
    """Return the trainings that a request lacks; none where it needs none."""
    rules = facts.rules
    if rules.approval == "qualified" or not rules.mode(wish.usage_mode).wants_training:
        return []
    return [
        code for code in rules.qualifications if not _holds(facts, code, wish.period.start, now)
    ]


def _holds(facts: Facts, code: str, at: datetime, now: datetime) -> bool:
    held = facts.qualifications.get(code)
    lapses = held.lapses_at(facts.rules) if held else None
    return held is not None and (lapses is None or lapses > max(at, now))


def holds(facts: Facts, at: datetime, now: datetime) -> bool:
    """Return whether the person holds every training of the machine now and at the instant."""
    return all(_holds(facts, code, at, now) for code in facts.rules.qualifications)
