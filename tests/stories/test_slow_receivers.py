"""A webhook that dawdles, floods or never answers costs its own centre a few seconds, and nobody
else anything.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread

import pytest

from gadong.core.database import Pool, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.delivery import Delivery
from gadong.core.domain.ids import CentreId, new_id
from gadong.core.domain.network_address import is_public
from gadong.core.store import deliveries
from gadong.notices.services import notice_delivery, webhooks
from gadong.notices.services.notice_delivery import Senders, Undeliverable
from gadong.settings import Settings
from scheduler.senders import webhook_sender
from tests.support.programs import running
from tests.support.stories.telling import mail_server
from tests.support.waiting import until
from tests.support.world import World

NOW = datetime.now(UTC)


@contextmanager
def listening(answer: Callable[[socket.socket], None]) -> Iterator[str]:
    """A program that is told, and answers with what it is given to do; its address."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with suppress(OSError):
            while True:
                connection, _ = server.accept()
                with connection, suppress(OSError):
                    connection.recv(65_536)
                    answer(connection)

    thread = Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.getsockname()[1]}/hook"
    finally:
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        thread.join(30)


def to(url: str, centre: CentreId | None = None) -> Delivery:
    """Something for the address."""
    return Delivery(
        id=new_id(),
        centre_id=centre or CentreId(new_id()),
        channel="webhook",
        kind="test",
        address=url,
        body="{}",
        created_at=NOW,
    )


def test_an_answer_byte_by_byte_has_the_same_time_as_any() -> None:
    over = Event()

    def drip(connection: socket.socket) -> None:
        for byte in b"HTTP/1.1 204 No Content\r\n" + b"X: y\r\n" * 20:
            if over.wait(0.1):
                return
            connection.sendall(bytes([byte]))

    carry = webhook_sender(allow_local=True, patience=1)
    with listening(drip) as url:
        with pytest.raises(Undeliverable, match="no answer within 1 s"):
            carry(to(url), {}, None)
        over.set()


def test_of_an_answer_the_status_is_read_and_no_more() -> None:
    sent = 0

    def flood(connection: socket.socket) -> None:
        nonlocal sent
        connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 400000000\r\n\r\n")
        for _ in range(400):
            connection.sendall(b"x" * 1_000_000)
            sent += 1_000_000

    with listening(flood) as url:
        webhook_sender(allow_local=True)(to(url), {}, None)
    # The two sides' buffers took this much before the connection was closed.
    assert sent < 50_000_000


def test_one_centres_webhook_holds_up_no_others(pool: Pool, world: World) -> None:
    other, was_told = World.made(pool), Event()

    def slow(connection: socket.socket) -> None:
        # It answers once the other centre has been told: in turn that would be never.
        was_told.wait(8)
        status = b"204 No Content" if was_told.is_set() else b"500 Late"
        connection.sendall(b"HTTP/1.1 " + status + b"\r\ncontent-length: 0\r\n\r\n")

    def quick(connection: socket.socket) -> None:
        was_told.set()
        connection.sendall(b"HTTP/1.1 204 No Content\r\ncontent-length: 0\r\n\r\n")

    senders = Senders(by_channel={"webhook": webhook_sender(allow_local=True)}, secret="s" * 32)
    with listening(slow) as first, listening(quick) as second:
        for centre, url in ((world, first), (other, second)):
            hook, _ = webhooks.add_webhook(
                pool,
                centre.manager,
                centre.centre.id,
                url=url,
                kinds=[],
                secret="s" * 32,
                allow_local=True,
            )
            with transaction(pool, SYSTEM) as tx:
                deliveries.insert(tx, to(hook.url, centre.centre.id))
        assert notice_delivery.deliver(pool, senders, now=datetime.now(UTC)) == 2


@pytest.mark.parametrize(("seconds", "sent"), [(9.9, 3), (10.0, 2), (20.0, 1), (60.0, 1)])
def test_a_turn_ends_before_all_of_a_centres_deliveries_are_tried(
    pool: Pool, world: World, monkeypatch: pytest.MonkeyPatch, seconds: float, sent: int
) -> None:
    passed = 0.0

    def slow(*_: object) -> None:
        nonlocal passed
        passed += seconds

    with transaction(pool, SYSTEM) as tx:
        for _ in range(4):
            deliveries.insert(tx, to("https://slow.example/hook", world.centre.id))
    monkeypatch.setattr(notice_delivery, "monotonic", lambda: passed)
    senders = Senders(by_channel={"webhook": slow}, secret="s" * 32)
    assert notice_delivery.deliver(pool, senders, now=datetime.now(UTC)) == sent


def test_no_webhook_holds_up_mail(
    pool: Pool, world: World, settings: Callable[..., Settings], tmp_path: Path
) -> None:
    is_called, is_over = Event(), Event()

    def silent(connection: socket.socket) -> None:
        is_called.set()
        # The caller gives it up in the end.
        while connection.recv(65_536):
            pass
        is_over.set()

    with listening(silent) as url, mail_server() as (smtp, received):
        with transaction(pool, SYSTEM) as tx:
            mail = replace(to("who@x.example", world.centre.id), channel="mail", webhook_id=None)
            deliveries.insert(tx, to(url, world.centre.id))
            deliveries.insert(tx, mail)
            # A sender of one after the other begins with the webhook.
            tx.execute(
                "update deliveries set due_at = now() - interval '1 hour' where kind = 'test'"
                " and channel = 'webhook'"
            )
        with running("scheduler", settings(), tmp_path, GADONG_SMTP_URL=smtp):
            until(lambda: is_called.is_set() and received, what="the mail is there")
            assert not is_over.is_set(), "the webhook is still waited for"


@pytest.mark.parametrize(
    ("address", "is_open"),
    [
        ("93.184.215.14", True),
        ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", True),
        ("224.0.0.1", False),
        ("ff02::1", False),
        ("64:ff9b::7f00:1", False),
        ("64:ff9b:1::1", False),
        ("2002:7f00:1::", False),
        ("2001:0:4136:e378:8000:63bf:3fff:fdd2", False),
        ("::ffff:127.0.0.1", False),
        ("::127.0.0.1", False),
        ("100.64.0.1", False),
        ("fe80::1%eth0", False),
    ],
)
def test_an_address_in_disguise_is_not_of_the_open_internet(address: str, is_open: bool) -> None:
    assert is_public(address) is is_open


def test_a_name_is_looked_up_once_and_the_address_that_was_checked_is_called(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked_up: list[object] = []
    called: list[object] = []

    def rebinding(host: object, port: object, *_: object, **__: object) -> list[object]:
        """Answer with an open address, and afterwards with this computer's own."""
        looked_up.append(host)
        address = "192.0.0.9" if len(looked_up) == 1 else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    async def refused(_: object, __: object, address: object) -> None:
        # Nothing leaves this computer.
        called.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    monkeypatch.setattr(asyncio.SelectorEventLoop, "sock_connect", refused)
    send = webhook_sender(allow_local=False)
    with pytest.raises(Undeliverable):
        send(to("https://rebinds.example/hook", CentreId(new_id())), {}, None)
    assert (looked_up, called) == (["rebinds.example"], [("192.0.0.9", 443)])
