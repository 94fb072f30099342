"""Ingest in a thread for tests of its manners; its deaths are tests/stories'."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from threading import Thread

import pytest

from gadong.domain.access import SYSTEM
from gadong.services import onboarding
from gadong.services.accounts import OPERATOR
from gadong.settings import Settings
from gadong.store import messages
from gadong.store.database import Pool, transaction
from ingest.supervisor import Supervisor
from tests.conftest import Stack
from tests.ingest.publisher import Publisher
from tests.waiting import until
from tests.world import World


@pytest.fixture
def told() -> dict[str, object]:
    """What ingest is told besides; a test that wants something parametrizes it."""
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
    """A device of the world's centre, whose account the running ingest has made by the time it listens."""
    until(lambda: _listens(pool), what="ingest listens")
    publisher = Publisher(stack.mqtt_url, stack.mqtt_admin_url, stack.secret)
    yield publisher
    publisher.close()


def _listens(pool: Pool) -> bool:
    with transaction(pool, SYSTEM) as tx:
        return any(session.is_connected for session in messages.listening(tx))
