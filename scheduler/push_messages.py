"""The sender of Web Push: one POST to the push server of the person's browser."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parseaddr

from gadong.core.database import Pool
from gadong.core.domain.delivery import Delivery
from gadong.core.domain.problem import Conflict, NotFound
from gadong.core.services.sealing import Keyring
from gadong.notices.services import push_subscriptions
from gadong.notices.services.notice_delivery import (
    Enclosed,
    ReceiverGone,
    SendNotice,
    Undeliverable,
)
from gadong.settings import Settings
from scheduler import outbound
from scheduler.outbound import PATIENCE_SECONDS

# RFC 8030, section 7.3: the subscription has expired, or is not known.
GONE = frozenset({404, 410})


def contact_of(settings: Settings) -> str:
    """Return where a push server's operator reaches us (RFC 8292, section 2.1)."""
    if settings.public_url.startswith("https://"):
        return settings.public_url
    return f"mailto:{parseaddr(settings.mail_from)[1]}"


def push_sender(
    pool: Pool,
    keys: Keyring,
    *,
    secret: str,
    contact: str,
    allow_local: bool,
    patience: float = PATIENCE_SECONDS,
) -> SendNotice:
    """Return a sender of messages to browsers. One that its server does not know is ended."""

    def send(delivery: Delivery, headers: Mapping[str, str], enclosed: Enclosed | None) -> None:
        try:
            call = push_subscriptions.call_of(
                pool, delivery, keys, secret=secret, contact=contact, now=datetime.now(UTC)
            )
        except NotFound as trouble:
            raise ReceiverGone(str(trouble)) from trouble
        except Conflict as trouble:
            raise Undeliverable(str(trouble)) from trouble
        answer = outbound.post(
            call.url,
            call.body,
            {"user-agent": "gadong-push", **call.headers},
            allow_local=allow_local,
            patience=patience,
        )
        if answer.status in GONE:
            push_subscriptions.end(pool, delivery)
            raise ReceiverGone(f"answered {answer.status}: the browser is not known any more")
        if not 200 <= answer.status < 300:
            raise Undeliverable(f"answered {answer.status}")

    return send
