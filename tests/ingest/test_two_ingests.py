"""Two ingests by mistake: the second waits for the first, and takes none of its connections."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from deploy.stack.root import as_root
from deploy.stack.servers import Mosquitto
from gadong.core.database import Pool, transaction
from gadong.core.domain.access import SYSTEM
from gadong.machines.store import broker_sessions
from gadong.settings import Settings
from tests.conftest import Stack, private_broker
from tests.support.programs import running
from tests.support.waiting import until
from tests.support.world import World

# The broker says this of a client whose account connects a second time.
TAKEN_OVER = "already connected, closing old connection"
LISTENING = '"listening"'


@pytest.fixture
def broker(stack: Stack) -> Iterator[Mosquitto]:
    """A broker of the test's own, with a log of its own."""
    if stack.root is None:
        pytest.skip("a broker of the test's own needs the private stack")
    with private_broker(stack.root) as made:
        yield made


def said(broker: Mosquitto) -> str:
    """Return the broker's log."""
    log = f"{broker.root}{broker.home}/mosquitto.log"
    return subprocess.run(as_root(["cat", log]), capture_output=True, text=True, check=True).stdout


@pytest.mark.servers
def test_a_second_ingest_waits_and_takes_over_when_the_first_ends(
    broker: Mosquitto, world: World, pool: Pool, settings: Callable[..., Settings], tmp_path: Path
) -> None:
    told = settings(mqtt_url=broker.programs_url, mqtt_admin_url=broker.admin_url)
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    world.source(world.machine())
    with running("ingest", told, first) as earlier:
        until(lambda: LISTENING in log(first), what="the first listens")
        with running("ingest", told, second) as later:
            until(lambda: "another ingest listens" in log(second), what="the second waits")
            until(
                lambda: "another ingest hears the refusals" in log(first) + log(second),
                what="one hears the refusals and the other waits",
            )
            assert TAKEN_OVER not in said(broker)
            earlier.stop()
            until(lambda: LISTENING in log(second), what="the second goes on")
            assert later.process.poll() is None
            with transaction(pool, SYSTEM) as tx:
                assert [session.is_connected for session in broker_sessions.listening(tx)] == [True]
    assert TAKEN_OVER not in said(broker)


def log(directory: Path) -> str:
    """Return what an ingest has said."""
    return (directory / "ingest.log").read_text()
