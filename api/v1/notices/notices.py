"""Endpoints of preferences for notices, and of webhooks."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from api.identity import Connections, Told, Who
from api.v1 import paging
from api.v1.notices import notices_schemas as schemas
from gadong.core.domain.ids import CentreId
from gadong.notices.services import notice_delivery, webhooks

router = APIRouter(tags=["notices"])


@router.get("/me/preferences")
def my_preferences(who: Who, pool: Connections) -> schemas.PreferencesIO:
    """Return your preferences for notices."""
    found = notice_delivery.preferences(pool, who)
    return schemas.PreferencesIO.model_validate(
        {"language": found.language, "by_mail": found.by_mail, "muted": list(found.muted)}
    )


@router.put("/me/preferences", status_code=204)
def set_my_preferences(body: schemas.PreferencesIO, who: Who, pool: Connections) -> None:
    """Set your preferences for notices."""
    notice_delivery.prefer(
        pool, who, language=body.language, by_mail=body.by_mail, muted=body.muted
    )


@router.get("/webhooks")
def list_webhooks(
    who: Who, pool: Connections, centre: Annotated[UUID, Query()]
) -> paging.Page[schemas.WebhookOut]:
    """List a centre's webhooks; for its managers."""
    return paging.whole(
        [
            schemas.WebhookOut(id=w.id, url=w.url, kinds=list(w.kinds))
            for w in webhooks.webhooks(pool, who, CentreId(centre))
        ]
    )


@router.post("/webhooks", status_code=201)
def add_webhook(
    body: schemas.WebhookIn, who: Who, pool: Connections, told: Told
) -> schemas.NewWebhookOut:
    """Add a webhook for a centre's events.

    Calls are signed after Standard Webhooks; keep the secret.
    """
    made, secret = webhooks.add_webhook(
        pool,
        who,
        CentreId(body.centre),
        url=body.url,
        kinds=body.kinds,
        secret=told.secret,
        allow_local=told.insecure_cookies,
    )
    return schemas.NewWebhookOut(id=made.id, url=made.url, kinds=list(made.kinds), secret=secret)


@router.delete("/webhooks/{webhook_id}", status_code=204)
def revoke_webhook(webhook_id: UUID, who: Who, pool: Connections) -> None:
    """Revoke a webhook."""
    webhooks.revoke_webhook(pool, who, webhook_id)


@router.get("/webhooks/{webhook_id}/deliveries")
def list_deliveries(
    webhook_id: UUID, who: Who, pool: Connections
) -> paging.Page[schemas.DeliveryOut]:
    """List the last two hundred calls with their results."""
    return paging.whole(
        [
            schemas.DeliveryOut.model_validate(d, from_attributes=True)
            for d in webhooks.log_of(pool, who, webhook_id)
        ]
    )


@router.post("/webhooks/{webhook_id}/deliveries/{delivery_id}/replay", status_code=204)
def replay_delivery(webhook_id: UUID, delivery_id: UUID, who: Who, pool: Connections) -> None:
    """Send a call again, under its old id."""
    webhooks.replay(pool, who, webhook_id, delivery_id)
