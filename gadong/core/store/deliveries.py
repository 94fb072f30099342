"""Deliveries by mail and webhook, and the addresses of webhooks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from psycopg.rows import DictRow

from gadong.core.database import Tx, many, one, run
from gadong.core.domain.delivery import Delivery, Enclosure, Webhook
from gadong.core.domain.document import from_document
from gadong.core.domain.ids import CentreId, PersonId
from gadong.core.store.queries import statements
from gadong.core.store.values import to_document

SQL = statements(__file__)


def insert(tx: Tx, delivery: Delivery) -> None:
    """Insert a delivery."""
    run(tx, SQL["insert"], **_row(delivery))


def insert_once(tx: Tx, delivery: Delivery) -> None:
    """Insert a delivery, unless its id exists already."""
    run(tx, SQL["insert_once"], **_row(delivery))


def due_centres(tx: Tx, channels: Sequence[str], *, now: datetime) -> list[CentreId]:
    """Return the centres with due deliveries by the channels, the longest waiting first."""
    return [row["centre_id"] for row in many(tx, SQL["due_centres"], channels=channels, now=now)]


def claim(
    tx: Tx, centre_id: CentreId, channels: Sequence[str], *, now: datetime
) -> Delivery | None:
    """Claim one due delivery of a centre for two minutes."""
    row = one(tx, SQL["claim"], centre_id=centre_id, channels=channels, now=now)
    return _delivery(row) if row else None


def sent(tx: Tx, delivery_id: UUID) -> None:
    """Record that the delivery was accepted."""
    run(tx, SQL["sent"], id=delivery_id)


def failed(tx: Tx, delivery_id: UUID, *, again: datetime | None, error: str) -> None:
    """Record that the delivery failed; None for `again` ends the attempts."""
    run(tx, SQL["failed"], id=delivery_id, again=again, error=error[:500])


def replay(tx: Tx, webhook_id: UUID, delivery_id: UUID) -> int:
    """Make a delivery due again from its first attempt; return 0 if the address has none such."""
    return run(tx, SQL["replay"], id=delivery_id, webhook_id=webhook_id)


def of_webhook(tx: Tx, webhook_id: UUID) -> list[Delivery]:
    """Return the last two hundred deliveries to an address."""
    return [_delivery(row) for row in many(tx, SQL["of_webhook"], webhook_id=webhook_id)]


def forget(tx: Tx) -> int:
    """Delete old deliveries."""
    return run(tx, SQL["forget"])


def insert_webhook(tx: Tx, webhook: Webhook, *, by: PersonId) -> None:
    """Insert a webhook."""
    run(
        tx,
        SQL["insert_webhook"],
        id=webhook.id,
        centre_id=webhook.centre_id,
        url=webhook.url,
        kinds=list(webhook.kinds),
        created_by=by,
    )


def webhooks(tx: Tx, centre_id: CentreId) -> list[Webhook]:
    """Return the centre's webhooks."""
    return [Webhook(**row) for row in many(tx, SQL["webhooks"], centre_id=centre_id)]


def webhook(tx: Tx, webhook_id: UUID) -> Webhook | None:
    """Return a webhook, or None if it does not exist or was revoked."""
    row = one(tx, SQL["webhook"], id=webhook_id)
    return Webhook(**row) if row else None


def revoke_webhook(tx: Tx, webhook_id: UUID) -> None:
    """Revoke a webhook and give up its due deliveries."""
    run(tx, SQL["revoke_webhook"], id=webhook_id)


def _delivery(row: DictRow) -> Delivery:
    encloses = row.pop("encloses")
    return Delivery(**row, encloses=from_document(Enclosure, encloses) if encloses else None)


def _row(delivery: Delivery) -> dict[str, object]:
    return {
        "id": delivery.id,
        "centre_id": delivery.centre_id,
        "channel": delivery.channel,
        "kind": delivery.kind,
        "address": delivery.address,
        "webhook_id": delivery.webhook_id,
        "subject": delivery.subject,
        "body": delivery.body,
        "invitation": delivery.invitation,
        "encloses": to_document(delivery.encloses) if delivery.encloses else None,
    }
