"""Sparkplug on a real broker, from a node that another library makes: its births, data, a lost
number, its death.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from gadong.core.database import END_OF_TIME, Pool, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.period import Period
from gadong.machines.services import ingestion
from gadong.metering.domain.run import Run
from gadong.metering.services import metering
from gadong.metering.store import runs
from ingest.supervisor import Supervisor
from tests.conftest import Stack
from tests.support.gateway import gateway
from tests.support.ingest.sparkplug import said
from tests.support.programs import environment
from tests.support.waiting import until
from tests.support.world import World

OPTIONS = {
    "points": [
        {"value": "status", "states": "wait=idle,run=running"},
        {"value": "watts", "channel": "power_watts"},
    ]
}


class Node:
    """The other library's node, in its own process."""

    def __init__(self, python: Path, stack: Stack) -> None:
        """Start it; it is not connected yet."""
        where = urlsplit(stack.mqtt_url)
        self.said: list[str] = []
        self._process = subprocess.Popen(
            [
                *(str(python), str(Path(__file__).with_name("independent_node.py"))),
                *(
                    where.hostname or "",
                    str(where.port),
                    *gateway(stack.mqtt_admin_url, stack.secret),
                ),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def tell(self, command: str) -> None:
        """Have it do something, and wait until that is done; what else it says is kept."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(f"{command}\n")
        self._process.stdin.flush()
        for line in self._process.stdout:
            if line.startswith(f"done {command}"):
                return
            self.said.append(line)
        raise AssertionError(f"the node ended at {command}")

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.communicate()


@pytest.fixture(scope="session")
def independent_python() -> Path:
    """The interpreter of the environment that holds the other library.

    Made from the locked requirements.
    """
    return environment("independent") / "python"


@pytest.fixture
def node(
    independent_python: Path, stack: Stack, world: World, ingest: Supervisor
) -> Iterator[Node]:
    """A node of the world's centre."""
    made = Node(independent_python, stack)
    yield made
    made.close()


def test_an_independent_nodes_life_is_read_as_it_was(world: World, pool: Pool, node: Node) -> None:
    machine = world.machine()
    source = world.source(machine, "sparkplug", base="plant/gateway/mill", options=OPTIONS)
    until(lambda: ingestion.is_heard(pool, world.manager, source), what="is heard")
    began = datetime.now(UTC) - timedelta(seconds=5)
    node.tell("birth")
    until(lambda: ("activity", "idle") in said(pool, source), what="the birth is read")
    node.tell("run run 812.5")
    until(lambda: ("power_watts", 812.5) in said(pool, source), what="the data are read")
    assert ("activity", "running") in said(pool, source)
    node.tell("skip")
    node.tell("run wait 39.5")
    until(
        lambda: ("power_watts", 39.5) in said(pool, source),
        what="data after the lost number are read",
    )
    until(lambda: was_commanded(node), what="a lost number makes us ask for a birth")
    node.tell("die")
    until(lambda: ("link", "down") in said(pool, source), what="the death is read")

    def derived() -> list[Run]:
        # A machine is passed over while ingest stores something of it, and comes with the next
        # turn.
        metering.catch_up(pool)
        with transaction(pool, SYSTEM) as tx:
            return runs.of_machine(tx, machine.id, Period(began, END_OF_TIME))

    until(
        lambda: [r.state.value for r in derived()][-1:] == ["unknown"],
        what="the death ends the run",
    )
    found = derived()
    assert {"idle", "running", "unknown"} >= {r.state.value for r in found}


def was_commanded(node: Node) -> bool:
    """Return whether the node received a command."""
    node.tell("look")
    return any("commanded" in line for line in node.said)
