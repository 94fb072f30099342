"""The owner of a machine's activity and the rule that decides it, just below, at and just above
each limit.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from uuid import UUID

import pytest

from gadong.booking.domain.attribution import attribute
from gadong.booking.domain.booking import Booking
from gadong.booking.domain.usage import (
    AttributionLimits,
    AttributionRule,
    CheckIn,
    Owner,
    Reassignment,
    Usage,
    Witnesses,
)
from gadong.core.domain.ids import BookingId, CompanyId, DecisionId, PersonId, new_id
from gadong.core.domain.machine_state import State
from gadong.core.domain.period import Period
from gadong.metering.domain.run import Run
from tests.support.golden import MONTH, A, B, at, between, booked, ran

C = CompanyId(UUID(int=12))
PERSON = PersonId(UUID(int=77))
TEN_TO_NOON = booked("10:00", "12:00")
NOON_TO_TWO = booked("12:00", "14:00")
BS_AFTERNOON = booked("12:00", "14:00", B)


def usages(
    runs: list[Run],
    *held: Booking,
    came: list[CheckIn] | None = None,
    decided: list[Reassignment] | None = None,
    maintenance: list[Period] | None = None,
    jobs: list[datetime] | None = None,
) -> list[Usage]:
    """Return whose the activity was."""
    witnesses = Witnesses(
        bookings=held,
        check_ins=came or [],
        reassignments=decided or [],
        maintenance=maintenance or [],
        job_starts=jobs or [],
    )
    return attribute(runs, witnesses, AttributionLimits(), bounds=MONTH)


def arrived(
    company: CompanyId, when: str, until: str | None = None, booking: Booking | None = None
) -> CheckIn:
    """Return a check-in of a company's person."""
    return CheckIn(
        at=at(when),
        until=at(until) if until else None,
        company_id=company,
        person_id=PERSON,
        booking_id=booking.id if booking else None,
    )


def word(
    company: CompanyId | None, start: str, end: str, booking: BookingId | None = None
) -> Reassignment:
    """Return a manager's decision about what begins in a period."""
    return Reassignment(
        id=DecisionId(new_id()), period=between(start, end), company_id=company, booking_id=booking
    )


def one(found: list[Usage]) -> Usage:
    """Return the only usage."""
    (usage,) = found
    return usage


def whose(found: list[Usage]) -> list[tuple[CompanyId | None, BookingId | None, AttributionRule]]:
    """Return each usage's company, booking and rule."""
    return [(u.company_id, u.booking_id, u.rule) for u in found]


# One activity and one booking


@pytest.mark.parametrize(
    ("until", "rule", "flags"),
    [
        ("11:59:59", AttributionRule.BOOKING, ()),
        ("12:00", AttributionRule.BOOKING, ()),
        ("12:00:01", AttributionRule.CONTINUITY, ("overrun",)),
    ],
)
def test_activity_in_a_booking_is_its_persons_until_it_ends(
    until: str, rule: AttributionRule, flags: tuple[str, ...]
) -> None:
    assert one(usages(ran(("10:30", until)), TEN_TO_NOON)) == Usage(
        period=between("10:30", until),
        runs=(between("10:30", until),),
        owner=Owner.COMPANY,
        rule=rule,
        company_id=A,
        booking_id=TEN_TO_NOON.id,
        person_id=TEN_TO_NOON.person_id,
        flags=flags,
    )


@pytest.mark.parametrize(
    ("start", "rule"),
    [
        ("09:44:59", AttributionRule.UNBOOKED),
        ("09:45:00", AttributionRule.EARLY_START),
        ("09:45:01", AttributionRule.EARLY_START),
        ("09:59:59", AttributionRule.EARLY_START),
        ("10:00:00", AttributionRule.BOOKING),
        ("11:59:59", AttributionRule.CONTINUITY),
        ("12:00:00", AttributionRule.UNBOOKED),
    ],
)
def test_the_start_of_an_activity_decides(start: str, rule: AttributionRule) -> None:
    until = "12:05" if start > "11" else "10:20"
    usage = one(usages(ran((start, until)), TEN_TO_NOON))
    is_theirs = rule is not AttributionRule.UNBOOKED
    assert (usage.rule, usage.owner) == (rule, Owner.COMPANY if is_theirs else Owner.NOBODY)
    assert (usage.booking_id, usage.person_id) == (
        (TEN_TO_NOON.id, TEN_TO_NOON.person_id) if is_theirs else (None, None)
    )


