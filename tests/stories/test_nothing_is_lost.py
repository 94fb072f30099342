"""The plug is pulled: ingest killed in mid-batch, broker and database restarted, under a stream of
messages.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread

import psycopg
import pytest

from gadong import migrations
from gadong.core.database import DatabaseAway, Pool, many, one, open_pool, transaction
from gadong.core.domain.access import SYSTEM
from gadong.machines.domain.outage import Outage
from gadong.machines.services import ingestion
from gadong.machines.store import broker_sessions
from gadong.metering.services import metering
from gadong.metering.store import marks
from gadong.settings import Settings
from tests.conftest import Stack, private_broker, private_postgres
from tests.ingest.publisher import Publisher
from tests.support.programs import running
from tests.support.waiting import until
from tests.support.world import World

MESSAGES = 20_000


def counted(pool: Pool) -> tuple[int, int]:
    """Count the stored messages, and the different ones."""
    with transaction(pool, SYSTEM) as tx:
        row = one(tx, "select count(*) as n, count(distinct payload) as different from messages")
    return (row["n"], row["different"]) if row else (0, 0)


@pytest.mark.servers
def test_every_message_is_stored_once_whatever_dies(
    stack: Stack, settings: Callable[..., Settings], tmp_path: Path
) -> None:
    if stack.root is None:
        pytest.skip("needs the private stack: this test ends servers by force")
    with private_broker(stack.root) as broker, private_postgres(stack.root) as postgres:
        migrations.upgrade(postgres.url)
        told = settings(
            database_url=postgres.url, mqtt_url=broker.url, mqtt_admin_url=broker.admin_url
        )
        pool = open_pool(postgres.url, size=4, name="tests")
        world = World.made(pool)
        machine = world.machine()
        source = world.source(machine, "gadong-json")
        base, now = f"gadong/v1/{world.centre.slug}/{machine.slug}", datetime.now(UTC)
        with running("ingest", told, tmp_path) as ingest:
            until(lambda: ingestion.is_heard(pool, world.manager, source), what="ingest listens")
            device = Publisher(broker.url, broker.admin_url, told.secret)
            stream = [
                (
                    f"{base}/state",
                    {
                        "boot": "b1",
                        "seq": seq,
                        "at": (now - timedelta(seconds=MESSAGES - seq)).isoformat(),
                        "state": "running" if seq // 100 % 2 else "idle",
                    },
                )
                for seq in range(1, MESSAGES + 1)
            ]
            publishing = Thread(target=device.publish_all, args=(stream,), kwargs={"within": 120})
            publishing.start()
            for reached in (1_500, 4_000, 7_000):
                _wait_for(pool, reached)
                ingest.kill()
                ingest.again()
            _wait_for(pool, 9_000)
            broker.stop()
            broker.start()
            _wait_for(pool, 12_000)
            postgres.stop()
            postgres.start()
            _wait_for(pool, 15_000)
            postgres.stop("immediate")
            postgres.start()
            publishing.join(120)
            assert not publishing.is_alive()
            _wait_for(pool, MESSAGES)
            device.close()
            assert ingest.process.poll() is None, (
                "ingest lived through the outages that were not its own"
            )
        assert counted(pool) == (MESSAGES, MESSAGES)
        with transaction(pool, SYSTEM) as tx:
            position = one(tx, "select upto, highest from sequence_positions")
            assert many(tx, "select reason from quarantine") == []
        assert position == {"upto": MESSAGES, "highest": MESSAGES}
        metering.catch_up(pool)
        pool.close()


def _wait_for(pool: Pool, reached: int) -> None:
    """Wait until so many are stored; the database may be away meanwhile."""

    def enough() -> bool:
        try:
            return counted(pool)[0] >= reached
        except DatabaseAway:
            return False

    until(enough, within=90, what=f"{reached} are stored")


@pytest.mark.servers
def test_two_ingests_are_one_ingest(
    world: World, pool: Pool, stack: Stack, settings: Callable[..., Settings], tmp_path: Path
) -> None:
    machine = world.machine()
    source = world.source(machine, "gadong-json")
    other = tmp_path / "second"
    other.mkdir()
    with running("ingest", settings(), tmp_path) as first:
        until(lambda: ingestion.is_heard(pool, world.manager, source), what="the first listens")
        with running("ingest", settings(), other) as second:
            device = Publisher(stack.mqtt_url, stack.mqtt_admin_url, stack.secret)
            base, now = f"gadong/v1/{world.centre.slug}/{machine.slug}", datetime.now(UTC)

            def send(first_seq: int) -> None:
                device.publish_all(
                    (
                        f"{base}/state",
                        {"boot": "b", "seq": n, "at": now.isoformat(), "state": "idle"},
                    )
                    for n in range(first_seq, first_seq + 50)
                )

            send(1)
            until(lambda: counted(pool)[0] == 50)
            first.kill()
            send(51)
            until(lambda: counted(pool)[0] == 100, within=40, what="the second takes over")
            assert second.process.poll() is None
            device.close()
    assert "listens no more" not in (tmp_path / "ingest.log").read_text()


@pytest.mark.servers
def test_an_ingest_that_cannot_be_heard_says_so_and_marks_the_hole(
    world: World, pool: Pool, settings: Callable[..., Settings], tmp_path: Path
) -> None:
    machine = world.machine()
    source = world.source(machine)
    with running("ingest", settings(), tmp_path) as ingest:
        until(lambda: ingestion.is_heard(pool, world.manager, source), what="ingest listens")
        ingest.kill()
        with transaction(pool, SYSTEM) as tx:
            # As after an hour's power cut: nothing was shown since.
            tx.execute("update listening set seen_at = now() - interval '1 hour'")
        ingest.again()
        until(lambda: _outages(pool, world), what="the hole is on record")
    missed = _outages(pool, world)[0]
    assert missed.session_kept
    assert missed.period.length >= timedelta(minutes=59)
    with transaction(pool, SYSTEM) as tx:
        assert marks.take_of(tx, machine.id) is not None, "its runs are due to be derived again"


def _outages(pool: Pool, world: World) -> list[Outage]:
    with transaction(pool, SYSTEM) as tx:
        return broker_sessions.outages(
            tx,
            world.centre.id,
            since=datetime(2026, 1, 1, tzinfo=UTC),
            recorded_before=datetime.now(UTC) + timedelta(days=1),
        )


@pytest.mark.servers
def test_a_broker_that_refuses_is_named(
    world: World, pool: Pool, settings: Callable[..., Settings], tmp_path: Path
) -> None:
    told = settings(mqtt_admin_url="", secret="another secret than the broker's")
    with running("ingest", told, tmp_path):

        def reason() -> str:
            with transaction(pool, SYSTEM) as tx:
                return next((s.detail or "" for s in broker_sessions.listening(tx)), "")

        until(lambda: "refused" in reason(), what="the refusal is shown")


@pytest.mark.servers
def test_an_ingest_that_would_live_deaf_ends_loudly(
    world: World, pool: Pool, settings: Callable[..., Settings], tmp_path: Path
) -> None:
    source = world.source(world.machine())
    with running("ingest", settings(), tmp_path) as ingest:
        until(lambda: ingestion.is_heard(pool, world.manager, source), what="ingest listens")
        with psycopg.connect(str(pool.conninfo)) as owner:
            owner.execute("alter table sources rename to sources_gone")
        assert ingest.process.wait(30) == 1
    assert "a centre is not listened to" in (tmp_path / "ingest.log").read_text()
