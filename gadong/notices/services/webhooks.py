"""Webhooks of a centre: their addresses, secrets and deliveries."""

from __future__ import annotations

from base64 import b64encode
from uuid import UUID

from gadong.core.database import Pool, Tx, alone, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.delivery import Delivery, Webhook
from gadong.core.domain.ids import CentreId, new_id
from gadong.core.domain.problem import Invalid, NotFound
from gadong.core.domain.secret import need_secret
from gadong.core.store import deliveries
from gadong.notices.domain.program_address import need_address
from gadong.notices.services.notice_delivery import webhook_key

# A centre with more programs than this needs one program that forwards the events.
MAX_WEBHOOKS = 20


def add_webhook(
    pool: Pool,
    who: Caller,
    centre: CentreId,
    *,
    url: str,
    kinds: list[str],
    secret: str,
    allow_local: bool = False,
) -> tuple[Webhook, str]:
    """Add a webhook and return it with its secret; `allow_local` permits HTTP to this computer."""
    permit = who.need(centre, Right.RULES_WORK)
    need_secret(secret)
    need_address(url, allow_local=allow_local)
    webhook = Webhook(id=new_id(), centre_id=centre, url=url, kinds=kinds)
    with transaction(pool, permit) as tx:
        alone(tx, f"webhooks of {centre}")
        if len(deliveries.webhooks(tx, centre)) >= MAX_WEBHOOKS:
            raise Invalid(
                f"A centre has at most {MAX_WEBHOOKS} webhooks", field="url", limit=MAX_WEBHOOKS
            )
        deliveries.insert_webhook(tx, webhook, by=who.person_id)
    return webhook, "whsec_" + b64encode(webhook_key(secret, webhook.id)).decode()


def webhooks(pool: Pool, who: Caller, centre: CentreId) -> list[Webhook]:
    """Return a centre's webhooks (rights: docs/security.md)."""
    permit = who.need(centre, Right.RULES_WORK)
    with transaction(pool, permit) as tx:
        return deliveries.webhooks(tx, centre)


def revoke_webhook(pool: Pool, who: Caller, webhook_id: UUID) -> None:
    """Revoke a webhook."""
    with transaction(pool, who.reach()) as tx:
        deliveries.revoke_webhook(tx, _own(tx, who, webhook_id).id)


def log_of(pool: Pool, who: Caller, webhook_id: UUID) -> list[Delivery]:
    """Return the last two hundred deliveries to a webhook, with their results."""
    with transaction(pool, who.reach()) as tx:
        return deliveries.of_webhook(tx, _own(tx, who, webhook_id).id)


def replay(pool: Pool, who: Caller, webhook_id: UUID, delivery_id: UUID) -> None:
    """Send a delivery again under its old id."""
    with transaction(pool, who.reach()) as tx:
        if not deliveries.replay(tx, _own(tx, who, webhook_id).id, delivery_id):
            raise NotFound


def _own(tx: Tx, who: Caller, webhook_id: UUID) -> Webhook:
    found = deliveries.webhook(tx, webhook_id)
    if found is None or not who.may(found.centre_id, Right.RULES_WORK):
        raise NotFound
    return found