def test_an_early_start_that_runs_past_the_end_is_an_overrun() -> None:
    assert one(usages(ran(("09:50", "12:00")), TEN_TO_NOON)).flags == ()
    late = one(usages(ran(("09:50", "12:00:01")), TEN_TO_NOON))
    assert (late.rule, late.flags) == (AttributionRule.EARLY_START, ("overrun",))


def test_an_early_start_is_of_the_next_booking_and_of_no_later_one() -> None:
    soon, later = booked("10:10", "10:12", B), booked("10:12", "11:00")
    assert one(usages(ran(("10:00", "10:05")), later, soon)).booking_id == soon.id


@pytest.mark.parametrize(
    ("start", "owner"),
    [
        ("09:59:59", Owner.COMPANY),
        ("10:00:00", Owner.CENTRE),
        ("10:59:59", Owner.CENTRE),
        ("11:00:00", Owner.COMPANY),
    ],
)
def test_what_begins_in_maintenance_is_the_centres(start: str, owner: Owner) -> None:
    found = usages(
        ran((start, "11:20")), booked("09:00", "12:00"), maintenance=[between("10:00", "11:00")]
    )
    usage = one(found)
    assert usage.owner is owner
    if owner is Owner.CENTRE:
        assert usage == Usage(
            period=between(start, "11:20"),
            runs=(between(start, "11:20"),),
            owner=Owner.CENTRE,
            rule=AttributionRule.MAINTENANCE,
        )


def test_nobodys_activity_names_nobody() -> None:
    assert usages(ran(("10:00", "10:30"))) == [
        Usage(
            period=between("10:00", "10:30"),
            runs=(between("10:00", "10:30"),),
            owner=Owner.NOBODY,
            rule=AttributionRule.UNBOOKED,
        )
    ]


# Decisions


@pytest.mark.parametrize("company", [A, B, None])
def test_a_decision_goes_before_every_other_rule(company: CompanyId | None) -> None:
    decision = word(company, "10:00", "10:01")
    found = usages(
        ran(("10:00", "10:30")),
        TEN_TO_NOON,
        came=[arrived(B, "09:50")],
        decided=[decision],
        maintenance=[between("09:00", "11:00")],
    )
    assert one(found) == Usage(
        period=between("10:00", "10:30"),
        runs=(between("10:00", "10:30"),),
        owner=Owner.COMPANY if company else Owner.CENTRE,
        rule=AttributionRule.DECISION,
        company_id=company,
        booking_id=TEN_TO_NOON.id if company == A else None,
        decision_id=decision.id,
    )


def test_a_decision_for_the_centre_names_no_booking() -> None:
    decision = word(None, "10:00", "10:01", TEN_TO_NOON.id)
    assert one(usages(ran(("10:00", "10:30")), TEN_TO_NOON, decided=[decision])).booking_id is None


@pytest.mark.parametrize(
    ("start", "named", "expected"),
    [
        # Booked time is its own booking's, whatever was named; else the named one, else the next
        # within the grace.
        ("12:10", None, NOON_TO_TWO),
        ("12:10", TEN_TO_NOON, NOON_TO_TWO),
        ("09:45", None, TEN_TO_NOON),
        ("09:44:59", None, None),
        ("09:50", NOON_TO_TWO, NOON_TO_TWO),
        ("15:00", TEN_TO_NOON, TEN_TO_NOON),
        ("15:00", None, None),
    ],
)
def test_the_booking_of_what_was_decided(
    start: str, named: Booking | None, expected: Booking | None
) -> None:
    begun = at(start)
    until = (begun + timedelta(minutes=5)).strftime("%H:%M:%S")
    decision = word(A, start, "16:00", named.id if named else None)
    # B's booking of the same hours is none of A's.
    others = booked("14:30", "15:30", B)
    found = usages(ran((start, until)), TEN_TO_NOON, NOON_TO_TWO, others, decided=[decision])
    assert one(found).booking_id == (expected.id if expected else None)


# Identity


