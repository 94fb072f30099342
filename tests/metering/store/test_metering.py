"""Runs in the database: derived as signals come, and the same rows when they are made again at
once.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from gadong.core.database import END_OF_TIME, Pool, many, one, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.period import Period
from gadong.dialects.domain.power_states import PowerThresholds
from gadong.dialects.domain.sequence_position import Position
from gadong.dialects.domain.signal import Channel
from gadong.machines.domain.machine import Source
from gadong.machines.domain.message import Rejected
from gadong.machines.domain.source_reading import Metering
from gadong.machines.services import ingestion
from gadong.machines.store import machines
from gadong.machines.store.quarantine import MOST_CAUSES
from gadong.metering.domain.fold import fold
from gadong.metering.domain.job import Job
from gadong.metering.domain.run import Run
from gadong.metering.services import metering
from gadong.metering.store import runs
from gadong.notices.services import notice_delivery
from tests.support.metering.metering import message
from tests.support.world import World

START = datetime.now(UTC).replace(microsecond=0) - timedelta(days=3)
ALL = Period(START - timedelta(days=60), END_OF_TIME)


def stored(pool: Pool, source: Source) -> list[Run]:
    """The machine's runs as they stand."""
    with transaction(pool, SYSTEM) as tx:
        return runs.of_machine(tx, source.machine_id, ALL)


def stored_jobs(pool: Pool, source: Source) -> list[Job]:
    """The machine's jobs as they stand."""
    with transaction(pool, SYSTEM) as tx:
        return runs.jobs_of_machine(tx, source.machine_id, ALL)


words = st.one_of(
    st.tuples(
        st.just(Channel.ACTIVITY),
        st.sampled_from(["running", "paused", "setup", "idle", "unknown"]),
        st.sampled_from(["", "path-2"]),
    ),
    st.tuples(
        st.just(Channel.CONDITION),
        st.sampled_from(["fault", "none"]),
        st.sampled_from(["c1", "c2"]),
    ),
    st.tuples(st.just(Channel.SETUP), st.sampled_from(["on", "off"])),
    st.tuples(st.just(Channel.JOB), st.sampled_from(["cup", "lid"])),
    st.tuples(st.just(Channel.JOB_RESULT), st.sampled_from(["done", "cancelled"])),
    st.tuples(st.just(Channel.LINK), st.sampled_from(["up", "down"])),
    st.tuples(st.just(Channel.POWER), st.sampled_from(["on", "off"])),
    st.tuples(st.just(Channel.ALARM), st.sampled_from(["fault", "none"])),
    st.tuples(st.just(Channel.ACTIVITY_HINT), st.sampled_from(["running"])),
    st.tuples(st.just(Channel.POWER_WATTS), st.sampled_from([0.5, 100.0, 300.0, 2000.0])),
)
# Often within the seconds in which a fault, a name or a blip counts, and now and then hours apart.
moments = st.builds(
    lambda s, nearby: START + timedelta(seconds=s * 4_000 + nearby),
    st.integers(0, 10),
    st.integers(0, 40),
)
days = st.lists(st.tuples(moments, words), min_size=1, max_size=25)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(days, st.sampled_from(["octoprint", "gadong-json", "tasmota", "shelly"]), st.integers(1, 5))
def test_as_it_comes_and_all_at_once_are_the_same(
    pool: Pool, world: World, day: list[tuple[datetime, tuple[Any, ...]]], dialect: str, size: int
) -> None:
    machine = world.machine()
    thresholds = PowerThresholds(run_above=1000, idle_below=200)
    source = world.source(
        machine,
        dialect,
        base=machine.slug,
        thresholds=thresholds if dialect in {"tasmota", "shelly"} else None,
    )
    messages = [message(source, at, *word) for at, word in day]
    for start in range(0, len(messages), size):
        ingestion.commit(pool, world.centre.id, messages[start : start + size], [])
        metering.catch_up(pool)
    step_by_step, worked = stored(pool, source), stored_jobs(pool, source)
    for stretch in (metering.STRETCH, timedelta(hours=1, seconds=10)):
        with pytest.MonkeyPatch.context() as changed:
            changed.setattr(metering, "STRETCH", stretch)
            metering.rebuild(pool, world.manager, machine)
        assert stored(pool, source) == step_by_step
        assert stored_jobs(pool, source) == worked
    with transaction(pool, SYSTEM) as tx:
        known, _ = metering.as_known(
            tx, machine, Period(ALL.start, datetime.now(UTC)), recorded_before=END_OF_TIME
        )
    assert [(r.start, r.state) for r in known] == [
        (r.start, r.state) for r in step_by_step if r.start < datetime.now(UTC)
    ]


