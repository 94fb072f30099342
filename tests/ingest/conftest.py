"""Ingest in a thread for tests of its manners; its deaths are tests/stories'."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from threading import Thread

import pytest

from gadong.core.database import Pool, transaction
from gadong.core.domain.access import SYSTEM
from gadong.machines.store import broker_sessions
from gadong.metering.services import onboarding
from gadong.people.services.accounts import OPERATOR
from gadong.settings import Settings
from ingest.supervisor import Supervisor
from tests.conftest import Stack
from tests.ingest.publisher import Publisher
from tests.support.waiting import until
from tests.support.world import World


@pytest.fixture
def told() -> dict[str, object]:
    """Return additional settings for ingest; tests override them by parametrize."""
    return {}


@pytest.fixture
def ingest(
    pool: Pool, world: World, settings: Callable[..., Settings], told: dict[str, object]
) -> Iterator[Supervisor]:
    """A running ingest; it hears the world's centre and what is bound to it."""
    supervisor = Supervisor(pool, settings(**told))
    thread = Thread(target=supervisor.run)
    thread.start()
    yield supervisor
    supervisor.stopping.set()
    thread.join(20)
    assert not thread.is_alive()


@pytest.fixture
def without_inbox(pool: Pool, world: World) -> None:
    """The centre does not look for unknown devices; to be named before `device`."""
    onboarding.set_discovery(pool, OPERATOR, world.centre.id, [])


@pytest.fixture
def device(stack: Stack, world: World, pool: Pool, ingest: Supervisor) -> Iterator[Publisher]:
    """A device of the world's centre, whose account the running ingest has made by the time it
    listens.
    """
    until(lambda: _listens(pool), what="ingest listens")
    publisher = Publisher(stack.mqtt_url, stack.mqtt_admin_url, stack.secret)
    yield publisher
    publisher.close()


def _listens(pool: Pool) -> bool:
    with transaction(pool, SYSTEM) as tx:
        return any(session.is_connected for session in broker_sessions.listening(tx))