def test_who_is_present_is_named_with_their_booking() -> None:
    found = usages(ran(("10:10", "10:30")), TEN_TO_NOON, came=[arrived(A, "10:05")])
    assert one(found) == Usage(
        period=between("10:10", "10:30"),
        runs=(between("10:10", "10:30"),),
        owner=Owner.COMPANY,
        rule=AttributionRule.IDENTITY,
        company_id=A,
        booking_id=TEN_TO_NOON.id,
        person_id=PERSON,
    )


@pytest.mark.parametrize(
    ("booking", "flags"), [(TEN_TO_NOON, ("swap",)), (booked("14:00", "15:00"), ())]
)
def test_another_in_a_booking_that_nobody_came_for_is_a_swap(
    booking: Booking, flags: tuple[str, ...]
) -> None:
    usage = one(usages(ran(("10:10", "10:30")), booking, came=[arrived(B, "10:05")]))
    assert (usage.company_id, usage.booking_id, usage.rule) == (B, None, AttributionRule.IDENTITY)
    assert usage.flags == flags


@pytest.mark.parametrize(
    ("check_in", "company"),
    [
        # From the first second on, and until the check-out.
        (arrived(B, "10:10:01"), A),
        (arrived(B, "10:10:00"), B),
        (arrived(B, "10:00", "10:10:00"), A),
        (arrived(B, "10:00", "10:10:01"), B),
    ],
)
def test_a_person_is_present_from_check_in_to_check_out(
    check_in: CheckIn, company: CompanyId
) -> None:
    assert one(usages(ran(("10:10", "10:30")), TEN_TO_NOON, came=[check_in])).company_id == company


@pytest.mark.parametrize(
    ("start", "is_present"), [("10:59:59", True), ("11:00:00", False), ("11:00:01", False)]
)
def test_who_came_for_a_booking_and_does_not_check_out_is_gone_at_its_end(
    start: str, is_present: bool
) -> None:
    own = booked("10:00", "11:00", B)
    found = usages(ran((start, "11:10")), own, came=[arrived(B, "10:00", booking=own)])
    assert (one(found).rule is AttributionRule.IDENTITY) is is_present


@pytest.mark.parametrize(
    ("start", "is_present"), [("13:59:59", True), ("14:00:00", False), ("14:00:01", False)]
)
def test_who_never_checks_out_is_gone_after_twelve_hours(start: str, is_present: bool) -> None:
    usage = one(usages(ran((start, "14:30")), came=[arrived(B, "02:00")]))
    assert (usage.company_id == B) is is_present


def test_the_latest_to_check_in_is_present_in_whatever_order_they_are_listed() -> None:
    early, late = arrived(C, "09:00"), arrived(B, "09:30")
    for came in ([early, late], [late, early]):
        assert one(usages(ran(("10:10", "10:30")), came=came)).company_id == B
    # The latest has left, and who came before was overtaken.
    left = replace(late, until=at("09:40"))
    assert one(usages(ran(("10:10", "10:30")), came=[early, left])).owner is Owner.NOBODY


# The booking stands where its own company has come to it (ADR 27)


@pytest.mark.parametrize(
    ("own", "company"),
    [
        # A checked in during its booking, or for it, up to the start of the activity.
        (arrived(A, "10:00"), A),
        (arrived(A, "09:59:59"), B),
        (arrived(A, "09:30", booking=TEN_TO_NOON), A),
        (arrived(A, "10:20:00", "10:21"), A),
        (arrived(A, "10:20:01", "10:21"), B),
        # C's person in A's time is not A's.
        (arrived(C, "10:00"), B),
    ],
)
def test_a_booking_stands_once_its_company_has_checked_in(own: CheckIn, company: CompanyId) -> None:
    came = [arrived(B, "10:20"), own]
    assert one(usages(ran(("10:20", "10:30")), TEN_TO_NOON, came=came)).company_id == company


@pytest.mark.parametrize(
    ("ran_before", "companies"),
    [
        (("10:00", "10:00:01"), [A, A]),
        (("09:50", "10:00:01"), [A, A]),
        # An early start that ended before the booking was none of its time.
        (("09:50", "10:00:00"), [A, B]),
    ],
)
def test_a_booking_stands_once_its_company_ran_the_machine_during_it(
    ran_before: tuple[str, str], companies: list[CompanyId]
) -> None:
    found = usages(ran(ran_before, ("10:20", "10:30")), TEN_TO_NOON, came=[arrived(B, "10:15")])
    assert [usage.company_id for usage in found] == companies