def test_a_batch_again_stores_nothing_and_marks_nothing(world: World, pool: Pool) -> None:
    machine = world.machine()
    source = world.source(machine, "gadong-json")
    first = message(source, START, Channel.ACTIVITY, "running")
    batch = [replace(first, position=Position(boot="b", seq=1), key=b"n b 1")]
    assert ingestion.commit(pool, world.centre.id, batch, []).stored == 1
    assert metering.catch_up(pool) == 1
    again = ingestion.commit(pool, world.centre.id, batch * 3, [])
    assert (again.stored, again.duplicates) == (0, 3)
    assert metering.catch_up(pool) == 0


def test_one_row_that_the_database_refuses_is_found_and_set_aside(world: World, pool: Pool) -> None:
    machine = world.machine()
    source = world.source(machine, "gadong-json")
    good = [
        message(source, START + timedelta(seconds=n), Channel.ACTIVITY, "idle") for n in range(20)
    ]
    bad = message(source, START, Channel.JOB, "a name with \x00 in it")
    done = ingestion.commit(pool, world.centre.id, [*good[:7], bad, *good[7:]], [])
    assert (done.stored, done.quarantined) == (20, 1)


def test_a_source_that_invents_ever_new_causes_takes_bounded_space(
    world: World, pool: Pool
) -> None:
    source = world.source(world.machine(), "gadong-json")
    rejected = [
        Rejected(
            centre_id=world.centre.id,
            source_id=source.id,
            topic=f"{source.base}/{n}",
            payload=b"?",
            reason="unknown_topic",
            detail=f"topic {n}",
            received_at=START,
        )
        for n in range(MOST_CAUSES + 100)
    ]
    ingestion.commit(pool, world.centre.id, [], rejected)
    ingestion.commit(pool, world.centre.id, [], rejected)
    with transaction(pool, SYSTEM) as tx:
        row = one(tx, "select count(*) as causes, sum(occurrences)::int as n from quarantine")
        other = one(tx, "select occurrences from quarantine where reason = 'too_many_causes'")
    assert row == {"causes": MOST_CAUSES + 1, "n": 2 * len(rejected)}
    assert other == {"occurrences": 200}


def test_a_reading_that_comes_hours_later_reaches_back_to_the_one_before(
    world: World, pool: Pool
) -> None:
    machine = world.machine()
    source = world.source(
        machine,
        "shelly",
        base=machine.slug,
        thresholds=PowerThresholds(run_above=1000, idle_below=200),
    )
    day: list[tuple[int, Channel, str | float]] = [
        (0, Channel.POWER_WATTS, 100.0),
        (10, Channel.POWER_WATTS, 2000.0),
        *((m, Channel.ALARM, "fault" if m % 20 else "none") for m in range(30, 100, 10)),
        (120, Channel.POWER_WATTS, 2000.0),
    ]
    for minute, channel, value in day:
        one_message = message(source, START + timedelta(minutes=minute), channel, value)
        ingestion.commit(pool, world.centre.id, [one_message], [])
        metering.catch_up(pool)
    step_by_step = stored(pool, source)
    assert any(
        r.state == "running" and r.start == START + timedelta(minutes=10) for r in step_by_step
    )
    metering.rebuild(pool, world.manager, machine)
    assert stored(pool, source) == step_by_step


