"""The broker's refusals: counted by day, limited, audited once, and seen by their centre."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from gadong.core.database import Pool, many, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.problem import GadongError
from gadong.machines.domain.device_account import Attempt, DeviceAccount, attempt
from gadong.machines.services import device_accounts
from gadong.operations.services import jobs
from tests.support.world import World


def tried(who: DeviceAccount, topic: str) -> Attempt:
    """A subscription to what is not its own."""
    return Attempt(
        username=who.username, act="subscribe", topic=topic, address="192.0.2.7", untold=0
    )


def test_the_same_on_a_day_is_counted_and_audited_once(world: World, pool: Pool) -> None:
    gateway = world.device("hall/1")
    device_accounts.refused(
        pool, [tried(gateway, "#"), tried(gateway, "#"), tried(gateway, "hall/2/#")]
    )
    device_accounts.refused(pool, [tried(gateway, "#")])
    now = datetime.now(UTC)
    found = device_accounts.refusals(pool, world.manager, world.centre.id, now=now)
    assert {(r.topic, r.times) for r in found} == {("#", 3), ("hall/2/#", 1)}
    assert {r.address for r in found} == {"192.0.2.7"}
    with transaction(pool, SYSTEM) as tx:
        audited = many(tx, "select why from audit_entries where what = 'refusals' order by number")
        letters = many(tx, "select from outbox where kind = 'device.refused'")
    assert [row["why"] for row in audited] == ["subscribe #", "subscribe hall/2/#"]
    assert len(letters) == 1
    assert (
        device_accounts.refusals(pool, world.manager, world.centre.id, now=now + timedelta(days=31))
        == []
    )


def test_who_searches_fills_no_table(world: World, pool: Pool) -> None:
    gateway = world.device("hall/1")
    device_accounts.refused(pool, [tried(gateway, f"t/{n}") for n in range(500)])
    device_accounts.refused(pool, [tried(gateway, "t/0")])
    found = device_accounts.refusals(pool, world.manager, world.centre.id, now=datetime.now(UTC))
    assert len(found) == device_accounts.MOST_DIFFERENT + 1
    times = {r.topic: r.times for r in found}
    assert (times["t/0"], times["t/1"], times[""]) == (2, 1, 500 - device_accounts.MOST_DIFFERENT)


def test_it_is_its_own_centres_alone(world: World, pool: Pool) -> None:
    gateway = world.device("hall/1")
    device_accounts.refused(pool, [tried(gateway, "#")])
    other = World.made(pool)
    assert (
        device_accounts.refusals(pool, other.manager, other.centre.id, now=datetime.now(UTC)) == []
    )
    with pytest.raises(GadongError):
        device_accounts.refusals(pool, other.manager, world.centre.id, now=datetime.now(UTC))


def test_what_no_device_of_ours_tried_is_not_taken_for_one(world: World, pool: Pool) -> None:
    device_accounts.refused(
        pool,
        [Attempt(username="somebody", act="publish", topic="x", address="192.0.2.7", untold=0)],
    )
    assert (
        device_accounts.refusals(pool, world.manager, world.centre.id, now=datetime.now(UTC)) == []
    )


def test_after_a_year_it_is_forgotten_and_the_audit_stays(world: World, pool: Pool) -> None:
    gateway = world.device("hall/1")
    device_accounts.refused(pool, [tried(gateway, "#")])
    with transaction(pool, SYSTEM) as tx:
        tx.execute("update refusals set day = day - 366")
    with transaction(pool, SYSTEM) as tx:
        jobs.forget(tx, datetime.now(UTC))
    with transaction(pool, SYSTEM) as tx:
        assert many(tx, "select from refusals") == []
        assert len(many(tx, "select from audit_entries where what = 'refusals'")) == 1


def test_what_the_plugin_tells_is_read_and_nothing_else() -> None:
    told = attempt(b"1\0publish\0d-1\x00192.0.2.7\0a/\xea\xb0\x80\x0012\0")
    assert told == Attempt(
        username="d-1", act="publish", topic="a/가", address="192.0.2.7", untold=12
    )
    for wrong in (
        b"",
        b"2\0publish\0d\0a\0t\x000\0",
        b"1\0read\0d\0a\0t\x000\0",
        b"1\0publish\0d\0a\0t\0many\0",
    ):
        with pytest.raises(ValueError, match=r"as the plugin tells it|invalid literal"):
            attempt(wrong)
