"""The relay: what devices say beside it is stored once, at its own time,
whatever is away or dies.
"""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from threading import Thread

import pytest

from gadong.core.database import Pool, many, transaction
from gadong.core.domain.access import SYSTEM
from gadong.machines.domain.relay import relays_topic
from gadong.machines.services import device_accounts, ingestion, relays
from gadong.metering.services import onboarding
from gadong.settings import Settings
from ingest.broker_accounts import apply_device_accounts
from ingest.broker_address import Broker
from tests.conftest import Stack
from tests.support.gateway import gateway
from tests.support.ingest.hall import hall, with_login
from tests.support.programs import running
from tests.support.waiting import until
from tests.support.world import World

pytestmark = pytest.mark.servers


def _has_stored(pool: Pool, count: int) -> bool:
    return len(stored(pool)) >= count


def stored(pool: Pool) -> list[dict[str, object]]:
    with transaction(pool, SYSTEM) as tx:
        return many(tx, "select topic, payload, received_at from messages order by received_at, id")


def said(pool: Pool) -> list[bytes]:
    return [bytes(row["payload"]) for row in stored(pool)]  # type: ignore[call-overload]


def test_what_a_device_says_while_the_server_is_away_counts_at_its_own_time(
    stack: Stack, settings: Callable[..., Settings], pool: Pool, world: World, tmp_path: Path
) -> None:
    source = world.source(world.machine("mill"), "gadong-json")
    with running("ingest", settings(), tmp_path) as ingest:
        until(lambda: ingestion.is_heard(pool, world.manager, source), what="ingest listens")
        with hall(stack, settings(), pool, world, tmp_path) as floor:
            floor.device.publish_all([(f"{floor.base}/state", {"state": "running"})])
            until(lambda: len(stored(pool)) == 1, what="the first word is stored")
            ingest.kill()
            floor.device.publish_all([(f"{floor.base}/state", {"state": "paused"})])
            floor.device.publish_all([(f"{floor.base}/state", {"state": "running"})])
            until(lambda: _kept(tmp_path) >= 3, what="the relay has kept both")
            before = datetime.now(UTC)
            ingest.again()
            until(lambda: len(stored(pool)) == 3, within=60, what="all is stored")
            until(lambda: _kept_now(tmp_path) == 0, what="the outbox is empty")
    rows = stored(pool)
    assert [row["payload"] for row in rows] == [
        b'{"state": "running"}',
        b'{"state": "paused"}',
        b'{"state": "running"}',
    ]
    latest = before + _error(tmp_path)
    assert [row for row in rows if not row["received_at"] < latest] == []  # type: ignore[operator]
    with transaction(pool, SYSTEM) as tx:
        assert many(tx, "select * from outages") == [], (
            "the relay kept everything: nothing was missed"
        )
        assert many(tx, "select reason from quarantine") == []
    (state,) = relays.of_centre(pool, world.manager, world.centre.id)
    (position,) = state.positions
    assert (position.upto, position.lost) == (3, 0)


def test_every_message_is_stored_once_whichever_program_is_killed(
    stack: Stack, settings: Callable[..., Settings], pool: Pool, world: World, tmp_path: Path
) -> None:
    source = world.source(world.machine("mill"), "gadong-json")
    count = 3_000
    with running("ingest", settings(), tmp_path) as ingest:
        until(lambda: ingestion.is_heard(pool, world.manager, source), what="ingest listens")
        with hall(stack, settings(), pool, world, tmp_path) as floor:
            words = [
                (f"{floor.base}/telemetry", {"power_watts": number}) for number in range(count)
            ]
            publishing = Thread(
                target=floor.device.publish_all, args=(words,), kwargs={"within": 120}
            )
            publishing.start()
            for reached, program in ((300, floor.relay), (800, ingest), (1_300, floor.relay)):
                until(partial(_has_stored, pool, reached), within=60, what=f"{reached}")
                program.kill()
                program.again()
            publishing.join(120)
            assert not publishing.is_alive()
            until(lambda: len(stored(pool)) >= count, within=90, what="all are stored")
            until(lambda: _kept_now(tmp_path) == 0, within=30, what="the outbox is empty")
    assert sorted(said(pool)) == sorted(
        f'{{"power_watts": {number}}}'.encode() for number in range(count)
    )


def test_a_topic_that_the_relay_may_not_carry_is_set_aside_and_holds_nothing_up(
    stack: Stack, settings: Callable[..., Settings], pool: Pool, world: World, tmp_path: Path
) -> None:
    source = world.source(world.machine("mill"), "gadong-json")
    with running("ingest", settings(), tmp_path):
        until(lambda: ingestion.is_heard(pool, world.manager, source), what="ingest listens")
        with hall(stack, settings(), pool, world, tmp_path) as floor:
            floor.device.publish_all(
                [
                    ("somebody/elses", {"state": "running"}),
                    (f"{floor.base}/state", {"state": "idle"}),
                ]
            )
            until(lambda: said(pool) == [b'{"state": "idle"}'], what="what follows is stored")
    with transaction(pool, SYSTEM) as tx:
        assert many(tx, "select reason from quarantine") == [{"reason": "not_carried"}]


def test_an_unknown_device_behind_a_relay_lies_in_the_inbox(
    stack: Stack, settings: Callable[..., Settings], pool: Pool, world: World, tmp_path: Path
) -> None:
    with (
        running("ingest", settings(), tmp_path),
        hall(stack, settings(), pool, world, tmp_path, carries="tele/press") as floor,
    ):
        floor.device.publish_all(
            [("tele/press/STATE", {"Time": "2026-11-22T09:00:00", "POWER": "ON"})]
        )
        until(
            # The server's broker may keep a word of another test's device.
            lambda: (
                "press"
                in [d.base for d in onboarding.unknown(pool, world.manager, world.centre.id)]
            ),
            within=60,
            what="the device lies in the inbox",
        )


def _error(directory: Path) -> timedelta:
    """Return within what the relay knew the server's time."""
    with closing(sqlite3.connect(directory / "outbox.sqlite")) as db:
        (error,) = db.execute("select max(error_ms) from boots").fetchone()
    return timedelta(milliseconds=error)


def _kept(directory: Path) -> int:
    with closing(sqlite3.connect(directory / "outbox.sqlite")) as db:
        (last,) = db.execute("select coalesce(max(seq), 0) from sqlite_sequence").fetchone()
    return int(last)


def _kept_now(directory: Path) -> int:
    with closing(sqlite3.connect(directory / "outbox.sqlite")) as db:
        (count,) = db.execute("select count(*) from records").fetchone()
    return int(count)


def test_the_relay_keeps_its_own_contract(
    stack: Stack, settings: Callable[..., Settings], pool: Pool, world: World, tmp_path: Path
) -> None:
    with hall(stack, settings(), pool, world, tmp_path) as floor:
        floor.device.publish_all([(f"{floor.base}/state", {"state": s}) for s in ("idle", "off")])
        name, secret = gateway(stack.mqtt_admin_url, stack.secret)
        # Without ingest nobody else answers the relay, and nobody makes its account at the broker.
        admin = Broker(stack.mqtt_admin_url)
        device_accounts.apply(
            pool, lambda made, at: apply_device_accounts(admin, stack.secret, made, at)
        )
        command = [sys.executable, "-m", "ingest.relay.conformance"]
        topic = f"{relays_topic(world.centre.slug)}/hall"
        examined = subprocess.run(
            [*command, with_login(stack.mqtt_url, name, secret), topic],
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
        assert "wrong" not in examined.stdout, examined.stdout
        assert examined.stdout.count("holds") == 8, examined.stdout
        assert examined.returncode == 0
