"""A time that is tried is judged by its first refusal, as all rules together would judge it."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from gadong.booking.domain import availability
from gadong.booking.domain.booking_request import Wish
from gadong.booking.domain.rules.policy import RULES, check
from tests.support.wishes import HOUR, NOW, facts, own, wish

RULES_BROKEN = {
    "shortest": 2 * HOUR,
    "day_bookings": 1,
    "qualification": "cnc",
    "terms": "2026-1",
    "setup": HOUR,
    "gap": HOUR,
}
STARTS = [f"{hour:02d}:00" for hour in range(5, 22)]
CODES = [
    "booking.taken",
    "booking.closed",
    "booking.closure",
    "booking.too_short",
    "booking.day_bookings",
    "booking.unqualified",
    "booking.terms",
    "booking.gap",
]


def hour(start: str) -> Wish:
    """An hour from the start."""
    return wish(start, f"{int(start[:2]) + 1:02d}:00")


def test_every_rule_is_asked_once() -> None:
    assert len(availability.FIRST_REFUSAL_RULES) == len(RULES)
    assert set(availability.FIRST_REFUSAL_RULES) == set(RULES)


@given(
    st.sampled_from(STARTS),
    st.frozensets(st.sampled_from(sorted(RULES_BROKEN))),
    st.lists(st.sampled_from(STARTS), max_size=3),
    st.lists(st.sampled_from(STARTS), max_size=1),
    st.lists(st.sampled_from(STARTS), max_size=1),
    st.frozensets(st.sampled_from(CODES)),
)
@example("10:00", frozenset({"gap"}), [], [], ["11:00"], frozenset())
@example("10:00", frozenset(), ["10:00"], [], [], frozenset({"booking.taken"}))
def test_the_first_refusal_says_what_all_of_them_say(
    start: str,
    broken: frozenset[str],
    held: list[str],
    closed: list[str],
    mine: list[str],
    borne: frozenset[str],
) -> None:
    known = facts(
        {name: RULES_BROKEN[name] for name in broken},
        held=[hour(each).period for each in held],
        closed=[hour(each).period for each in closed],
        counted=[own(each, f"{int(each[:2]) + 1:02d}:00") for each in mine],
    )
    asked = hour(start)
    refused = {p.code for p in check(asked, known, now=NOW)} - borne
    assert availability.is_allowed(asked, known, borne, NOW) == (not refused)
