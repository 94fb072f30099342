"""The window of duplicate keys: inside it a second delivery is refused, beyond it nothing counts
twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from msgspec.structs import replace

from gadong.core.database import Pool, many, run, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.ids import MessageId, new_id
from gadong.dialects.domain.sequence_position import Position
from gadong.dialects.domain.signal import PAST_LIMIT, Channel
from gadong.machines.domain.machine import Source
from gadong.machines.domain.message import KEYS_KEPT, Committed, Message, oldest_key_day
from gadong.machines.services import ingestion
from gadong.machines.store.messages import CONFLICT, FORGOTTEN
from gadong.operations.services import jobs
from tests.support.metering.metering import message
from tests.support.world import World

NOW = datetime.now(UTC)


@pytest.fixture
def source(world: World) -> Source:
    return world.source(world.machine(), "gadong-json")


def numbered(source: Source, seq: int, *, words: str = "") -> Message:
    """A device's numbered message."""
    said = message(source, NOW, Channel.ACTIVITY, "running")
    payload = (words or f"word {seq}").encode()
    key = f"n b1 {seq}".encode()
    return replace(said, key=key, position=Position(boot="b1", seq=seq), payload=payload)


def again(said: Message) -> Message:
    """The same message as it is delivered once more."""
    identity = MessageId(new_id())
    signals = tuple(replace(s, message_id=identity) for s in said.signals)
    return replace(said, id=identity, signals=signals)


def commit(world: World, said: Sequence[Message]) -> tuple[int, int, int]:
    """Store messages; how many were stored, known and set aside."""
    done: Committed = ingestion.commit(world.pool, world.centre.id, said, [])
    return done.stored, done.duplicates, done.quarantined


def aged(pool: Pool, days: int) -> None:
    """Let every key be older by so many days."""
    with transaction(pool, SYSTEM) as tx:
        run(tx, "update message_keys set recorded_on = recorded_on - %(days)s::integer", days=days)


def forget(pool: Pool) -> int:
    """Do the night's job; the number of deleted keys."""
    with transaction(pool, SYSTEM) as tx:
        return jobs.forget_keys(tx, NOW)


def set_aside(world: World) -> list[str]:
    """Return the details of what was set aside."""
    with transaction(world.pool, SYSTEM) as tx:
        return [row["detail"] for row in many(tx, "select detail from quarantine order by detail")]


def test_the_window_is_longer_than_a_time_that_is_believed() -> None:
    assert KEYS_KEPT == PAST_LIMIT + timedelta(days=1) == timedelta(days=46)
    assert oldest_key_day(datetime(2026, 3, 2, 0, 0, tzinfo=UTC)) == date(2026, 1, 15)
    assert oldest_key_day(datetime(2026, 3, 1, 23, 59, tzinfo=UTC)) == date(2026, 1, 14)


@pytest.mark.parametrize(("days", "deleted"), [(45, 0), (46, 0), (47, 1)])
def test_a_key_is_deleted_after_its_window(
    world: World, pool: Pool, source: Source, days: int, deleted: int
) -> None:
    assert commit(world, [message(source, NOW, Channel.ACTIVITY, "running")]) == (1, 0, 0)
    aged(pool, days)
    assert forget(pool) == deleted


@pytest.mark.parametrize("days", [0, 45, 46])
def test_a_second_delivery_inside_the_window_is_refused(
    world: World, pool: Pool, source: Source, days: int
) -> None:
    without_number, first = message(source, NOW, Channel.ACTIVITY, "idle"), numbered(source, 7)
    assert commit(world, [without_number, first]) == (2, 0, 0)
    aged(pool, days)
    forget(pool)
    assert commit(world, [again(without_number), again(first)]) == (0, 2, 0)
    assert set_aside(world) == []