def test_anothers_use_before_does_not_make_a_booking_stand() -> None:
    decision = word(C, "10:00", "10:01")
    found = usages(
        ran(("10:00", "10:05"), ("10:20", "10:30")),
        TEN_TO_NOON,
        came=[arrived(B, "10:15")],
        decided=[decision],
    )
    assert [usage.company_id for usage in found] == [C, B]


# Gaps within an activity


def paused(runs: list[Run], start: str, end: str) -> list[Run]:
    """Return the runs with the idle ones between two instants paused."""
    during = between(start, end)
    return [
        replace(run, state=State.PAUSED)
        if run.state is State.IDLE
        and run.end
        and during.start <= run.start
        and run.end <= during.end
        else run
        for run in runs
    ]


@pytest.mark.parametrize(("again", "parts"), [("10:39:59", 1), ("10:40", 1), ("10:40:01", 2)])
def test_a_rest_of_ten_minutes_is_within_an_activity(again: str, parts: int) -> None:
    assert len(usages(ran(("10:00", "10:30"), (again, "11:00")), TEN_TO_NOON)) == parts


def test_a_pause_of_any_length_is_within_an_activity() -> None:
    runs = ran(("10:00", "10:30"), ("11:30", "11:40"))
    assert len(usages(paused(runs, "10:30", "11:30"), TEN_TO_NOON)) == 1


@pytest.mark.parametrize(
    ("start", "end"), [("10:30:01", "11:30"), ("10:30", "11:29:59"), ("10:40", "11:20")]
)
def test_a_pause_that_does_not_fill_a_rest_does_not_bridge_it(start: str, end: str) -> None:
    edges = ["10:00", "10:30", start, end, "11:30", "11:40"]
    states = [State.RUNNING, State.IDLE, State.PAUSED, State.IDLE, State.RUNNING]
    grade = ran()[0].grade
    runs = [
        Run(start=at(a), end=at(b), state=state, grade=grade)
        for (a, b), state in zip(pairwise(edges), states, strict=True)
        if at(a) < at(b)
    ]
    assert len(usages(runs, TEN_TO_NOON)) == 2


@pytest.mark.parametrize(
    ("company", "when", "parts"),
    [
        (B, "10:29:59", 1),
        (B, "10:30:00", 2),
        (B, "10:32:00", 2),
        (B, "10:35:00", 2),
        (B, "10:35:01", 1),
        (A, "10:32:00", 1),
    ],
)
def test_anothers_arrival_in_a_rest_ends_an_activity(
    company: CompanyId, when: str, parts: int
) -> None:
    found = usages(
        ran(("10:00", "10:30"), ("10:35", "11:00")), TEN_TO_NOON, came=[arrived(company, when)]
    )
    assert len(found) == parts


@pytest.mark.parametrize(
    ("job", "companies"),
    [
        ("11:58:00", [A]),
        ("11:58:01", [A, B]),
        ("12:02:00", [A, B]),
        # The state that follows a job's start may be of the second before it.
        ("12:02:01", [A, B]),
        ("12:02:02", [A]),
    ],
)
def test_a_job_that_starts_in_a_rest_in_anothers_time_is_anothers_activity(
    job: str, companies: list[CompanyId]
) -> None:
    runs = ran(("10:00", "11:58"), ("12:02", "12:30"))
    found = usages(runs, TEN_TO_NOON, BS_AFTERNOON, jobs=[at(job)])
    assert [usage.company_id for usage in found] == companies


def test_a_job_that_starts_in_ones_own_or_in_nobodys_time_ends_no_activity() -> None:
    runs = ran(("10:00", "11:58"), ("12:02", "12:30"))
    assert len(usages(runs, booked("10:00", "14:00"), jobs=[at("12:00")])) == 1
    assert [u.company_id for u in usages(runs, TEN_TO_NOON, jobs=[at("12:00")])] == [A]


# Ones own later bookings


