"""Ingest is notified of what changes at a centre's devices, and of nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import psycopg
import pytest

from gadong.core.database import Pool, transaction
from gadong.core.domain.access import SYSTEM
from gadong.interlock.services.unbinding import unbind
from gadong.machines.services import device_accounts, device_news, handover
from gadong.machines.services.device_news import DeviceNews, Reader
from gadong.metering.services import onboarding
from gadong.people.services.accounts import OPERATOR
from tests.support.waiting import until
from tests.support.world import World


@pytest.fixture
def news(database_url: str, world: World) -> Iterator[DeviceNews]:
    """News that have begun to arrive."""
    found = DeviceNews(database_url)
    before = found.number(world.centre.id)
    found.start()
    until(lambda: 0 < found.number(world.centre.id) < before, what="the subscription is in place")
    yield found
    found.stop()


@pytest.fixture
def reader(news: DeviceNews, world: World) -> Reader:
    """A reader of the world's centre that has read everything until now."""
    found = news.reader(world.centre.id)
    assert found.is_due()
    assert not found.is_due()
    return found


def bind(world: World) -> None:
    """Bind a device to a new machine."""
    world.source(world.machine())


def search(world: World) -> None:
    """Change where the centre looks for unknown devices."""
    onboarding.set_discovery(world.pool, OPERATOR, world.centre.id, ["elsewhere/#"])


def hand_over(world: World) -> None:
    """Begin a handover from the inbox to the session."""
    handover.begin(world.pool, world.centre.id, [], since=datetime.now(UTC))


def issue(world: World) -> None:
    """Make an account for a device that is not bound yet."""
    device_accounts.issue(
        world.pool,
        world.manager,
        world.centre.id,
        name="plug",
        topics=[f"{world.centre.slug}/plug"],
        secret="0123456789abcdef",  # a test's
        now=datetime.now(UTC),
    )


@pytest.mark.parametrize("change", [bind, search, hand_over, issue])
def test_a_change_is_told_to_its_centre(
    world: World, reader: Reader, change: Callable[[World], None]
) -> None:
    change(world)
    until(reader.is_due, what="the change is told")


def test_a_retired_device_is_told(world: World, news: DeviceNews) -> None:
    machine = world.machine()
    source = world.source(machine)
    reader = news.reader(world.centre.id)
    until(lambda: reader.is_due() and not reader.is_due(), what="all is read")
    unbind(world.pool, world.manager, machine, source.id)
    until(reader.is_due, what="the change is told")


def test_another_centres_change_and_a_device_that_speaks_are_no_news(
    world: World, pool: Pool, news: DeviceNews, reader: Reader
) -> None:
    other = World.made(pool)
    until(reader.is_due, what="a new centre is told to all")
    theirs = news.reader(other.centre.id)
    assert theirs.is_due()
    bind(other)
    until(theirs.is_due, what="the change is told to the other centre")
    assert not reader.is_due()


def test_every_reader_reads_while_no_news_can_arrive(
    world: World, pool: Pool, reader: Reader
) -> None:
    with psycopg.connect(str(pool.conninfo), autocommit=True) as server:
        server.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where application_name = "
            "'gadong device news' and datname = current_database()"
        )
    until(reader.is_due, what="a lost connection is a change of everything")
    bind(world)
    until(reader.is_due, what="the change is told")


def test_a_reader_reads_again_after_a_while_without_news(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not reader.is_due()
    monkeypatch.setattr(device_news, "READ_ANYWAY_AFTER", 0.0)
    assert reader.is_due()


def test_the_change_is_told_with_its_commit(world: World, pool: Pool, reader: Reader) -> None:
    with transaction(pool, SYSTEM) as tx:
        tx.execute("update centres set discovery = '{a/#}' where id = %s", [world.centre.id])
        assert not reader.is_due()
    until(reader.is_due, what="the change is told")


def test_an_account_that_the_broker_is_told_of_is_no_news(
    world: World, pool: Pool, news: DeviceNews, reader: Reader
) -> None:
    issue(world)
    until(reader.is_due, what="the account is told")
    other = World.made(pool)
    until(reader.is_due, what="a new centre is told to all")
    theirs = news.reader(other.centre.id)
    assert theirs.is_due()
    device_accounts.apply(world.pool, lambda _accounts, _at: None)
    bind(other)
    # Notifications arrive in the order of their commits.
    until(theirs.is_due, what="a later change is told")
    assert not reader.is_due()


def test_accounts_are_searched_by_their_own_topics(world: World, pool: Pool) -> None:
    onboarding.set_discovery(pool, OPERATOR, world.centre.id, ["hall/#"])
    issue(world)
    own = f"{world.centre.slug}/plug/#"
    assert onboarding.discovery(pool, world.centre.id) == ("hall/#", own)
    onboarding.set_discovery(pool, OPERATOR, world.centre.id, [])
    assert onboarding.discovery(pool, world.centre.id) == (own,)
    onboarding.set_discovery(pool, OPERATOR, world.centre.id, ["#"])
    assert onboarding.discovery(pool, world.centre.id) == ("#",)
    onboarding.set_discovery(pool, OPERATOR, world.centre.id, [])
    (account,) = device_accounts.of_centre(pool, world.manager, world.centre.id)
    device_accounts.revoke(pool, world.manager, account.id, reason="sold")
    assert onboarding.discovery(pool, world.centre.id) == ()
