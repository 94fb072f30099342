"""Technicians' free time, who comes first, and the times that are offered where they are wanted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import time, timedelta
from typing import Any
from uuid import UUID

import pytest

from gadong.booking.domain.availability import alternatives, earliest, earliest_for_all
from gadong.booking.domain.booking_request import Facts, Wish
from gadong.booking.domain.rules.policy import check, needs_approval
from gadong.booking.domain.staff.technician import Roster, Technician
from gadong.core.domain.calendar import OpeningHours
from gadong.core.domain.ids import BookingId, CentreId, PersonId
from gadong.core.domain.period import Period
from gadong.core.domain.usage_mode import UsageMode
from tests.support.golden import KST, at, between
from tests.support.wishes import facts, wish

NOW = at("07:00")
CENTRE = CentreId(UUID(int=9))
KIM, LEE, PARK = (PersonId(UUID(int=n)) for n in (1, 2, 3))
ASSISTED: dict[str, Any] = {"usage_modes": (UsageMode.ASSISTED, UsageMode.SELF)}
WEEK = Period(at("00:00") - timedelta(days=3), at("00:00") + timedelta(days=4))


def technician(person: PersonId, *kinds: str, opens: int = 9, closes: int = 18) -> Technician:
    """Somebody who works at the same hours every day."""
    week = tuple(
        OpeningHours(weekday=day, opens=time(opens), closes=time(closes)) for day in range(7)
    )
    return Technician(
        centre_id=CENTRE, person_id=person, name="", kinds=frozenset(kinds or {"mill"}), shifts=week
    )


def roster(
    *technicians: Technician,
    away: Mapping[PersonId, Sequence[Period]] | None = None,
    held: Mapping[PersonId, Sequence[Period]] | None = None,
) -> Roster:
    """The technicians with what keeps them."""
    return Roster(zone=KST, technicians=technicians, absences=away or {}, assistances=held or {})


def helped(*windows: Sequence[Period], **more: Any) -> Facts:
    """A machine that is assisted first, and the free time of each technician."""
    return facts(ASSISTED, helpers=list(windows), **more)


@pytest.mark.parametrize(
    ("start", "end", "is_free"),
    [
        ("09:00", "10:00", True),
        ("08:59", "10:00", False),
        ("17:00", "18:00", True),
        ("17:00", "18:01", False),
        ("10:00", "11:00", True),
        ("10:00", "11:01", False),
        ("12:00", "13:00", True),
        ("11:59", "13:00", False),
        ("13:00", "14:00", True),
        ("13:00", "14:01", False),
        ("15:00", "16:00", True),
        ("14:59", "16:00", False),
    ],
)
def test_a_technician_is_able_in_shifts_and_clear_of_absences_and_bookings(
    start: str, end: str, is_free: bool
) -> None:
    kept = roster(
        technician(KIM),
        away={KIM: [between("11:00", "12:00")]},
        held={KIM: [between("14:00", "15:00")]},
    )
    assert kept.able("mill", between(start, end), week=WEEK) == ([KIM] if is_free else [])


def test_only_who_has_the_skill_is_able() -> None:
    kept = roster(technician(KIM, "lathe"), technician(LEE, "lathe", "mill"))
    assert kept.able("mill", between("10:00", "11:00"), week=WEEK) == [LEE]
    assert kept.able("cmm", between("10:00", "11:00"), week=WEEK) == []


def test_the_least_loaded_of_the_week_comes_first() -> None:
    last_week = Period(WEEK.start - timedelta(hours=8), WEEK.start)
    kept = roster(
        technician(KIM),
        technician(LEE),
        technician(PARK),
        held={KIM: [between("09:00", "09:31")], LEE: [last_week, between("09:00", "09:30")]},
    )
    # Two bookings of another week weigh nothing, and of equals the one that was there first comes
    # first.
    assert kept.able("mill", between("10:00", "11:00"), week=WEEK) == [PARK, LEE, KIM]
    assert roster(technician(LEE), technician(KIM)).able(
        "mill", between("10:00", "11:00"), week=WEEK
    ) == [
        KIM,
        LEE,
    ]


def test_shifts_that_overlap_are_no_week() -> None:
    hours = OpeningHours(weekday=0, opens=time(9), closes=time(12))
    with pytest.raises(ValueError, match="overlap"):
        Technician(
            centre_id=CENTRE, person_id=KIM, name="", kinds=frozenset(), shifts=(hours, hours)
        )


def codes(wanted: Wish, known: Facts) -> list[str]:
    """Return what stands in the way."""
    return [p.code for p in check(wanted, known, now=NOW)]


def test_one_technician_is_there_for_all_of_it_and_not_two_by_turns() -> None:
    by_turns = helped([between("09:00", "10:00")], [between("10:00", "12:00")])
    assert codes(wish("09:00", "10:00"), by_turns) == []
    assert codes(wish("10:00", "12:00"), by_turns) == []
    assert codes(wish("09:30", "10:30"), by_turns) == ["booking.no_technician"]
    assert codes(wish("09:30", "10:30", usage_mode=UsageMode.SELF), by_turns) == []
    assert codes(wish("09:30", "10:30"), facts(ASSISTED)) == []
    assert codes(wish("09:30", "10:30"), helped()) == ["booking.no_technician"]


def test_a_technician_stands_in_for_approval_where_the_rules_ask_the_qualified_alone() -> None:
    wanted, windows = wish("10:00", "11:00"), [between("09:00", "18:00")]
    for approval, helpers, asks in (
        ("qualified", None, True),
        ("qualified", [windows], False),
        ("manual", [windows], True),
        ("auto", None, False),
    ):
        known = facts({**ASSISTED, "approval": approval}, helpers=helpers)
        assert needs_approval(wanted, known, NOW) is asks


def test_the_next_times_are_those_of_a_technician() -> None:
    known = helped(
        [between("09:00", "10:30")], [between("10:00", "12:30"), between("16:00", "17:00")]
    )
    found = alternatives(wish("13:00", "15:00"), known, now=NOW)
    # The nearest of two hours, of a technician who is there from ten to half past twelve.
    assert found == [between("10:30", "12:30")]
    assert all(codes(wish(period=period), known) == [] for period in found)
    first = earliest(wish("08:00", "10:00"), known, now=NOW)
    assert first == between("10:00", "12:00")
    assert earliest(wish("08:00", "09:00"), known, now=NOW) == between("09:00", "10:00")
    assert earliest(wish("12:00", "13:00"), known, now=NOW) == between("16:00", "17:00")
    assert earliest(wish("08:00", "11:00"), known, now=NOW) is None


def test_several_machines_have_the_first_time_that_is_free_on_all() -> None:
    wanted = wish("09:00", "10:00", offer=BookingId(UUID(int=1)))
    none = {"setup": timedelta(0), "teardown": timedelta(0)}
    first = facts(none, held=[between("09:00", "10:00"), between("12:00", "13:00")])
    second = facts(none, held=[between("10:30", "12:30")])
    both = [(wanted, first), (wanted, second)]
    for each in (both, both[::-1]):
        assert earliest_for_all(each, until=at("22:00"), now=NOW) == between("13:00", "14:00")


@pytest.mark.parametrize(
    ("until", "is_found"), [("11:59", False), ("12:00", True), ("12:01", True)]
)
def test_a_time_for_all_ends_before_the_wait_does(until: str, is_found: bool) -> None:
    wanted = wish("09:00", "10:00", offer=BookingId(UUID(int=1)))
    none = {"setup": timedelta(0), "teardown": timedelta(0)}
    first = facts(none, held=[between("09:00", "10:00")])
    second = facts(none, held=[between("10:00", "11:00")])
    found = earliest_for_all([(wanted, first), (wanted, second)], until=at(until), now=NOW)
    assert found == (between("11:00", "12:00") if is_found else None)
