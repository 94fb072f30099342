"""The rule book: every rule speaks, and what is offered instead would be accepted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gadong.domain.calendar import OpeningHours, open_periods
from gadong.domain.ids import PersonId
from gadong.domain.period import Period
from gadong.domain.policy import Facts, Rules, Wish, alternatives, check
from tests.unit.golden import KST, MACHINE, A, at, between

NOW = at("08:00")
OFFICE = [OpeningHours(weekday=day, opens=at("09:00").time(), closes=at("18:00").time()) for day in range(7)]


def wish(start: str, end: str) -> Wish:
    """Somebody's wish on the example day."""
    return Wish(machine_id=MACHINE, company_id=A, person_id=PersonId(UUID(int=1)), period=between(start, end))


def facts(
    *, held: Sequence[Period] = (), qualifications: frozenset[str] = frozenset(), **rules: object
) -> Facts:
    """A machine in a centre open from nine to six."""
    bounds = Period(at("00:00") - timedelta(days=7), at("00:00") + timedelta(days=8))
    return Facts(
        rules=Rules(**rules),  # type: ignore[arg-type]  # rules by name
        opened=open_periods(OFFICE, [], KST, bounds),
        held=held,
        qualifications=qualifications,
    )


@pytest.mark.parametrize(
    ("start", "end", "rules", "code"),
    [
        ("07:00", "09:30", {}, "booking.in_the_past"),
        ("09:00", "10:00", {"notice": timedelta(hours=2)}, "booking.notice"),
        ("10:00", "11:00", {"horizon": timedelta(hours=1)}, "booking.horizon"),
        ("10:00", "10:10", {}, "booking.too_short"),
        ("09:00", "18:00", {"longest": timedelta(hours=4)}, "booking.too_long"),
        ("17:00", "19:00", {}, "booking.closed"),
        ("10:00", "11:00", {"qualification": "cnc"}, "booking.unqualified"),
    ],
)
def test_each_rule_has_its_code(start: str, end: str, rules: dict[str, Any], code: str) -> None:
    assert code in {p.code for p in check(wish(start, end), facts(**rules), now=NOW)}


def test_all_problems_come_back_at_once() -> None:
    taken = [between("17:00", "20:00")]
    codes = {
        p.code for p in check(wish("17:30", "17:40"), facts(held=taken, qualification="cnc"), now=at("17:35"))
    }
    assert codes == {"booking.in_the_past", "booking.too_short", "booking.unqualified", "booking.taken"}


def test_turn_round_keeps_others_off() -> None:
    room = facts(held=[between("10:00", "12:10")], teardown=timedelta(minutes=10))
    assert [p.code for p in check(wish("12:00", "13:00"), room, now=NOW)] == ["booking.taken"]
    assert check(wish("12:10", "13:00"), room, now=NOW) == []


def test_a_qualified_person_passes() -> None:
    assert (
        check(wish("10:00", "11:00"), facts(qualifications=frozenset({"cnc"}), qualification="cnc"), now=NOW)
        == []
    )


times = st.integers(0, 47).map(lambda half: timedelta(minutes=30 * half))


@given(times, st.integers(1, 12), st.lists(st.tuples(times, st.integers(1, 8)), max_size=6))
def test_what_is_offered_would_be_accepted(
    start: timedelta, halves: int, taken: list[tuple[timedelta, int]]
) -> None:
    day = at("00:00")
    held = [Period(day + t, day + t + timedelta(minutes=30 * n)) for t, n in taken]
    asked = Wish(
        machine_id=MACHINE,
        company_id=A,
        person_id=PersonId(UUID(int=1)),
        period=Period(day + start, day + start + timedelta(minutes=30 * halves)),
    )
    known = facts(held=held, teardown=timedelta(minutes=10))
    offered = alternatives(asked, known, now=NOW)
    assert len(offered) <= 3
    for period in offered:
        again = Wish(machine_id=MACHINE, company_id=A, person_id=asked.person_id, period=period)
        assert check(again, known, now=NOW) == []
    assert offered, "a week of office hours always has room"
