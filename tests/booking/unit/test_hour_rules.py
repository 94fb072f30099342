"""Hours that ask for more: which bookings touch them, what they lack, and the times around them."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

import pytest

from gadong.booking.domain import availability
from gadong.booking.domain.booking_request import Facts, Qualification, Wish
from gadong.booking.domain.rules.limits import HourRule, OpeningWindow
from gadong.booking.domain.rules.parameters import PARAMETERS
from gadong.booking.domain.rules.policy import ABOUT_MODE, check, needs_approval
from gadong.core.domain.period import Period
from gadong.core.domain.usage_mode import UsageMode
from gadong.texts.refusals import sentences
from tests.support.golden import at, between
from tests.support.wishes import DAY, EVERY_DAY, MINUTE, NOW, facts, refusal, wish

THURSDAY = 3
BOTH_MODES = (UsageMode.SELF, UsageMode.ASSISTED)


def evening(
    trainings: tuple[str, ...] = ("evening",), approval: str = "auto", **hours: Any
) -> HourRule:
    """A rule for eighteen to twenty-two o'clock."""
    window = {"weekdays": EVERY_DAY, "since": time(18), "until": time(22), **hours}
    return HourRule(hours=OpeningWindow(**window), trainings=trainings, approval=approval)


def held(*codes: str, ends: datetime | None = None) -> dict[str, Qualification]:
    return {code: Qualification(granted_at=NOW, expires_at=ends) for code in codes}


def room(rule: HourRule, *more: HourRule, **given: Any) -> Facts:
    """A machine open until midnight, whose bookings are otherwise confirmed at once."""
    rules = {"approval": "auto", "usage_modes": BOTH_MODES, "hour_rules": (rule, *more)}
    opened = [Period(at("06:00"), at("00:00") + DAY)]
    return facts({**rules, **given.pop("rules", {})}, opened=opened, **given)


def codes(wanted: Wish, given: Facts) -> list[str]:
    return [problem.code for problem in check(wanted, given, now=NOW)]


@pytest.mark.parametrize(
    ("start", "end", "asks"),
    [
        ("16:00", "18:00", False),
        ("16:00", "18:01", True),
        ("17:59", "19:00", True),
        ("18:00", "22:00", True),
        ("21:59", "23:00", True),
        ("22:00", "23:00", False),
    ],
)
def test_a_booking_that_touches_the_hours_needs_their_training(
    start: str, end: str, asks: bool
) -> None:
    wanted = wish(start, end)
    expected = refusal(
        "booking.hours_unqualified",
        limit="evening",
        details={"from": "2026-11-12T09:00:00Z", "until": "2026-11-12T13:00:00Z"},
    )
    assert check(wanted, room(evening()), now=NOW) == ([expected] if asks else [])
    assert codes(wanted, room(evening(), qualifications=held("evening"))) == []


def test_a_training_and_a_talk_are_both_needed() -> None:
    rule = evening(("evening", "talk"))
    (problem,) = check(wish("18:00", "19:00"), room(rule, qualifications=held("talk")), now=NOW)
    assert problem.limit == "evening"
    (problem,) = check(wish("18:00", "19:00"), room(rule), now=NOW)
    assert problem.limit == "evening, talk"
    ko, en = sentences(problem)
    assert "11/12 (목) 18:00부터 11/12 (목) 22:00까지는 'evening, talk' 교육을" in ko
    assert "From 11/12 (Thu) 18:00 to 11/12 (Thu) 22:00 this machine needs" in en
    assert codes(wish("18:00", "19:00"), room(rule, qualifications=held("talk", "evening"))) == []


def test_a_training_that_lapses_by_the_start_is_none() -> None:
    wanted, rule = wish("18:00", "19:00"), evening()
    lasting = held("evening", ends=at("18:01"))
    lapsed = held("evening", ends=at("18:00"))
    assert codes(wanted, room(rule, qualifications=lasting)) == []
    assert codes(wanted, room(rule, qualifications=lapsed)) == ["booking.hours_unqualified"]


