"""The trainings that a machine requires of who runs it, all of them at once."""

from __future__ import annotations

from datetime import datetime

from gadong.booking.domain.booking_request import Facts, Wish
from gadong.core.domain.clock import write_instant as _text
from gadong.core.domain.problem import Problem


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