def test_a_job_is_told_once_to_whoever_booked_the_machine(world: World, pool: Pool) -> None:
    machine, company = world.machine(), world.company()
    now = datetime.now(UTC).replace(microsecond=0)
    booking = world.booked(
        machine, company, now - timedelta(hours=1), 3, now=now - timedelta(hours=2)
    )
    source = world.source(machine, "octoprint")

    def say(word: str, at: datetime, channel: Channel = Channel.ACTIVITY) -> None:
        ingestion.commit(pool, world.centre.id, [message(source, at, channel, word)], [])
        metering.catch_up(pool)

    say("idle", now - timedelta(minutes=50))
    say("running", now - timedelta(minutes=5))
    say("done", now - timedelta(minutes=1), Channel.JOB_RESULT)
    say("idle", now - timedelta(minutes=1))
    say("running", now - timedelta(minutes=5, seconds=3))
    metering.rebuild(pool, world.manager, machine)
    with transaction(pool, SYSTEM) as tx:
        raised = many(tx, "select kind, at, result from job_events order by at")
        letters = many(tx, "select kind, data from outbox where kind like 'job.%%' order by id")
        notice_delivery.publish_outbox(tx)
        notices = many(
            tx,
            "select kind, person_id, data from notices where kind like 'job.%%' order by kind desc",
        )
    assert [(r["kind"], r["result"]) for r in raised] == [("started", None), ("ended", "done")]
    assert [r["kind"] for r in letters] == ["job.started", "job.ended"]
    assert {r["data"]["machine"] for r in letters} == {str(machine.id)}
    assert [(n["kind"], n["person_id"], n["data"]["booking"]) for n in notices] == [
        (kind, booking.person_id, str(booking.id)) for kind in ("job.started", "job.ended")
    ]


def test_what_was_there_before_or_is_learned_late_is_no_event(world: World, pool: Pool) -> None:
    machine = world.machine()
    source = world.source(machine, "octoprint")
    now = datetime.now(UTC).replace(microsecond=0)
    days_ago = now - timedelta(days=2)
    late = [
        ("idle", days_ago),
        ("running", days_ago + timedelta(hours=1)),
        ("idle", days_ago + timedelta(hours=2)),
    ]
    for word, at in late:
        ingestion.commit(pool, world.centre.id, [message(source, at, Channel.ACTIVITY, word)], [])
    other = world.source(world.machine(), "octoprint")
    ingestion.commit(pool, world.centre.id, [message(other, now, Channel.ACTIVITY, "running")], [])
    metering.catch_up(pool)
    with transaction(pool, SYSTEM) as tx:
        assert many(tx, "select kind from job_events") == []


def test_a_machine_that_cannot_be_derived_stands_in_no_others_way(
    world: World, pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = world.machine(), world.machine()
    for machine in (bad, good):
        source = world.source(machine, "octoprint")
        ingestion.commit(
            pool, world.centre.id, [message(source, START, Channel.ACTIVITY, "running")], []
        )
    whole = fold

    def fold_but_one(readings: Sequence[Metering], *more: Any) -> list[Run]:
        if readings and readings[0].source_id == bad_source:
            raise ValueError("a fact that no code expected")
        return whole(readings, *more)

    with transaction(pool, SYSTEM) as tx:
        bad_source = machines.sources(tx, machine_id=bad.id)[0].id
    monkeypatch.setattr("gadong.metering.services.run_reading.fold", fold_but_one)
    assert metering.catch_up(pool) == 1
    with transaction(pool, SYSTEM) as tx:
        assert runs.of_machine(tx, good.id, ALL)
        assert runs.all_waiting(tx, older_than=START) == 1, "and the timetable shows that one waits"
    monkeypatch.setattr("gadong.metering.services.run_reading.fold", whole)
    metering.rebuild(pool, world.manager, bad)
    with transaction(pool, SYSTEM) as tx:
        assert runs.of_machine(tx, bad.id, ALL)
