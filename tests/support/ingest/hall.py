"""A machine hall with a broker and a relay of its own, beside a centre."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from gadong.core.database import Pool
from gadong.machines.domain.relay import relays_topic
from gadong.machines.services import device_accounts
from gadong.settings import Settings
from tests.conftest import Stack, private_broker
from tests.ingest.publisher import Publisher
from tests.support.gateway import gateway
from tests.support.programs import Program, running
from tests.support.waiting import until
from tests.support.world import World


@dataclass(frozen=True)
class Hall:
    """A machine hall with a broker and a relay of its own, and a device that speaks there."""

    relay: Program
    device: Publisher
    base: str


@contextmanager
def hall(
    stack: Stack,
    settings: Settings,
    pool: Pool,
    world: World,
    directory: Path,
    *,
    carries: str = "",
    **more: str,
) -> Iterator[Hall]:
    """A hall whose relay carries one machine's topics, beside the world's centre."""
    if stack.root is None:
        pytest.skip("needs the private stack: the hall has a broker of its own")
    topic = f"{relays_topic(world.centre.slug)}/hall"
    base = f"gadong/v1/{world.centre.slug}/mill"
    account, password = device_accounts.issue(
        pool,
        world.manager,
        world.centre.id,
        name="hall",
        topics=[topic, carries or base],
        secret=settings.secret,
        now=datetime.now(UTC),
    )
    with private_broker(stack.root) as local:
        name, secret = gateway(local.admin_url, settings.secret)
        told = {
            "GADONG_RELAY_SERVER": with_login(stack.mqtt_url, account.username, password),
            "GADONG_RELAY_TOPIC": topic,
            "GADONG_RELAY_LOCAL": with_login(local.url, name, secret),
            "GADONG_RELAY_OUTBOX": str(directory / "outbox.sqlite"),
            **more,
        }
        device = Publisher(local.url, local.admin_url, settings.secret)
        with running("ingest.relay", settings, directory, **told) as relay:
            _wait_until_it_listens(directory)
            yield Hall(relay, device, base)
        device.close()


def with_login(url: str, name: str, password: str) -> str:
    where = urlsplit(url)
    return f"{where.scheme}://{name}:{password}@{where.hostname}:{where.port}"


def _wait_until_it_listens(directory: Path) -> None:
    log = directory / "ingest.relay.log"
    until(lambda: "listening beside the machines" in log.read_text(), what="the relay listens")
