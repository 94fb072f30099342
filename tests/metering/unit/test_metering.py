"""From signals to runs: what each rule promises, and what holds for any signals at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from gadong.booking.domain.attribution import attribute
from gadong.booking.domain.booking import Booking
from gadong.booking.domain.usage import AttributionLimits, CheckIn, Owner, Witnesses
from gadong.core.domain.ids import PersonId, SourceId
from gadong.core.domain.machine_state import State
from gadong.core.domain.period import Period, total_seconds, union
from gadong.dialects.domain.power_states import PowerThresholds
from gadong.dialects.domain.signal import Channel, Signal, TimeRule, choose_time
from gadong.machines.domain.outage import Outage
from gadong.machines.domain.source_reading import Metering
from gadong.metering.domain.fold import fold
from gadong.metering.domain.job import jobs
from gadong.metering.domain.run import Run
from tests.support.golden import SOURCE, A, B, at, between, booked, folded, signal

THRESHOLDS = PowerThresholds(
    run_above=400, idle_below=250, run_after=timedelta(seconds=20), idle_after=timedelta(seconds=60)
)


def states(runs: list[Run]) -> list[tuple[str, str]]:
    """State and start of each run, short enough to read."""
    return [
        (r.state.value, r.start.astimezone(at("00:00").tzinfo).strftime("%H:%M:%S")) for r in runs
    ]


def test_a_state_holds_until_the_next_word_where_silence_means_nothing() -> None:
    runs = folded(
        [
            signal(at("10:00"), Channel.ACTIVITY, "running"),
            signal(at("16:00"), Channel.ACTIVITY, "idle"),
        ]
    )
    assert states(runs) == [("running", "10:00:00"), ("idle", "16:00:00")]
    assert runs[-1].end is None


def test_a_silence_longer_than_allowed_is_unknown_after_one_heartbeat() -> None:
    runs = folded(
        [
            signal(at("10:00"), Channel.ACTIVITY, "running"),
            signal(at("10:10"), Channel.ACTIVITY, "running"),
        ],
        heartbeat=timedelta(seconds=10),
    )
    assert states(runs) == [
        ("running", "10:00:00"),
        ("unknown", "10:00:10"),
        ("running", "10:10:00"),
        ("unknown", "10:10:10"),
    ]


def test_a_lost_link_is_unknown_and_what_comes_after_is_not_guessed() -> None:
    runs = folded(
        [
            signal(at("10:00"), Channel.ACTIVITY, "running"),
            signal(at("10:20"), Channel.LINK, "down"),
            signal(at("10:40"), Channel.LINK, "up"),
            signal(at("10:50"), Channel.ACTIVITY, "idle"),
        ]
    )
    assert states(runs) == [("running", "10:00:00"), ("unknown", "10:20:00"), ("idle", "10:50:00")]


def test_a_blip_of_the_link_changes_nothing() -> None:
    runs = folded(
        [
            signal(at("10:00"), Channel.ACTIVITY, "running"),
            signal(at("10:20:00"), Channel.LINK, "down"),
            signal(at("10:20:20"), Channel.LINK, "up"),
            signal(at("10:50"), Channel.ACTIVITY, "idle"),
        ]
    )
    assert states(runs) == [("running", "10:00:00"), ("idle", "10:50:00")]


def test_a_machine_of_which_only_a_blip_was_heard_is_unknown() -> None:
    runs = folded(
        [signal(at("10:00"), Channel.LINK, "down"), signal(at("10:00:09"), Channel.LINK, "up")]
    )
    assert states(runs) == [("unknown", "10:00:00")]


def test_a_live_word_proves_that_the_link_is_back() -> None:
    runs = folded(
        [
            signal(at("10:00"), Channel.LINK, "down"),
            signal(at("10:10"), Channel.ACTIVITY, "running"),
        ]
    )
    assert states(runs) == [("unknown", "10:00:00"), ("running", "10:10:00")]


def test_a_hint_is_believed_only_where_nothing_is_known() -> None:
    hint = signal(at("10:10"), Channel.ACTIVITY_HINT, "running")
    assert states(folded([hint])) == [("running", "10:10:00")]
    assert states(folded([signal(at("10:00"), Channel.ACTIVITY, "idle"), hint])) == [
        ("idle", "10:00:00")
    ]


def test_what_was_queued_survives_an_outage_and_what_was_not_is_unknown() -> None:
    period = Period(at("11:00"), at("11:30"))
    for qos, kept, expected in (
        (1, True, [("running", "10:00:00"), ("idle", "12:00:00")]),
        (0, True, [("running", "10:00:00"), ("unknown", "11:00:00"), ("idle", "12:00:00")]),
        (1, False, [("running", "10:00:00"), ("unknown", "11:00:00"), ("idle", "12:00:00")]),
    ):
        signals = [
            signal(at("10:00"), Channel.ACTIVITY, "running", qos=qos),
            signal(at("12:00"), Channel.ACTIVITY, "idle", qos=qos),
        ]
        runs = fold(
            [Metering(source_id=SOURCE)], signals, [Outage(period=period, session_kept=kept)]
        )
        assert states(runs) == expected


def test_power_becomes_state_back_dated_to_the_first_crossing() -> None:
    # Up at 10:00:10, a tool change of 40 s at 10:05, down for good at 10:20:00
    # (docs/reference/signals.md#state-from-power).
    samples = []
    for step in range(-6, 140):
        when = at("10:00:00") + timedelta(seconds=10 * step)
        dips = at("10:05:00") <= when < at("10:05:40")
        high = at("10:00:10") <= when < at("10:20:00") and not dips
        samples.append(signal(when, Channel.POWER_WATTS, 900.0 if high else 120.0))
    runs = folded(samples, heartbeat=timedelta(seconds=10), thresholds=THRESHOLDS)
    running = [r for r in runs if r.state is State.RUNNING]
    assert [(r.start, r.end) for r in running] == [(at("10:00:10"), at("10:20:00"))]
    assert (at("10:20:00") - at("10:00:10")).total_seconds() == 1_190


def test_a_machine_switched_off_is_off_and_not_idle() -> None:
    samples = [
        signal(at("10:00") + timedelta(seconds=10 * s), Channel.POWER_WATTS, 1.0) for s in range(20)
    ]
    runs = folded(samples, heartbeat=timedelta(seconds=10), thresholds=THRESHOLDS)
    assert [r.state for r in runs] == [State.OFF, State.UNKNOWN]


def test_the_source_that_knows_speaks_for_the_machine() -> None:
    meter = SourceId(UUID(int=4))
    printer = [
        signal(at("10:00"), Channel.ACTIVITY, "idle"),
        signal(at("10:30"), Channel.LINK, "down"),
    ]
    plug = [
        structs.replace(signal(at(t), Channel.ACTIVITY, word), source_id=meter)
        for t, word in (("09:00", "running"), ("11:00", "idle"))
    ]
    both = [Metering(source_id=SOURCE, precedence=1), Metering(source_id=meter, precedence=2)]
    assert states(fold(both, [*printer, *plug])) == [
        ("running", "09:00:00"),
        ("idle", "10:00:00"),
        ("running", "10:30:00"),
        ("idle", "11:00:00"),
    ]


instants = st.integers(0, 7200).map(lambda s: at("09:00") + timedelta(seconds=s))
words = st.one_of(
    st.tuples(
        st.just(Channel.ACTIVITY),
        st.sampled_from([s.value for s in State if s not in {State.OFF, State.FAULT}]),
    ),
    st.tuples(st.just(Channel.LINK), st.sampled_from(["up", "down"])),
    st.tuples(st.just(Channel.POWER), st.sampled_from(["on", "off"])),
    st.tuples(st.just(Channel.ALARM), st.sampled_from(["fault", "none"])),
    st.tuples(st.just(Channel.ACTIVITY_HINT), st.sampled_from(["running", "paused"])),
    st.tuples(st.just(Channel.POWER_WATTS), st.sampled_from([0.5, 100.0, 300.0, 500.0, 2000.0])),
    st.tuples(st.just(Channel.RUN_SECONDS), st.integers(0, 5000).map(float)),
)
signals_of_a_morning = st.lists(
    st.builds(lambda when, word: signal(when, word[0], word[1]), instants, words), max_size=40
)
ways_to_read = st.sampled_from(
    [
        {},
        {"heartbeat": timedelta(seconds=60)},
        {"heartbeat": timedelta(seconds=60), "thresholds": THRESHOLDS},
        {"thresholds": THRESHOLDS},
    ]
)


@given(signals_of_a_morning, ways_to_read, st.randoms(use_true_random=False))
def test_order_and_repetition_change_nothing(
    signals: list[Signal], settings: dict[str, object], chance: object
) -> None:
    shuffled = [*signals, *signals[::2]]
    chance.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis gives a random.Random
    assert folded(shuffled, **settings) == folded(signals, **settings)


@pytest.mark.parametrize(
    "readings",
    [
        [("09:00:00", 500.0), ("09:00:20", 500.0)],  # the first may be of the time before
        [("09:00:10", 500.0), ("09:00:20", 460.0), ("09:00:40", 440.0)],  # it only falls
    ],
)
def test_a_reading_that_comes_twice_contradicts_no_off(readings: list[tuple[str, float]]) -> None:
    signals = [
        signal(at("09:00"), Channel.POWER, "off"),
        *(signal(at(when), Channel.POWER_WATTS, watts) for when, watts in readings),
    ]
    once = folded(signals, thresholds=THRESHOLDS)
    assert states(once) == [("off", "09:00:00")]
    assert folded([*signals, *signals[1:]], thresholds=THRESHOLDS) == once


@given(signals_of_a_morning, ways_to_read)
def test_states_partition_wall_time(signals: list[Signal], settings: dict[str, object]) -> None:
    runs = folded(signals, **settings)
    assert bool(runs) == bool(signals)
    for one, following in pairwise(runs):
        assert one.end == following.start
        assert one.start < following.start
        assert one.state is not following.state
    if runs:
        assert runs[-1].end is None
        bounds = Period(runs[0].start, at("23:00"))
        parts = [p for r in runs if (p := r.clipped(bounds))]
        assert sum(p.seconds for p in parts) == bounds.seconds == total_seconds(parts)


companies = st.sampled_from([A, B])
bookings_of_a_morning = st.lists(
    st.builds(
        lambda start, length, company: (start, start + timedelta(minutes=length), company),
        instants,
        st.integers(10, 60),
        companies,
    ),
    max_size=4,
)
arrivals = st.lists(
    st.builds(
        lambda when, company: CheckIn(at=when, company_id=company, person_id=PersonId(UUID(int=1))),
        instants,
        companies,
    ),
    max_size=3,
)


def _apart(wishes: list[tuple[datetime, datetime, object]]) -> list[Booking]:
    """Bookings that do not overlap, as the database would have let them in."""
    held: list[Booking] = []
    for start, end, company in wishes:
        period = Period(start, end)
        if not any(b.period.overlap(period) for b in held):
            # Sampled from A and B.
            one = booked("00:00", "00:01", company)  # type: ignore[arg-type]
            held.append(replace(one, period=period))
    return held


@given(signals_of_a_morning, bookings_of_a_morning, arrivals, st.lists(instants, max_size=3))
def test_attributed_and_unattributed_are_all_that_was_observed(
    signals: list[Signal],
    wishes: list[tuple[datetime, datetime, object]],
    came: list[CheckIn],
    jobs: list[datetime],
) -> None:
    runs = folded(signals)
    bounds = between("00:00", "23:00")
    witnesses = Witnesses(bookings=_apart(wishes), check_ins=came, job_starts=sorted(jobs))
    usages = attribute(runs, witnesses, AttributionLimits(), bounds=bounds)
    observed = [p for r in runs if r.state is State.RUNNING and (p := r.clipped(bounds))]
    parts = [run for usage in usages for run in usage.runs]
    # A run over the start of a company's next booking is divided there.
    assert union(parts) == union(observed)
    assert sum(u.seconds for u in usages) == total_seconds(observed)
    owned = [(run, u.company_id) for u in usages if u.owner is Owner.COMPANY for run in u.runs]
    for index, (one, company) in enumerate(owned):
        for other, another in owned[index + 1 :]:
            assert not one.overlap(other) or company == another


@given(signals_of_a_morning, bookings_of_a_morning)
def test_a_check_in_moves_time_between_owners_and_makes_none(
    signals: list[Signal], wishes: list[tuple[datetime, datetime, object]]
) -> None:
    runs, bounds, held = folded(signals), between("00:00", "23:00"), _apart(wishes)
    without_one = attribute(runs, Witnesses(bookings=held), AttributionLimits(), bounds=bounds)
    arrival = CheckIn(at=at("09:00"), company_id=B, person_id=PersonId(UUID(int=1)))
    with_one = attribute(
        runs, Witnesses(bookings=held, check_ins=[arrival]), AttributionLimits(), bounds=bounds
    )
    assert sum(u.seconds for u in with_one) == sum(u.seconds for u in without_one)


def test_a_plug_that_proves_it_overrules_a_host_that_cannot_see_the_panel() -> None:
    plug = SourceId(UUID(int=4))
    host_says = [signal(at("10:00"), Channel.ACTIVITY, "idle")]
    plug_says = [
        structs.replace(signal(at(when), Channel.ACTIVITY, word), source_id=plug)
        for when, word in (("10:00", "idle"), ("10:10", "running"), ("10:40", "idle"))
    ]
    for proves, expected in ((True, ["idle", "running", "idle"]), (False, ["idle"])):
        metering = [
            Metering(source_id=SOURCE, precedence=10),
            Metering(source_id=plug, precedence=100, proves_running=proves),
        ]
        assert [r.state.value for r in fold(metering, [*host_says, *plug_says])] == expected


def test_a_fault_stops_a_machine_only_where_it_appears_as_the_machine_stops() -> None:
    def fault(when: str, word: str = "fault", part: str = "logic/230") -> Signal:
        return structs.replace(signal(at(when), Channel.CONDITION, word), part=part)

    resting = [signal(at("10:00"), Channel.ACTIVITY, "idle"), fault("10:05")]
    assert states(folded(resting)) == [("idle", "10:00:00")]
    stopped = [
        signal(at("10:00"), Channel.ACTIVITY, "running"),
        signal(at("10:30:00"), Channel.ACTIVITY, "idle"),
        fault("10:30:03"),
        fault("10:45:00", "none", part="logic"),
    ]
    assert states(folded(stopped)) == [
        ("running", "10:00:00"),
        ("idle", "10:30:00"),
        ("fault", "10:30:03"),
        ("idle", "10:45:00"),
    ]


def test_the_busiest_path_speaks_for_the_machine_and_a_brief_loss_is_bridged() -> None:
    def path(when: str, word: str, part: str) -> Signal:
        return structs.replace(signal(at(when), Channel.ACTIVITY, word), part=part)

    runs = folded(
        [
            path("10:00", "idle", "p1"),
            path("10:00", "running", "p2"),
            path("10:10:00", "unknown", "p2"),
            path("10:10:20", "running", "p2"),
            path("10:30", "idle", "p2"),
        ]
    )
    assert states(runs) == [("running", "10:00:00"), ("idle", "10:30:00")]
    assert [r.bridged_seconds for r in runs] == [20, 0]


def test_an_edge_says_how_sure_it_is() -> None:
    meter = [
        signal(at(f"10:{m:02d}"), Channel.POWER_WATTS, w)
        for m, w in ((0, 100.0), (5, 900.0), (10, 900.0))
    ]
    runs = folded(meter, thresholds=THRESHOLDS)
    assert states(runs)[-1] == ("running", "10:05:00")
    assert runs[-1].uncertain_seconds == 300, (
        "it was crossed at any moment since the reading before"
    )
    kept = structs.replace(
        signal(at("10:00"), Channel.ACTIVITY, "running"), uncertain=timedelta(hours=6)
    )
    assert folded([kept])[0].uncertain_seconds == 6 * 3600
    assert choose_time(None, at("10:00"), retained=False, held_since=at("09:00"))[1:] == (
        TimeRule.QUEUED,
        timedelta(hours=1),
    )


def test_a_job_is_news_if_the_machine_rested_before_wherever_the_reading_begins() -> None:
    runs = folded(
        [
            signal(at("10:00"), Channel.ACTIVITY, "idle"),
            signal(at("10:10"), Channel.ACTIVITY, "running"),
            signal(at("10:40"), Channel.ACTIVITY, "idle"),
        ]
    )
    (whole,) = jobs(runs, [])
    assert (whole.start, whole.end, whole.is_start_known) == (at("10:10"), at("10:40"), True)
    assert jobs(runs[1:], [], before=State.IDLE) == [whole]
    assert not jobs(runs[1:], [])[0].is_start_known, (
        "it may have run for days when it was first heard"
    )
