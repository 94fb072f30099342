"""Sessions and the keeping of a booking, just below, at and just above every limit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from gadong.booking.domain.attribution import attribute
from gadong.booking.domain.booking import Booking, BookingState
from gadong.booking.domain.presence import Presence
from gadong.booking.domain.session import Session, sessions
from gadong.booking.domain.usage import AttributionLimits, CheckIn, Reassignment, Witnesses
from gadong.core.domain.ids import CompanyId, DecisionId, PersonId, new_id
from gadong.core.domain.machine_state import Grade, State
from gadong.core.domain.period import union
from gadong.core.domain.usage_mode import UsageMode
from gadong.metering.domain.run import Run
from tests.support.golden import MACHINE, MONTH, A, B, at, between, booked, ran

TEN_TO_NOON = booked("10:00", "12:00")
NOON_TO_TWO = booked("12:00", "14:00")
BS_MORNING = booked("08:00", "10:00", B)


def found(
    runs: Sequence[Run], *held: Booking, of: CompanyId | None = None, **witnesses: Any
) -> list[Session]:
    """Return the sessions of the example day."""
    every = Witnesses(bookings=held, **witnesses)
    usages = attribute(runs, every, AttributionLimits(), bounds=MONTH)
    return sessions(MACHINE, usages, runs, every, AttributionLimits(), of=of)


def of_booking(booking: Booking, every: list[Session]) -> Session:
    """Return the session of a booking."""
    return next(s for s in every if s.booking and s.booking.id == booking.id)


def arrived(
    company: CompanyId, when: str, until: str | None = None, to: Booking | None = None
) -> CheckIn:
    """Return a check-in of a company's person."""
    return CheckIn(
        at=at(when),
        until=at(until) if until else None,
        company_id=company,
        person_id=PersonId(new_id()),
        booking_id=to.id if to else None,
    )


def states(*edges: str | State, end: str = "23:59") -> list[Run]:
    """Return runs of alternating instants and states, from the first instant on."""
    starts, kinds = edges[::2], edges[1::2]
    return [
        Run(start=at(str(start)), end=at(str(until)), state=State(state), grade=Grade.SIGNAL)
        for (start, until), state in zip(pairwise([*starts, end]), kinds, strict=True)
    ]


# Arrivals that keep the booking


@pytest.mark.parametrize(
    ("check_in", "presence"),
    [
        # A check-in without a booking keeps one from 15 minutes before its start until 15 after it.
        (arrived(A, "09:44:59", "09:50"), Presence.NO_SHOW),
        (arrived(A, "09:45:00", "09:50"), Presence.SHOWED),
        (arrived(A, "10:14:59"), Presence.SHOWED),
        (arrived(A, "10:15:00"), Presence.NO_SHOW),
        # A check-in for the booking keeps it at any time, and one for another never does.
        (arrived(A, "11:30", to=TEN_TO_NOON), Presence.SHOWED),
        (arrived(A, "10:05", to=NOON_TO_TWO), Presence.NO_SHOW),
    ],
)
def test_an_arrival_keeps_a_booking_around_its_start(check_in: CheckIn, presence: Presence) -> None:
    assert (
        of_booking(TEN_TO_NOON, found(ran(), TEN_TO_NOON, check_ins=[check_in])).presence
        is presence
    )


@pytest.mark.parametrize("state", [State.PAUSED, State.SETUP])
@pytest.mark.parametrize(
    ("start", "end", "presence"),
    [
        ("09:30", "09:45:00", Presence.NO_SHOW),
        ("09:30", "09:45:01", Presence.SHOWED),
        ("10:14:59", "10:20", Presence.SHOWED),
        ("10:15:00", "10:20", Presence.NO_SHOW),
    ],
)
def test_work_at_the_machine_keeps_a_booking_around_its_start(
    state: State, start: str, end: str, presence: Presence
) -> None:
    runs = states("00:00", State.IDLE, start, state, end, State.IDLE)
    assert of_booking(TEN_TO_NOON, found(runs, TEN_TO_NOON)).presence is presence


@pytest.mark.parametrize("state", [State.UNKNOWN, State.FAULT])
@pytest.mark.parametrize(
    ("until", "presence"),
    [("09:50:59", "no_show"), ("09:51:00", "no_show"), ("09:51:01", "unverifiable")],
)
def test_a_no_show_needs_four_fifths_of_the_time_observed(
    state: State, until: str, presence: str
) -> None:
    """Six of the thirty minutes from 09:45 on may be unknown."""
    runs = states("09:00", state, until, State.IDLE)
    assert of_booking(TEN_TO_NOON, found(runs, TEN_TO_NOON)).presence is Presence(presence)