@pytest.mark.parametrize(
    ("until", "rule", "flags"),
    [
        ("13:59:59", AttributionRule.BOOKING, ()),
        ("14:00", AttributionRule.BOOKING, ()),
        ("14:00:01", AttributionRule.CONTINUITY, ("overrun",)),
    ],
)
def test_what_runs_on_into_ones_own_next_booking_is_divided_at_its_start(
    until: str, rule: AttributionRule, flags: tuple[str, ...]
) -> None:
    first, second = usages(ran(("10:30", until)), NOON_TO_TWO, TEN_TO_NOON)
    assert (first.period, first.booking_id) == (between("10:30", "12:00"), TEN_TO_NOON.id)
    assert (first.is_continued, first.is_carried) == (False, False)
    assert second == Usage(
        period=between("12:00", until),
        runs=(between("12:00", until),),
        owner=Owner.COMPANY,
        rule=rule,
        company_id=A,
        booking_id=NOON_TO_TWO.id,
        person_id=NOON_TO_TWO.person_id,
        flags=flags,
        is_continued=True,
        is_carried=True,
    )


def test_a_run_that_begins_in_the_next_booking_is_continued_and_not_carried() -> None:
    _, second = usages(ran(("10:30", "11:58"), ("12:00", "12:30")), TEN_TO_NOON, NOON_TO_TWO)
    assert (second.booking_id, second.is_continued, second.is_carried) == (
        NOON_TO_TWO.id,
        True,
        False,
    )


@pytest.mark.parametrize(("named", "is_carried"), [(TEN_TO_NOON, True), (NOON_TO_TWO, False)])
def test_the_booking_that_a_decision_names_is_not_carried(named: Booking, is_carried: bool) -> None:
    decision = word(A, "11:50", "11:51", named.id)
    found = usages(ran(("11:50", "12:10")), TEN_TO_NOON, NOON_TO_TWO, decided=[decision])
    assert [usage.is_carried for usage in found] == [False, is_carried]
    assert [usage.decision_id for usage in found] == [decision.id] * 2


def test_an_activity_is_divided_at_each_of_its_own_bookings_that_it_ran_in() -> None:
    """Nothing ran in the second of three bookings, whose minutes lie within a rest."""
    short, last = booked("12:00", "12:02"), booked("12:02", "14:00")
    found = usages(ran(("11:00", "11:59"), ("12:03", "13:00")), TEN_TO_NOON, short, last)
    assert [usage.booking_id for usage in found] == [TEN_TO_NOON.id, last.id]
    assert [usage.is_continued for usage in found] == [False, True]


def test_a_booking_that_was_entered_twice_divides_nothing() -> None:
    twice = [booked("10:00", "12:00"), booked("10:00", "12:00")]
    assert one(usages(ran(("10:00", "11:00")), *twice)).booking_id == twice[0].id


def test_what_ends_as_ones_next_booking_begins_is_not_divided() -> None:
    assert whose(usages(ran(("10:30", "12:00")), TEN_TO_NOON, NOON_TO_TWO)) == [
        (A, TEN_TO_NOON.id, AttributionRule.BOOKING)
    ]
    parts = whose(usages(ran(("10:30", "12:00:01")), TEN_TO_NOON, NOON_TO_TWO))
    assert [booking for _, booking, _ in parts] == [TEN_TO_NOON.id, NOON_TO_TWO.id]


def test_what_runs_on_into_anothers_booking_stays_whole() -> None:
    assert whose(usages(ran(("10:30", "13:00")), TEN_TO_NOON, BS_AFTERNOON)) == [
        (A, TEN_TO_NOON.id, AttributionRule.CONTINUITY)
    ]


def test_what_was_freed_is_nobodys_from_then_on() -> None:
    freed = replace(TEN_TO_NOON, freed_from=at("11:00"))
    assert one(usages(ran(("10:59:59", "11:20")), freed)).booking_id == freed.id
    assert one(usages(ran(("11:00", "11:20")), freed)).owner is Owner.NOBODY


def test_activity_is_cut_at_the_bounds() -> None:
    runs = ran(("10:00", "11:00"))
    found = attribute(runs, Witnesses(), AttributionLimits(), bounds=between("10:20", "10:40"))
    assert [usage.period for usage in found] == [between("10:20", "10:40")]
