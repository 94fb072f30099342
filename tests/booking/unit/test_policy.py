"""The rule book: every rule speaks, and what is offered instead would be accepted."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gadong.booking.domain.availability import alternatives, earliest
from gadong.booking.domain.booking import BookingState
from gadong.booking.domain.booking_request import Facts, HeldBooking, Qualification, Wish
from gadong.booking.domain.rules.limits import BookingQuestion, OpeningWindow
from gadong.booking.domain.rules.policy import check, needs_approval
from gadong.core.domain.ids import BookingId, PersonId, new_id
from gadong.core.domain.period import Period
from gadong.core.domain.usage_mode import UsageMode
from tests.support.booking.policy import facts, wish
from tests.support.golden import MACHINE, A, at, between

NOW = at("08:00")


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
        p.code
        for p in check(
            wish("17:30", "17:40"), facts(held=taken, qualification="cnc"), now=at("17:35")
        )
    }
    assert codes == {
        "booking.in_the_past",
        "booking.too_short",
        "booking.unqualified",
        "booking.taken",
    }


def test_a_booking_for_a_company_names_its_person() -> None:
    unnamed = replace(wish("10:00", "12:00"), is_unnamed=True)
    assert [p.code for p in check(unnamed, facts(), now=NOW)] == ["booking.person"]


def test_turn_round_keeps_others_off() -> None:
    room = facts(held=[between("10:00", "12:10")], teardown=timedelta(minutes=10))
    assert [p.code for p in check(wish("12:00", "13:00"), room, now=NOW)] == ["booking.taken"]
    assert check(wish("12:10", "13:00"), room, now=NOW) == []


def test_a_qualified_person_passes() -> None:
    trained = {"cnc": Qualification(granted_at=NOW)}
    assert (
        check(wish("10:00", "11:00"), facts(qualifications=trained, qualification="cnc"), now=NOW)
        == []
    )


ALL_MODES = tuple(UsageMode)


def test_a_machine_is_used_as_the_centre_offers_it() -> None:
    asked = replace(wish("10:00", "11:00"), usage_mode=UsageMode.COMMISSIONED)
    (problem,) = check(asked, facts(), now=NOW)
    assert (problem.code, problem.limit, problem.actual) == (
        "booking.usage_mode",
        "self",
        "commissioned",
    )
    assert problem.overridable_by == "manager"
    assert check(asked, facts(usage_modes=ALL_MODES), now=NOW) == []
    # A request without a mode takes the first one; a booking in an old mode may still be moved.
    assert (
        check(wish("10:00", "11:00"), facts(usage_modes=(UsageMode.COMMISSIONED,)), now=NOW) == []
    )
    assert check(replace(asked, moving=BookingId(new_id())), facts(), now=NOW) == []


@pytest.mark.parametrize(
    ("mode", "stands_in_the_way", "waits"),
    [
        (UsageMode.SELF, ["booking.unqualified"], True),
        (UsageMode.ASSISTED, [], True),
        (UsageMode.COMMISSIONED, [], True),
    ],
)
def test_the_centres_own_hands_need_no_training_but_their_time(
    mode: UsageMode, stands_in_the_way: list[str], waits: bool
) -> None:
    asked = replace(wish("10:00", "11:00"), usage_mode=mode)
    known = facts(usage_modes=ALL_MODES, qualification="cnc")
    assert [p.code for p in check(asked, known, now=NOW)] == stands_in_the_way
    assert not needs_approval(asked, known, NOW)
    by_manager = facts(usage_modes=ALL_MODES, qualification="cnc", approval="qualified")
    assert needs_approval(asked, by_manager, NOW) is waits
    trained = replace(by_manager, qualifications={"cnc": Qualification(granted_at=NOW)})
    assert needs_approval(asked, trained, NOW) is (mode is not UsageMode.SELF)


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


def codes(wanted: Wish, known: Facts) -> set[str]:
    """Return the codes of the rules that refuse the request."""
    return {p.code for p in check(wanted, known, now=NOW)}


def with_more(known: Facts, **more: Any) -> Facts:
    """The facts with some of them changed."""
    return replace(known, **more)


EVERY_DAY = tuple(range(7))
NIGHT = OpeningWindow(weekdays=EVERY_DAY, since=time(18), until=time(9))


def own(
    start: str, end: str, state: BookingState = BookingState.CONFIRMED, **more: Any
) -> HeldBooking:
    """A booking of the same person on the same machine."""
    return HeldBooking(period=between(start, end), state=state, **more)


@pytest.mark.parametrize(
    ("rules", "more", "code"),
    [
        ({"step": timedelta(minutes=45)}, {}, "booking.off_grid"),
        ({}, {"closed": [between("10:30", "12:00")]}, "booking.closure"),
        ({}, {"stopped_until": at("12:00")}, "booking.stopped"),
        ({"terms": "2026-1"}, {}, "booking.terms"),
        (
            {"questions": (BookingQuestion(key="material", ko="재료", en="Material"),)},
            {},
            "booking.unanswered",
        ),
        ({"linked": ("dryer-1",)}, {}, "booking.linked"),
        ({"waiting_list": "only"}, {}, "booking.waiting_list_only"),
        ({"day_bookings": 1}, {"counted": [own("13:00", "14:00")]}, "booking.day_bookings"),
        # A missed booking counts for its day, or who misses would book again.
        (
            {"day_bookings": 1},
            {"counted": [own("09:00", "10:00", BookingState.NO_SHOW)]},
            "booking.day_bookings",
        ),
        ({"ahead_bookings": 1}, {"counted": [own("13:00", "14:00")]}, "booking.ahead_bookings"),
        (
            {"ahead": timedelta(hours=8)},
            {"counted": [own("12:00", "19:30")]},
            "booking.ahead_minutes",
        ),
        ({"day": timedelta(hours=8)}, {"counted": [own("12:00", "19:30")]}, "booking.day_minutes"),
        (
            {"week": timedelta(hours=8)},
            {"counted": [own("12:00", "19:30")]},
            "booking.week_minutes",
        ),
        (
            {"company_month": timedelta(minutes=90)},
            {"counted": [own("12:00", "13:00", is_own=False)]},
            "booking.company_month_minutes",
        ),
        ({"gap": timedelta(hours=2)}, {"counted": [own("12:00", "13:00")]}, "booking.gap"),
        (
            {"strikes": 1},
            {"counted": [own("06:00", "07:00", BookingState.NO_SHOW, is_here=False)]},
            "booking.strikes",
        ),
        ({}, {"is_retired": True}, "booking.retired"),
        (
            {"overdue_stop": timedelta(days=90)},
            {"unpaid_since": NOW.date() - timedelta(days=91)},
            "booking.overdue",
        ),
        (
            {"qualification": "cnc", "qualification_idle": timedelta(days=365)},
            {
                "qualifications": {
                    "cnc": Qualification(granted_at=NOW, used_at=NOW - timedelta(days=366))
                }
            },
            "booking.qualification_lapsed",
        ),
    ],
)
def test_each_rule_speaks_and_alone(rules: dict[str, Any], more: dict[str, Any], code: str) -> None:
    assert codes(wish("10:00", "11:00"), with_more(facts(**rules), **more)) == {code}
    assert codes(wish("10:00", "11:00"), facts()) == set()


def test_a_run_may_go_on_past_closing_where_it_started_inside() -> None:
    late = wish("17:00", "23:00")
    assert codes(late, facts()) == {"booking.closed"}
    assert codes(late, facts(may_run_past_close=True)) == set()
    assert codes(wish("18:30", "23:00"), facts(may_run_past_close=True)) == {"booking.closed"}


def test_the_night_is_booked_whole() -> None:
    printer = facts(may_run_past_close=True, overnight=NIGHT, longest=timedelta(hours=72))
    assert codes(wish("16:00", "18:00"), printer) == set()
    assert codes(wish("16:00", "20:00"), printer) == {"booking.overnight"}
    morning = Period(at("16:00"), at("09:00") + timedelta(days=1))
    assert codes(replace(wish("16:00", "17:00"), period=morning), printer) == set()
    # Alternatives take the whole night too.
    offered = alternatives(wish("16:00", "20:00"), printer, now=NOW)
    assert morning in offered


def test_half_points_for_late_cancellations_and_their_end() -> None:
    late = [own("06:00", "07:00", BookingState.CANCELLED, was_late=True)]
    assert codes(wish("10:00", "11:00"), with_more(facts(strikes=1), counted=late)) == set()
    assert codes(wish("10:00", "11:00"), with_more(facts(strikes=1), counted=late * 2)) == {
        "booking.strikes"
    }
    old = [
        replace(h, period=h.period.widened(before=timedelta(days=31), after=-timedelta(days=31)))
        for h in late * 2
    ]
    assert codes(wish("10:00", "11:00"), with_more(facts(strikes=1), counted=old)) == set()


def test_hours_that_a_quota_does_not_count() -> None:
    # NEMO took 06:00 to 18:00 for minus twelve hours (docs/reference/peers.md#interval-arithmetic).
    day: dict[str, Any] = {
        "day": timedelta(hours=8),
        "quota_exempt": (OpeningWindow(weekdays=EVERY_DAY, since=time(6), until=time(18)),),
    }
    full = [own("07:00", "15:00")]
    assert codes(wish("15:00", "17:00"), with_more(facts(**day), counted=full)) == set()
    assert codes(
        wish("15:00", "17:00"), with_more(facts(day=timedelta(hours=8)), counted=full)
    ) == {"booking.day_minutes"}
    night: dict[str, Any] = {
        "quota_exempt": (OpeningWindow(weekdays=EVERY_DAY, since=time(18), until=time(6)),)
    }
    assert codes(
        wish("15:00", "17:00"), with_more(facts(day=timedelta(hours=8), **night), counted=full)
    ) == {"booking.day_minutes"}


def test_approval_stands_in_for_training_or_comes_on_top() -> None:
    wanted = wish("10:00", "11:00")
    trained = {"cnc": Qualification(granted_at=NOW)}
    waits = facts(qualification="cnc", approval="qualified")
    assert codes(wanted, waits) == set()
    assert needs_approval(wanted, waits, NOW)
    assert not needs_approval(wanted, with_more(waits, qualifications=trained), NOW)
    assert codes(wanted, facts(qualification="cnc", approval="manual")) == {"booking.unqualified"}
    assert needs_approval(wanted, facts(approval="manual"), NOW)
    assert not needs_approval(wanted, facts(), NOW)


def test_an_extension_asks_neither_for_notice_nor_for_a_start_on_the_grid() -> None:
    running = replace(wish("07:03", "09:30"), is_extension=True)
    known = facts(opening_hours=None, notice=timedelta(hours=1))
    assert codes(running, with_more(known, opened=[between("00:00", "23:00")])) == set()


def test_a_booking_leaves_its_old_place_by_a_notice_too() -> None:
    moved = replace(wish("12:00", "13:00"), was=between("08:30", "09:30"))
    assert codes(moved, facts(move_notice=timedelta(hours=1))) == {"booking.move_notice"}


@given(
    st.lists(st.tuples(times, st.integers(1, 8)), max_size=8),
    st.integers(1, 8),
    times,
    st.sampled_from([None, NIGHT]),
    st.sampled_from([timedelta(0), timedelta(minutes=90)]),
)
def test_the_earliest_is_accepted_and_nothing_before_it_is(
    taken: list[tuple[timedelta, int]],
    halves: int,
    begin: timedelta,
    night: OpeningWindow | None,
    gap: timedelta,
) -> None:
    day = at("00:00")
    held = [Period(day + t, day + t + timedelta(minutes=30 * n)) for t, n in taken]
    known = facts(
        held=held,
        step=timedelta(minutes=30),
        teardown=timedelta(minutes=30),
        overnight=night,
        may_run_past_close=night is not None,
        longest=timedelta(hours=72),
        gap=gap,
    )
    known = with_more(known, counted=[own("11:00", "12:00")])
    length = timedelta(minutes=30 * halves)
    wanted = replace(wish("10:00", "11:00"), period=Period(day + begin, day + begin + length))
    found = earliest(wanted, known, now=NOW)
    assert found is not None, "a week of office hours always has room"
    assert check(replace(wanted, period=found), known, now=NOW) == []
    start = max(day + begin, NOW)
    while start < found.start:
        assert check(replace(wanted, period=Period(start, start + length)), known, now=NOW) != []
        start += timedelta(minutes=30)
