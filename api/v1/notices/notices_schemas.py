"""Requests and answers about preferences and webhooks."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from api.v1.schemas import In, Out
from gadong.texts.catalogue import Language

KindPrefix = Annotated[str, Field(max_length=60, pattern=r"^[a-z_.]+$", examples=["booking."])]


class PreferencesIO(In):
    """Your preferences for notices. A muted kind is not mailed; it is still among your notices."""

    language: Language = "ko"
    by_mail: bool = True
    muted: list[KindPrefix] = Field(default_factory=list, max_length=60)


class WebhookIn(In):
    """A program's address for a centre's events."""

    centre: UUID
    url: str = Field(max_length=2000, examples=["https://erp.example/gadong"])
    kinds: list[KindPrefix] = Field(
        default_factory=list, max_length=60, description="Beginnings; empty: all."
    )


class WebhookOut(Out):
    """A webhook."""

    id: UUID
    url: str
    kinds: list[str]


class NewWebhookOut(WebhookOut):
    """A webhook with the secret that signs its calls (Standard Webhooks); it is shown this once."""

    secret: str


class DeliveryOut(Out):
    """One call of a webhook, with its result."""

    id: UUID
    kind: str
    state: Literal["due", "sent", "failed"] = Field(
        examples=["sent"], description="due, sent or failed"
    )
    attempts: int
    last_error: str
    created_at: datetime
    body: str
