"""A device's words in the moments around its binding count once, whichever connection receives
them, and when.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from threading import Thread

import pytest

from gadong.core.database import Pool, many, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.services.sealing import Keyring
from gadong.machines.domain.broker_accounts import (
    inbox_account,
    ingest_account,
    live_account,
    password,
)
from gadong.machines.services import ingestion
from ingest.broker_accounts import provision
from ingest.broker_address import Broker, BrokerLogin
from ingest.rate_limit import MessagePace
from ingest.session import CentreSession
from ingest.unknown_devices import Inbox
from tests.conftest import Stack
from tests.ingest.link import Link
from tests.ingest.publisher import Publisher
from tests.support.ingest.inbox import ears_open, unknown
from tests.support.ingest.listening import heard
from tests.support.waiting import until
from tests.support.world import World

UNDERSTOOD = {"value": "s", "states": "on=running,off=idle"}
NOT_UNDERSTOOD = {"value": "s", "channel": "energy_wh"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ears:
    """The two connections that hear a centre's devices, each over a link of its own."""

    session: Link
    inbox: Link


@pytest.fixture
def ears(stack: Stack, world: World, pool: Pool) -> Iterator[Ears]:
    """A running session and a running inbox of the world's centre."""
    slug = world.centre.slug
    provision(Broker(stack.mqtt_admin_url), stack.secret, [slug])
    names = [ingest_account(slug), live_account(slug), inbox_account(slug)]
    own, live, unbound = (
        BrokerLogin(client_id=name, username=name, password=password(stack.secret, name))
        for name in names
    )
    ears = Ears(session=Link(stack.mqtt_url), inbox=Link(stack.mqtt_url))
    session = CentreSession(
        pool,
        world.centre,
        Broker(ears.session.url),
        own,
        live,
        MessagePace(1_000_000),
        Keyring(()),
    )
    thread = Thread(target=session.run)
    thread.start()
    inbox = Inbox(pool, world.centre, Broker(ears.inbox.url), unbound, session.is_owner)
    yield ears
    ears.session.release()
    ears.inbox.release()
    session.stopping.set()
    inbox.stop()
    thread.join(20)
    ears.session.close()
    ears.inbox.close()
    assert not thread.is_alive()


@pytest.fixture
def device(stack: Stack, world: World, ears: Ears) -> Iterator[Publisher]:
    """A device of the centre, once both connections listen."""
    publisher = Publisher(stack.mqtt_url, stack.mqtt_admin_url, stack.secret)
    until(lambda: ears_open(world, publisher), what="the inbox listens")
    heard(world, world.source(world.machine()))
    yield publisher
    publisher.close()


def said(pool: Pool, base: str) -> list[tuple[bytes, str]]:
    """Every payload of a topic, with where it lies."""
    query = """
        select payload, 'stored' as place from messages where topic = %(topic)s
        union all
        select payload, 'set aside' from quarantined_messages where topic = %(topic)s
        union all
        select payload, 'in the inbox' from inbox_messages where topic = %(topic)s
    """
    with transaction(pool, SYSTEM) as tx:
        return [(bytes(row["payload"]), row["place"]) for row in many(tx, query, topic=base)]


@pytest.mark.parametrize(
    ("options", "place"),
    [(UNDERSTOOD, "stored"), (NOT_UNDERSTOOD, "set aside")],
    ids=["stored", "set aside"],
)
@pytest.mark.parametrize("late", ["the inbox", "the session"])
def test_words_around_a_binding_count_once_whichever_connection_is_late(
    world: World,
    device: Publisher,
    pool: Pool,
    ears: Ears,
    *,
    late: str,
    options: dict[str, str],
    place: str,
) -> None:
    base = f"{world.centre.slug}/plug"
    on, off = b'{"s": "on"}', b'{"s": "off"}'
    device.publish_all([(base, on), (base, off)])
    until(lambda: (d := unknown(world, base)) and d.heard == 2, what="the inbox has heard it")
    link = ears.inbox if late == "the inbox" else ears.session
    link.hold()
    if late == "the inbox":
        device.publish_all([(base, on)])
    source = world.source(world.machine(), "mapper", base=base, options=options)
    if late == "the inbox":
        heard(world, source)
    else:
        until(lambda: link.has_sent(f"{base}/#"), what="the session has subscribed")
        device.publish_all([(base, on)])
    # Both connections receive what follows, one of them later.
    device.publish_all([(base, off), (base, off), (base, on)])
    if late == "the inbox":
        until(lambda: len(said(pool, base)) == 5, what="the session has received its part")
    link.release()
    until(lambda: ingestion.is_heard(pool, world.manager, source), what="the session hears it")
    until(lambda: unknown(world, base) is None, what="the inbox has handed over")
    until(lambda: len(said(pool, base)) >= 6, what="nothing is lost")
    # A message published now comes after everything that was held back.
    device.publish_all([(base, off)])
    until(lambda: len(said(pool, base)) >= 7, what="the last word")
    # Messages held back count as received late, so the order says nothing.
    assert sorted(said(pool, base)) == sorted(
        (word, place) for word in (on, off, on, off, off, on, off)
    )
