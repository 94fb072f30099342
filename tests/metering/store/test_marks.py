"""Marks of machines whose runs are due: ingest and derivations do not wait for each other, and
neither loses a mark.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest

from gadong.core.database import END_OF_TIME, Pool, many, one, run, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.machine_state import State
from gadong.core.domain.period import Period
from gadong.dialects.domain.signal import Channel
from gadong.machines.domain.machine import Source
from gadong.machines.services import ingestion
from gadong.machines.store import messages
from gadong.metering.services import metering
from gadong.metering.store import marks, runs
from tests.support.metering.metering import message
from tests.support.waiting import until
from tests.support.world import World

START = datetime.now(UTC).replace(microsecond=0) - timedelta(days=3)
ALL = Period(START - timedelta(days=60), END_OF_TIME)
MINUTE = timedelta(minutes=1)
# Connections of this database that wait for another, whatever for.
WAITING = """
    select count(*) as n
    from pg_locks
    where not granted and pid in (
        select l.pid
        from pg_locks l
        join pg_database d on d.oid = l.database and d.datname = current_database()
    )
"""


@pytest.fixture
def source(world: World) -> Source:
    """A machine's device."""
    return world.source(world.machine(), "gadong-json")


def say(pool: Pool, source: Source, at: datetime, word: str) -> None:
    """Store a device's word, as ingest does."""
    ingestion.commit(pool, source.centre_id, [message(source, at, Channel.ACTIVITY, word)], [])


def dues(pool: Pool, source: Source) -> list[datetime]:
    """Return the instants from which the machine's runs are due."""
    statement = "select since from derivation_marks where machine_id = %(id)s order by number"
    with transaction(pool, SYSTEM) as tx:
        return [mark["since"] for mark in many(tx, statement, id=source.machine_id)]


def states(pool: Pool, source: Source) -> list[State]:
    """Return the states of the machine's runs."""
    with transaction(pool, SYSTEM) as tx:
        return [one.state for one in runs.of_machine(tx, source.machine_id, ALL)]


def count(pool: Pool, statement: str) -> int:
    """Return a statement's count."""
    with transaction(pool, SYSTEM) as tx:
        row = one(tx, statement)
    return int(row["n"]) if row else 0


@contextmanager
def open_derivation(pool: Pool) -> Iterator[Future[int]]:
    """Derive in another connection, which stands still after it has taken what is due."""
    with ThreadPoolExecutor(1) as beside:
        with transaction(pool, SYSTEM) as tx:
            tx.execute("lock table jobs in share row exclusive mode")
            derivation = beside.submit(metering.catch_up, pool, most=1)
            until(lambda: count(pool, WAITING) > 0, what="the derivation stands still")
            yield derivation
            assert not derivation.done()
        assert derivation.result(20) == 1


def test_ingest_does_not_wait_for_an_open_derivation_and_leaves_a_mark(
    pool: Pool, source: Source
) -> None:
    say(pool, source, START, "running")
    with open_derivation(pool):
        say(pool, source, START + MINUTE, "idle")
        assert dues(pool, source) == [START, START + MINUTE], "the first is still being derived"
    assert dues(pool, source) == [START + MINUTE]
    assert metering.catch_up(pool) == 1
    assert states(pool, source)[:2] == [State.RUNNING, State.IDLE]
    assert (dues(pool, source), metering.catch_up(pool)) == ([], 0)


def test_ingest_does_not_wait_for_runs_that_time_alone_changes(pool: Pool, source: Source) -> None:
    say(pool, source, START, "running")
    metering.catch_up(pool)
    with transaction(pool, SYSTEM) as tx:
        run(tx, "update live_states set due_at = now(), due_since = %(at)s", at=START)
    with open_derivation(pool):
        say(pool, source, START + MINUTE, "idle")
        assert dues(pool, source) == [START + MINUTE]
    assert metering.catch_up(pool) == 1
    assert states(pool, source)[:2] == [State.RUNNING, State.IDLE]