@pytest.mark.parametrize(
    ("until", "presence"),
    [
        ("12:00:01", Presence.NO_SHOW),
        ("12:14:59", Presence.NO_SHOW),
        ("12:15:00", Presence.SHOWED),
        ("12:15:01", Presence.SHOWED),
    ],
)
def test_running_on_through_the_time_to_come_keeps_ones_next_booking(
    until: str, presence: Presence
) -> None:
    every = found(ran(("10:00", until)), TEN_TO_NOON, NOON_TO_TWO)
    assert of_booking(NOON_TO_TWO, every).presence is presence


@pytest.mark.parametrize(
    ("until", "presence"), [("12:09:59", Presence.NO_SHOW), ("12:10:00", Presence.SHOWED)]
)
def test_a_booking_shorter_than_the_time_to_come_is_kept_by_running_to_its_end(
    until: str, presence: Presence
) -> None:
    short = booked("12:00", "12:10")
    assert of_booking(short, found(ran(("10:00", until)), TEN_TO_NOON, short)).presence is presence


# People who could not be expected to come


@pytest.mark.parametrize(
    ("start", "end", "presence"),
    [
        ("09:30", "10:14:59", Presence.NO_SHOW),
        ("09:30", "10:15:00", Presence.EXCUSED),
        ("09:59:59", "10:15:01", Presence.EXCUSED),
    ],
)
def test_an_overrun_excuses_who_could_not_come_in_all_their_time(
    start: str, end: str, presence: Presence
) -> None:
    assert (
        of_booking(TEN_TO_NOON, found(ran((start, end)), BS_MORNING, TEN_TO_NOON)).presence
        is presence
    )


def test_another_who_begins_at_the_bookings_start_displaces_nobody() -> None:
    word = Reassignment(id=DecisionId(new_id()), period=between("10:00", "10:01"), company_id=B)
    session = of_booking(
        TEN_TO_NOON, found(ran(("10:00", "10:30")), TEN_TO_NOON, reassignments=[word])
    )
    assert session.presence is Presence.SHOWED


def test_who_came_in_spite_of_an_overrun_showed() -> None:
    came = [arrived(A, "10:20", to=TEN_TO_NOON)]
    every = found(ran(("09:30", "10:30")), BS_MORNING, TEN_TO_NOON, check_ins=came)
    assert of_booking(TEN_TO_NOON, every).presence is Presence.SHOWED


@pytest.mark.parametrize(
    ("closed", "presence"),
    [
        (("09:00", "10:00:00"), Presence.NO_SHOW),
        (("09:00", "10:00:01"), Presence.EXCUSED),
        (("10:14:59", "12:00"), Presence.EXCUSED),
        (("10:15:00", "12:00"), Presence.NO_SHOW),
    ],
)
def test_a_closure_in_the_time_to_come_excuses(closed: tuple[str, str], presence: Presence) -> None:
    every = found(ran(), TEN_TO_NOON, closures=[between(*closed)])
    assert of_booking(TEN_TO_NOON, every).presence is presence


def test_a_closure_does_not_excuse_who_kept_the_booking() -> None:
    came = [arrived(A, "09:50")]
    every = found(ran(), TEN_TO_NOON, check_ins=came, closures=[between("10:00", "10:30")])
    assert of_booking(TEN_TO_NOON, every).presence is Presence.SHOWED


def test_nobody_is_expected_at_commissioned_work() -> None:
    booking = replace(TEN_TO_NOON, usage_mode=UsageMode.COMMISSIONED)
    assert of_booking(booking, found(ran(), booking)).presence is Presence.EXCUSED
    silent = states("00:00", State.UNKNOWN)
    assert of_booking(booking, found(silent, booking)).presence is Presence.UNVERIFIABLE


@pytest.mark.parametrize(
    ("terms", "presence"),
    [
        ({"state": BookingState.RELEASED, "freed_from": at("10:20")}, Presence.EXCUSED),
        ({"state": BookingState.RELEASED, "freed_from": at("10:00")}, None),
        ({"state": BookingState.CANCELLED, "cancelled_at": at("09:00")}, Presence.CANCELLED),
        ({"state": BookingState.CANCELLED, "cancelled_at": at("11:59:59")}, Presence.CANCELLED),
        # After its end there is nothing left to give up.
        ({"state": BookingState.CANCELLED, "cancelled_at": at("12:00")}, Presence.NO_SHOW),
        ({"state": BookingState.PENDING}, None),
        ({"state": BookingState.NO_SHOW, "freed_from": at("10:00")}, Presence.NO_SHOW),
        ({"state": BookingState.COMPLETED}, Presence.NO_SHOW),
    ],
)
def test_a_booking_that_ended_otherwise_has_a_session_by_its_kind(
    terms: dict[str, Any], presence: Presence | None
) -> None:
    every = found(ran(), replace(TEN_TO_NOON, **terms))
    assert [session.presence for session in every] == ([presence] if presence else [])


