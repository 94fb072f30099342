"""A training holds, and stands in for a manager, until the exact instant at which it lapses."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from gadong.booking.domain.booking_request import Facts, Qualification
from gadong.booking.domain.rules.limits import Rules
from gadong.booking.domain.rules.policy import holds, needs_approval
from gadong.core.domain.usage_mode import UsageMode
from tests.support.golden import at
from tests.support.wishes import DAY, NOW, SECOND, facts, wish


def qualified(expires_at: datetime | None) -> Facts:
    """A person with the training, until an instant."""
    held = {"cnc": Qualification(granted_at=NOW - DAY, expires_at=expires_at)}
    return facts({"qualification": "cnc"}, qualifications=held)


@pytest.mark.parametrize(
    ("lapses", "answer"),
    [
        (None, True),
        (at("12:00") + SECOND, True),
        (at("12:00"), False),
        (at("12:00") - SECOND, False),
    ],
)
def test_a_training_holds_still_at_the_booked_instant(
    lapses: datetime | None, answer: bool
) -> None:
    assert holds(qualified(lapses), at("12:00"), NOW) is answer
    assert holds(qualified(lapses), at("06:00"), at("12:00")) is answer
    assert holds(facts(), at("12:00"), NOW)
    assert not holds(facts({"qualification": "cnc"}), at("12:00"), NOW)


@pytest.mark.parametrize(
    ("approval", "mode", "trained", "answer"),
    [
        ("auto", UsageMode.SELF, False, False),
        ("auto", UsageMode.COMMISSIONED, False, False),
        ("manual", UsageMode.SELF, True, True),
        ("qualified", UsageMode.SELF, True, False),
        ("qualified", UsageMode.SELF, False, True),
        ("qualified", UsageMode.ASSISTED, True, True),
        ("qualified", UsageMode.COMMISSIONED, True, True),
    ],
)
def test_a_manager_is_asked_where_somebody_lacks_the_training_or_wants_hands(
    approval: str, mode: UsageMode, trained: bool, answer: bool
) -> None:
    known = {"cnc": Qualification(granted_at=NOW)} if trained else {}
    room = facts({"qualification": "cnc", "approval": approval}, qualifications=known)
    assert needs_approval(wish(usage_mode=mode), room, NOW) is answer


def test_a_training_that_lapses_on_the_booked_day_asks_a_manager() -> None:
    room = qualified(at("10:00"))
    room = replace(room, rules=replace(room.rules, approval="qualified"))
    assert needs_approval(wish("10:00", "11:00"), room, NOW)
    assert not needs_approval(wish("09:59", "11:00"), room, NOW)


@pytest.mark.parametrize(
    ("granted", "used", "lapses"),
    [
        (0, None, 180),
        (0, 10, 10 + 365),
        (0, 0, 365),
    ],
)
def test_a_training_lapses_unused_or_after_its_last_use(
    granted: int, used: int | None, lapses: int
) -> None:
    rules = Rules(qualification_idle=365 * DAY, qualification_unused=180 * DAY)
    held = Qualification(
        granted_at=NOW + granted * DAY, used_at=None if used is None else NOW + used * DAY
    )
    assert held.lapses_at(rules) == NOW + lapses * DAY
    earlier = replace(held, expires_at=NOW + (lapses - 1) * DAY)
    assert earlier.lapses_at(rules) == NOW + (lapses - 1) * DAY
    later = replace(held, expires_at=NOW + (lapses + 1) * DAY)
    assert later.lapses_at(rules) == NOW + lapses * DAY
    assert held.lapses_at(Rules()) is None