def test_a_forgotten_number_is_set_aside_and_the_next_one_is_stored(
    world: World, pool: Pool, source: Source
) -> None:
    first = [numbered(source, n) for n in (5, 6, 7)]
    assert commit(world, first) == (3, 0, 0)
    aged(pool, 47)
    assert forget(pool) == 3
    # 6 came and 3 never did; neither is known any more.
    assert commit(world, [again(first[1]), numbered(source, 3)]) == (0, 0, 2)
    assert set_aside(world) == [FORGOTTEN]
    assert commit(world, [numbered(source, 8), again(first[2])]) == (1, 0, 1)
    assert commit(world, [again(numbered(source, 8))]) == (0, 1, 0)


def test_keys_behind_a_gap_are_deleted_and_their_numbers_are_not_stored_twice(
    world: World, pool: Pool, source: Source
) -> None:
    late = numbered(source, 9)
    assert commit(world, [numbered(source, 1), late]) == (2, 0, 0)
    aged(pool, 47)
    assert forget(pool) == 2
    assert commit(world, [again(late)]) == (0, 0, 1)


def test_a_number_before_the_first_one_of_a_young_boot_is_stored(
    world: World, pool: Pool, source: Source
) -> None:
    assert commit(world, [numbered(source, 5)]) == (1, 0, 0)
    forget(pool)
    assert commit(world, [numbered(source, 3)]) == (1, 0, 0)


def test_a_number_with_other_words_is_still_a_conflict(
    world: World, pool: Pool, source: Source
) -> None:
    assert commit(world, [numbered(source, 5)]) == (1, 0, 0)
    assert commit(world, [numbered(source, 5, words="other")]) == (0, 0, 1)
    assert set_aside(world) == [CONFLICT]


def test_a_forgotten_number_of_a_gap_does_not_close_it(
    world: World, pool: Pool, source: Source
) -> None:
    assert commit(world, [numbered(source, 1), numbered(source, 9)]) == (2, 0, 0)
    aged(pool, 47)
    forget(pool)
    assert commit(world, [numbered(source, 2), numbered(source, 10)]) == (1, 0, 1)
    assert position(pool) == (1, 10, True)


@pytest.mark.parametrize("seed", range(4))
def test_the_watermark_is_the_last_number_before_the_first_that_is_missing(
    world: World, pool: Pool, source: Source, seed: int
) -> None:
    chance = Random(seed)
    numbers = list(range(1, 61))
    # Near its place, as reordered networks bring it; some come twice, and some never.
    numbers.sort(key=lambda n: n + chance.uniform(0, 25))
    numbers = [n for n in numbers if n not in {17, 40}] + chance.sample(range(1, 17), 5)
    known: set[int] = set()
    begin = 0
    while numbers:
        size = chance.randint(1, 9)
        batch, numbers = numbers[:size], numbers[size:]
        # The first batch says from which number on a boot is followed.
        begin = begin or min(batch)
        known.update(batch)
        commit(world, [numbered(source, n) for n in batch])
        reached = begin - 1
        while reached + 1 in known:
            reached += 1
        assert position(pool) == (reached, max(known), reached < max(known))
    commit(world, [numbered(source, 40)])
    assert position(pool)[:2] == (16, 60)
    commit(world, [numbered(source, 17)])
    assert position(pool) == (60, 60, False)


def position(pool: Pool) -> tuple[int, int, bool]:
    """Return the only sender's watermark and highest number, and whether one is missing."""
    with transaction(pool, SYSTEM) as tx:
        (row,) = many(tx, "select upto, highest, gap_since from sequence_positions")
    return row["upto"], row["highest"], row["gap_since"] is not None


def test_only_numbers_keep_a_digest(world: World, pool: Pool, source: Source) -> None:
    commit(world, [message(source, NOW, Channel.ACTIVITY, "idle"), numbered(source, 7)])
    with transaction(pool, SYSTEM) as tx:
        rows = many(tx, "select seq, octet_length(digest) as bytes from message_keys order by seq")
    assert [(row["seq"], row["bytes"]) for row in rows] == [(7, 32), (None, 0)]
