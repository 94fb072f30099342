"""A mail server beside the programs, and the mails that reached it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller

from deploy.stack.servers import free_port
from gadong.booking.domain.booking import Booking
from gadong.booking.services import bookings
from gadong.booking.services.bookings import Request
from gadong.core.database import Pool, transaction
from gadong.core.domain.access import SYSTEM, Caller
from gadong.core.domain.period import Period
from gadong.notices.services import notice_delivery
from tests.support.world import World

SECRET = "a secret of sixteen and more"  # the test's own


class Mailbox:
    """The messages that a mail server received."""

    def __init__(self) -> None:
        self.received: list[Any] = []

    # Aiosmtpd's name.
    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        """Take a message."""
        self.received.append(message_from_bytes(envelope.content, policy=default))
        return "250 taken"


@contextmanager
def mail_server() -> Iterator[tuple[str, list[Any]]]:
    """A server that takes mail, and what it took."""
    mailbox, port = Mailbox(), free_port()
    server = Controller(mailbox, hostname="127.0.0.1", port=port)
    server.start()
    try:
        yield f"smtp://127.0.0.1:{port}", mailbox.received
    finally:
        server.stop()


def book(world: World, who: Caller) -> Booking:
    """A booking of tomorrow at ten."""
    start = datetime.now(world.centre.zone).replace(
        hour=10, minute=0, second=0, microsecond=0
    ) + timedelta(days=1)
    wanted = Request(
        machine=world.machine(),
        company=next(iter(who.companies)),
        period=Period(start, start + timedelta(hours=2)),
    )
    return bookings.request(world.pool, who, wanted, now=datetime.now(UTC))[0]


def drained(pool: Pool) -> None:
    """Everything that is to be told is told."""
    with transaction(pool, SYSTEM) as tx:
        notice_delivery.publish_outbox(tx)
