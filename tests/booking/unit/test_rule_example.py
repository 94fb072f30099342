"""An example booking under rules: refused as a request would be, or how it goes on."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from gadong.booking.domain.rules.example import MOST_EARLIER, Example, ExampleOutcome, judge
from gadong.booking.domain.rules.limits import BookingQuestion, Rules
from gadong.booking.domain.usage import AttributionLimits
from gadong.core.domain.calendar import Week
from tests.support.booking.policy import LOOSE, OFFICE
from tests.support.golden import KST, at, between

NOW = at("08:00")
WEEKS = [Week(since=NOW.date() - timedelta(days=365), hours=tuple(OFFICE))]


def judged(
    start: str = "12:00",
    end: str = "13:00",
    *,
    earlier: int = 0,
    newcomer: bool = False,
    **rules: Any,
) -> ExampleOutcome:
    """Judge an example on the example day, in a centre open from nine to six."""
    its_rules = Rules(**{**LOOSE, **rules})
    example = Example(period=between(start, end), earlier=earlier, is_newcomer=newcomer)
    return judge(
        example,
        its_rules,
        AttributionLimits(early_grace=timedelta(minutes=5), no_show_after=timedelta(minutes=20)),
        opening=its_rules.opening(WEEKS, ()),
        zone=KST,
        now=NOW,
    )


def codes(outcome: ExampleOutcome) -> set[str]:
    """Return the codes of what refuses."""
    return {problem.code for problem in outcome.problems}


def test_an_example_that_no_rule_refuses_says_how_it_goes_on() -> None:
    outcome = judged(
        setup=timedelta(minutes=10),
        teardown=timedelta(minutes=20),
        free_cancellation=timedelta(hours=2),
        move_notice=timedelta(hours=1),
    )
    assert outcome == ExampleOutcome(
        problems=[],
        is_approved_first=False,
        held=between("11:50", "13:20"),
        free_cancellation_until=at("10:00"),
        move_until=at("11:00"),
        check_in_from=at("11:55"),
        no_show_at=at("12:20"),
    )


@pytest.mark.parametrize(
    ("earlier", "rules", "refused"),
    [
        (1, {"day_bookings": 2}, set()),
        (2, {"day_bookings": 2}, {"booking.day_bookings"}),
        (1, {"day": timedelta(hours=2), "longest": timedelta(hours=2)}, set()),
        (2, {"day": timedelta(hours=2), "longest": timedelta(hours=2)}, {"booking.day_minutes"}),
        (0, {"gap": timedelta(minutes=30)}, set()),
        (1, {"gap": timedelta(minutes=30)}, {"booking.gap"}),
        (2, {"company_month_bookings": 2}, {"booking.company_month_bookings"}),
    ],
)
def test_earlier_bookings_count_for_limits(
    earlier: int, rules: dict[str, Any], refused: set[str]
) -> None:
    assert codes(judged(earlier=earlier, **rules)) == refused


@pytest.mark.parametrize(
    ("rules", "refused"),
    [
        ({"qualification": ("cnc", "talk")}, "booking.unqualified"),
        ({"terms": "2026-1"}, "booking.terms"),
        ({"eligible_districts": ("경기도 시흥시",)}, "booking.profile_unknown"),
        ({"eligible_sectors": ("25",)}, "booking.profile_unknown"),
        ({"eligible_workers": 9}, "booking.profile_unknown"),
    ],
)
def test_a_newcomer_meets_what_others_have_done(rules: dict[str, Any], refused: str) -> None:
    assert codes(judged(**rules)) == set()
    assert codes(judged(newcomer=True, **rules)) == {refused}


def test_a_newcomer_waits_where_approval_stands_in_for_a_training() -> None:
    rules: dict[str, Any] = {"qualification": "cnc", "approval": "qualified"}
    assert not judged(**rules).is_approved_first
    assert judged(newcomer=True, **rules).is_approved_first
    assert codes(judged(newcomer=True, **rules)) == set()


def test_the_form_is_filled_in_and_names_the_linked_machines() -> None:
    question = BookingQuestion(key="material", ko="재료", en="Material")
    assert codes(judged(linked=("cmm-1",), questions=(question,))) == set()


@pytest.mark.parametrize(
    ("start", "end", "refused"),
    [
        ("08:50", "10:00", {"booking.closed"}),
        ("09:00", "18:00", set()),
        ("17:00", "18:10", {"booking.closed"}),
    ],
)
def test_the_centres_week_is_asked(start: str, end: str, refused: set[str]) -> None:
    assert codes(judged(start, end, longest=timedelta(hours=9))) == refused


@pytest.mark.parametrize("earlier", [-1, MOST_EARLIER + 1])
def test_an_example_has_few_earlier_bookings(earlier: int) -> None:
    with pytest.raises(ValueError, match="earlier"):
        Example(period=between("10:00", "11:00"), earlier=earlier)
