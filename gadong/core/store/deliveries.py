"""What leaves the house: mail and webhooks, and how people want to be told."""

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
    """Add something to be sent."""
    run(tx, SQL["insert"], **_row(delivery))


def insert_once(tx: Tx, delivery: Delivery) -> None:
    """Add something to be sent, unless its id is there already."""
    run(tx, SQL["insert_once"], **_row(delivery))


def due_centres(tx: Tx, channels: Sequence[str], *, now: datetime) -> list[CentreId]:
    """Return the centres of which something is due by one of the channels, whose has waited the longest first."""
    return [row["centre_id"] for row in many(tx, SQL["due_centres"], channels=channels, now=now)]


def claim(tx: Tx, centre_id: CentreId, channels: Sequence[str], *, now: datetime) -> Delivery | None:
    """Claim one of a centre's that is due by one of the channels, for two minutes."""
    row = one(tx, SQL["claim"], centre_id=centre_id, channels=channels, now=now)
    return _delivery(row) if row else None


def sent(tx: Tx, delivery_id: UUID) -> None:
    """It was taken."""
    run(tx, SQL["sent"], id=delivery_id)


def failed(tx: Tx, delivery_id: UUID, *, again: datetime | None, error: str) -> None:
    """It was not taken; None gives it up."""
    run(tx, SQL["failed"], id=delivery_id, again=again, error=error[:500])


def replay(tx: Tx, webhook_id: UUID, delivery_id: UUID) -> int:
    """Send it again from the beginning; 0 where the address has no such delivery."""
    return run(tx, SQL["replay"], id=delivery_id, webhook_id=webhook_id)


def of_webhook(tx: Tx, webhook_id: UUID) -> list[Delivery]:
    """The last two hundred that were sent to an address."""
    return [_delivery(row) for row in many(tx, SQL["of_webhook"], webhook_id=webhook_id)]


def forget(tx: Tx) -> int:
    """Retention."""
    return run(tx, SQL["forget"])


def insert_webhook(tx: Tx, webhook: Webhook, *, by: PersonId) -> None:
    """Add an address."""
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
    """The centre's addresses."""
    return [Webhook(**row) for row in many(tx, SQL["webhooks"], centre_id=centre_id)]


def webhook(tx: Tx, webhook_id: UUID) -> Webhook | None:
    """One address."""
    row = one(tx, SQL["webhook"], id=webhook_id)
    return Webhook(**row) if row else None


def revoke_webhook(tx: Tx, webhook_id: UUID) -> None:
    """Tell the address no more."""
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
