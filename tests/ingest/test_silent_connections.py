"""Clients that connect and say nothing keep devices out of the broker, and no program."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from threading import Thread

import pytest

from deploy.stack.servers import DEVICE_CONNECTIONS, Mosquitto
from gadong.core.database import Pool, transaction
from gadong.core.domain.access import SYSTEM
from gadong.machines.store import broker_sessions
from gadong.settings import Settings
from ingest.supervisor import Supervisor
from tests.conftest import Stack, private_broker
from tests.support.waiting import until
from tests.support.world import World

# CONNECT of MQTT 3.1.1, a clean session without a client id (specification, section 3.1).
CONNECT = bytes.fromhex("100c00044d5154540402003c0000")


@pytest.fixture
def broker(stack: Stack) -> Iterator[Mosquitto]:
    """A broker of the test's own."""
    if stack.root is None:
        pytest.skip("a broker of the test's own needs the private stack")
    with private_broker(stack.root) as made:
        yield made


def answer(port: int) -> bytes:
    """The broker's answer to a CONNECT; nothing where it takes no more connections."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
        try:
            client.sendall(CONNECT)
            return client.recv(4)
        except ConnectionError:
            return b""


@pytest.mark.servers
def test_silent_connections_keep_ingest_from_nothing(
    broker: Mosquitto, world: World, pool: Pool, settings: Callable[..., Settings]
) -> None:
    with ExitStack() as silent:
        for _ in range(DEVICE_CONNECTIONS + 1):
            silent.enter_context(socket.create_connection(("127.0.0.1", broker.port), timeout=10))
        until(
            lambda: answer(broker.port) == b"",
            what="the devices' listener takes no more connections",
        )
        # Nobody may come in without a password, and is told so: the listener works.
        assert answer(broker.programs_port)[:1] == b"\x20"
        told = settings(mqtt_url=broker.programs_url, mqtt_admin_url=broker.admin_url)
        supervisor = Supervisor(pool, told)
        thread = Thread(target=supervisor.run)
        thread.start()
        try:
            until(lambda: _listens(pool), what="ingest listens while devices are kept out")
        finally:
            supervisor.stopping.set()
            thread.join(20)
        assert answer(broker.port) == b""
    until(lambda: answer(broker.port)[:1] == b"\x20", what="devices come in again")


def _listens(pool: Pool) -> bool:
    with transaction(pool, SYSTEM) as tx:
        return any(session.is_connected for session in broker_sessions.listening(tx))