def test_a_mark_that_ingest_keeps_outlasts_a_derivation_that_cannot_read_its_signals(
    pool: Pool, world: World, source: Source
) -> None:
    say(pool, source, START, "running")
    late = message(source, START + MINUTE, Channel.ACTIVITY, "idle")
    with ThreadPoolExecutor(1) as beside:
        with transaction(pool, SYSTEM) as tx:
            messages.store(tx, world.centre.id, [late], [])
            derivation = beside.submit(metering.catch_up, pool, most=1)
            until(lambda: count(pool, WAITING) > 0 or derivation.done(), what="it derives")
        assert derivation.result(20) == 1
    assert dues(pool, source) == [START], "one mark for both words"
    assert metering.catch_up(pool) == 1
    assert states(pool, source)[:2] == [State.RUNNING, State.IDLE]
    assert dues(pool, source) == []


def test_another_scheduler_passes_by_a_machine_in_work_and_takes_the_next(
    pool: Pool, world: World, source: Source
) -> None:
    other = world.source(world.machine(), "gadong-json")
    say(pool, source, START, "running")
    with open_derivation(pool):
        say(pool, source, START + MINUTE, "idle")
        with transaction(pool, SYSTEM) as tx:
            assert marks.take(tx) is None
        say(pool, other, START, "running")
        with transaction(pool, SYSTEM) as tx:
            taken = marks.take(tx)
            assert taken is not None
            assert (taken.machine_id, taken.since) == (other.machine_id, START)
            assert marks.take(tx) is None
    assert metering.catch_up(pool) == 1


def test_a_derivation_that_ends_of_an_error_leaves_its_marks(pool: Pool, source: Source) -> None:
    say(pool, source, START, "running")
    with transaction(pool, SYSTEM) as tx:
        assert marks.take(tx) is not None
        tx.rollback()
    assert (dues(pool, source), metering.catch_up(pool)) == ([START], 1)


def test_words_that_wait_for_a_scheduler_need_no_mark_each(pool: Pool, source: Source) -> None:
    for minutes in range(5):
        say(pool, source, START + timedelta(minutes=minutes), "running")
    assert dues(pool, source) == [START]
    earlier = START - MINUTE
    say(pool, source, earlier, "idle")
    assert dues(pool, source) == [START, earlier]
    assert metering.catch_up(pool) == 1, "one derivation takes all of a machine's marks"
    assert states(pool, source)[:2] == [State.IDLE, State.RUNNING]


def test_marks_of_the_previous_release_s_programs_are_due_for_both(
    pool: Pool, source: Source
) -> None:
    say(pool, source, START, "running")
    metering.catch_up(pool)
    for _ in range(2):  # its ingest changes a mark that stands
        with transaction(pool, SYSTEM) as tx:
            run(
                tx,
                "insert into metering_marks (machine_id, centre_id, since)"
                " values (%(machine)s, %(centre)s, %(since)s) on conflict (machine_id) do update"
                " set since = least(metering_marks.since, excluded.since)",
                machine=source.machine_id,
                centre=source.centre_id,
                since=START,
            )
        assert dues(pool, source) == [START]
    assert count(pool, "select count(*) as n from metering_marks") == 1, "its scheduler's"
    assert metering.catch_up(pool) == 1


@pytest.mark.parametrize("due", ["by a word", "by time alone"])
def test_runs_that_cannot_be_derived_are_tried_again_later(
    pool: Pool, world: World, source: Source, due: str
) -> None:
    say(pool, source, START, "running")
    if due == "by time alone":
        metering.catch_up(pool)
    with transaction(pool, SYSTEM) as tx:
        run(tx, "update live_states set due_at = now(), due_since = %(at)s", at=START)
        run(
            tx,
            "insert into signals (centre_id, machine_id, source_id, channel, event_time, time_rule,"
            " received_at, recorded_at, message_id, ordinal, qos, text_value, part,"
            " uncertain_seconds)"
            " select centre_id, machine_id, source_id, channel, event_time, 'no rule', received_at,"
            " recorded_at, message_id, 1, qos, text_value, part, uncertain_seconds from signals",
        )
    assert metering.catch_up(pool) == 0
    other = world.source(world.machine(), "gadong-json")
    say(pool, other, START, "running")
    assert metering.catch_up(pool) == 1, "the other's; it does not try the first again"