def test_a_request_that_nobody_confirmed_hides_no_booking_after_it() -> None:
    request = replace(TEN_TO_NOON, state=BookingState.PENDING)
    assert [s.booking for s in found(ran(), request, NOON_TO_TWO)] == [NOON_TO_TWO]


def test_a_cancelled_booking_that_was_used_all_the_same_was_kept() -> None:
    cancelled = replace(TEN_TO_NOON, state=BookingState.CANCELLED, cancelled_at=at("11:00"))
    came = [arrived(A, "10:05", "10:50", to=cancelled)]
    used = of_booking(cancelled, found(ran(("10:10", "10:40")), cancelled, check_ins=came))
    assert (used.presence, used.occupied) == (Presence.SHOWED, between("10:05", "10:50"))
    unused = of_booking(cancelled, found(ran(), cancelled, check_ins=came))
    assert (unused.presence, unused.occupied) == (Presence.CANCELLED, None)


# The parts of a session


def test_a_session_states_its_machine_its_company_and_its_key() -> None:
    came = [arrived(B, "08:00", "09:30")]
    unbooked, own = found(ran(("08:30", "09:00"), ("10:10", "10:30")), TEN_TO_NOON, check_ins=came)
    assert (own.key, own.machine_id, own.company_id) == (f"booking:{TEN_TO_NOON.id}", MACHINE, A)
    assert (own.booking, own.start, own.usage_mode) == (
        TEN_TO_NOON,
        TEN_TO_NOON.period,
        UsageMode.SELF,
    )
    assert (unbooked.key, unbooked.machine_id) == (
        f"usage:{at('08:30').isoformat()}@{MACHINE}",
        MACHINE,
    )
    assert (unbooked.company_id, unbooked.booking, unbooked.presence) == (B, None, Presence.SHOWED)
    assert (unbooked.start, unbooked.occupied) == (
        between("08:30", "09:00"),
        between("08:30", "09:00"),
    )
    assert (unbooked.taken, unbooked.neighbours) == ((), (TEN_TO_NOON.period,))
    assert [usage.company_id for usage in unbooked.usages] == [B]


def test_sessions_may_be_asked_for_one_company() -> None:
    runs = ran(("08:10", "08:30"), ("10:10", "10:30"))
    keys = [f"booking:{b.id}" for b in (BS_MORNING, TEN_TO_NOON)]
    assert [s.key for s in found(runs, TEN_TO_NOON, BS_MORNING)] == keys
    assert [s.key for s in found(runs, TEN_TO_NOON, BS_MORNING, of=A)] == keys[1:]
    assert [s.key for s in found(runs, TEN_TO_NOON, BS_MORNING, of=B)] == keys[:1]


@pytest.mark.parametrize(
    ("came", "occupied"),
    [
        ([], None),
        ([arrived(A, "10:05", to=TEN_TO_NOON)], None),
        ([arrived(A, "10:05", "10:05", to=TEN_TO_NOON)], None),
        ([arrived(A, "10:05", "10:05:01", to=TEN_TO_NOON)], ("10:05", "10:05:01")),
        (
            [arrived(A, "10:30", "10:40", to=TEN_TO_NOON), arrived(A, "10:05", to=TEN_TO_NOON)],
            ("10:05", "10:40"),
        ),
        # The arrival of another booking's people is none of this one's.
        ([arrived(A, "10:05", "10:40", to=NOON_TO_TWO)], None),
    ],
)
def test_presence_lasts_from_the_first_to_the_last_sign(
    came: list[CheckIn], occupied: tuple[str, str] | None
) -> None:
    session = of_booking(TEN_TO_NOON, found(ran(), TEN_TO_NOON, NOON_TO_TWO, check_ins=came))
    assert session.occupied == (between(*occupied) if occupied else None)