@pytest.mark.parametrize(
    ("rule", "qualifications", "refused", "waits"),
    [
        (evening(), held("evening"), False, False),
        (evening((), "manual"), {}, False, True),
        (evening(("evening",), "manual"), {}, True, True),
        (evening(("evening",), "manual"), held("evening"), False, True),
        (evening(("evening",), "qualified"), {}, False, True),
        (evening(("evening",), "qualified"), held("evening"), False, False),
    ],
)
def test_a_managers_word_is_asked_as_the_hours_say(
    rule: HourRule, qualifications: dict[str, Qualification], refused: bool, waits: bool
) -> None:
    given = room(rule, qualifications=qualifications)
    wanted = wish("18:00", "19:00")
    assert bool(codes(wanted, given)) == refused
    assert needs_approval(wanted, given, NOW) == waits
    by_day = wish("16:00", "18:00")
    assert codes(by_day, given) == []
    assert not needs_approval(by_day, given, NOW)


def test_the_centres_own_hands_need_no_training() -> None:
    assisted = wish("18:00", "19:00", usage_mode=UsageMode.ASSISTED)
    assert codes(assisted, room(evening())) == []
    assert needs_approval(assisted, room(evening((), "manual")), NOW)
    # A person who changes to running the machine themselves is asked.
    own = wish("18:00", "19:00", usage_mode=UsageMode.SELF)
    problems = check(own, room(evening()), now=NOW, rules=ABOUT_MODE)
    assert [p.code for p in problems] == ["booking.hours_unqualified"]


def test_hours_of_other_weekdays_and_over_midnight() -> None:
    wanted = wish("18:00", "19:00")
    assert codes(wanted, room(evening(weekdays=(THURSDAY + 1,)))) == []
    assert codes(wanted, room(evening(weekdays=(THURSDAY,)))) == ["booking.hours_unqualified"]
    # Wednesday's night lasts until nine on Thursday.
    night = evening(weekdays=(THURSDAY - 1,), since=time(22), until=time(9))
    assert codes(wish("08:59", "10:00"), room(night)) == ["booking.hours_unqualified"]
    assert codes(wish("09:00", "10:00"), room(night)) == []


def test_alternatives_lie_beside_the_hours() -> None:
    given = room(evening(), rules={"step": 30 * MINUTE})
    found = availability.alternatives(wish("18:00", "19:00"), given, now=NOW)
    assert between("17:00", "18:00") in found
    assert len(found) == 3
    assert all(codes(wish(period=period), given) == [] for period in found)


def test_the_earliest_time_begins_after_the_hours() -> None:
    given = room(evening(), held=[between("06:00", "17:00")])
    found = availability.earliest(wish("08:00", "10:00"), given, now=NOW)
    assert found == Period(at("22:00"), at("00:00") + DAY)
    one_hour = availability.earliest(wish("08:00", "09:00"), given, now=NOW)
    assert one_hour == between("17:00", "18:00")


def test_an_extension_into_the_hours_ends_before_them() -> None:
    was = between("16:00", "17:00")
    wanted = wish("16:00", "19:00", was=was, is_extension=True)
    given = room(evening(), rules={"step": 30 * MINUTE})
    assert codes(wanted, given) == ["booking.hours_unqualified"]
    longest = availability.longest_extension(wanted, given, now=NOW)
    assert longest == between("16:00", "18:00")


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"qualification": None},
        {"approval": "auto"},
        {"approval": "qualified"},
        {"approval": "perhaps", "qualification": "x"},
        {"qualification": []},
        {"qualification": ["x", "x"]},
        {"qualifications": ["x"]},
        {"qualification": ["x"], "weekdays": [7]},
        {"qualification": ["x"], "until": "25:00"},
    ],
)
def test_hours_that_ask_for_nothing_are_refused(wrong: dict[str, Any]) -> None:
    parameter = PARAMETERS["hour_rules"]
    window = {"since": "18:00", "until": "22:00"}
    with pytest.raises(ValueError, match="hour_rules: "):
        parameter.read([{**window, **wrong}])
    for right in ({"approval": "manual"}, {"qualification": "x"}, {"qualification": ["x", "y"]}):
        (rule,) = parameter.read([{**window, **right}])
        assert (rule.hours.since, rule.hours.until) == (time(18), time(22))