def test_a_session_reaches_from_the_first_to_the_last_of_booking_and_presence() -> None:
    came = [arrived(A, "09:50", "12:20", to=TEN_TO_NOON)]
    session = of_booking(TEN_TO_NOON, found(ran(), TEN_TO_NOON, check_ins=came))
    assert session.reach == between("09:50", "12:20")
    assert of_booking(TEN_TO_NOON, found(ran(), TEN_TO_NOON)).reach == TEN_TO_NOON.period
    nowhere = replace(session, booking=None, occupied=None)
    with pytest.raises(ValueError, match=r"^a session needs a booking or an activity$"):
        _ = nowhere.start


@pytest.mark.parametrize(
    ("window", "is_kept"),
    [
        (("09:00", "10:00:00"), False),
        (("09:00", "10:00:01"), True),
        (("11:59:59", "13:00"), True),
        (("12:00:00", "13:00"), False),
    ],
)
def test_maintenance_within_reach_is_a_sessions(window: tuple[str, str], is_kept: bool) -> None:
    every = found(ran(), TEN_TO_NOON, maintenance=[between(*window)], closures=[])
    assert of_booking(TEN_TO_NOON, every).maintenance == ((between(*window),) if is_kept else ())


def test_the_run_that_follows_the_last_one_is_a_sessions_too() -> None:
    """The state that ended the last run is often said a second later; what comes after it is none
    of theirs.
    """
    edges = (
        "09:00",
        State.PAUSED,
        "10:00",
        State.IDLE,
        "11:00",
        State.RUNNING,
        "12:00",
        State.IDLE,
    )
    runs = states(*edges, "12:00:01", State.SETUP)
    session = of_booking(TEN_TO_NOON, found(runs, TEN_TO_NOON))
    assert [run.start for run in session.runs] == [at(t) for t in ("10:00", "11:00", "12:00")]


@pytest.mark.parametrize(("seconds", "is_uncertain"), [(299, True), (300, False), (301, False)])
def test_an_edge_is_uncertain_beyond_what_is_borne(seconds: int, is_uncertain: bool) -> None:
    runs = [replace(run, uncertain_seconds=300) for run in ran(("10:10", "10:30"))]
    session = of_booking(TEN_TO_NOON, found(runs, TEN_TO_NOON))
    assert session.is_uncertain(seconds) is is_uncertain
    assert not replace(session, occupied=None).is_uncertain(seconds)
    after = replace(session, runs=tuple(r for r in ran(("12:00", "12:30"))[1:]))
    assert not after.is_uncertain(0)


@pytest.mark.parametrize(
    ("others", "is_beside"),
    [
        (booked("08:00", "10:00", B), False),
        (booked("12:00", "13:00", B), False),
        (booked("11:00", "12:00", B), True),
    ],
)
def test_a_missed_booking_knows_the_sessions_in_its_time(others: Booking, is_beside: bool) -> None:
    gone = replace(TEN_TO_NOON, state=BookingState.NO_SHOW, freed_from=at("10:15"))
    every = found(ran(), gone, others)
    missed, other = of_booking(gone, every), of_booking(others, every)
    assert [s.key for s in missed.beside] == ([other.key] if is_beside else [])
    # People who came owe no fee, and need to know nobody.
    came = [arrived(A, "10:00", to=TEN_TO_NOON)]
    kept = found(ran(), TEN_TO_NOON, others, check_ins=came)
    assert of_booking(TEN_TO_NOON, kept).beside == ()


def test_a_cancelled_booking_knows_the_sessions_in_its_time() -> None:
    cancelled = replace(TEN_TO_NOON, state=BookingState.CANCELLED, cancelled_at=at("09:00"))
    again = booked("10:30", "11:00", B)
    (other,) = of_booking(cancelled, found(ran(), cancelled, again)).beside
    assert other.key == f"booking:{again.id}"


def test_only_others_take_time_of_a_booking() -> None:
    """B runs on into A's booking until 10:20.

    Then A's own use and nobody's are none that others took.
    """
    runs = ran(("09:30", "10:20"), ("10:40", "11:00"))
    session = of_booking(TEN_TO_NOON, found(runs, BS_MORNING, TEN_TO_NOON))
    assert session.taken == (between("10:00", "10:20"),)
    assert session.neighbours == (BS_MORNING.period,)
    assert union(session.own_time) == [between("10:20", "12:00")]


def test_a_second_of_two_sessions_is_the_first_ones_to_claim_it() -> None:
    came = [arrived(A, "10:00", "12:20", to=TEN_TO_NOON)]
    every = found(ran(), TEN_TO_NOON, booked("12:00", "14:00", B), check_ins=came)
    first, second = (union(s.own_time) for s in every)
    assert (first, second) == ([between("10:00", "12:20")], [])
