"""Endpoints of a centre's account for text messages (알림톡 and SMS), and of their results."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field, SecretStr

from api.identity import Connections, Keys, Told, Who
from api.v1 import paging
from api.v1.notices.notices_schemas import KindPrefix
from api.v1.schemas import In, Out
from gadong.core.domain.ids import CentreId
from gadong.notices.domain.text_messages import TextAccount, read
from gadong.notices.services import text_messages

router = APIRouter(tags=["notices"])

TemplateId = Annotated[str, Field(min_length=1, max_length=100)]
# It becomes part of a header.
ApiKey = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,100}$")]


class TextAccountIn(In):
    """A centre's account at a provider."""

    provider: str = Field(default="solapi", max_length=30)
    url: str = Field(default="", max_length=2000, description="Empty: the provider's own.")
    api_key: ApiKey
    secret: SecretStr = Field(
        default=SecretStr(""), max_length=200, description="Empty: the one that is kept."
    )
    sender_number: str = Field(max_length=40, examples=["02-930-2266"])
    channel: str = Field(default="", max_length=100, description="The Kakao channel; empty: SMS.")
    templates: dict[KindPrefix, TemplateId] = Field(
        default_factory=dict,
        max_length=60,
        description="The provider's templates by the kind of notice; other kinds go as SMS.",
    )


class TextAccountOut(Out):
    """A centre's account; its secret is shown to nobody."""

    provider: str
    url: str
    api_key: str
    sender_number: str
    channel: str
    templates: dict[str, str]


class SentTextOut(Out):
    """A text message with the result of its attempts. The number is not shown."""

    id: UUID
    kind: str
    state: str = Field(examples=["sent"], description="due, sent or failed")
    attempts: int
    last_error: str
    created_at: datetime
    text: str


@router.get("/centres/{centre}/text-account")
def text_account(centre: UUID, who: Who, pool: Connections) -> TextAccountOut:
    """Return the centre's account for text messages; for its managers."""
    kept = text_messages.account_of(pool, who, CentreId(centre))
    return TextAccountOut(
        provider=kept.provider,
        url=kept.url,
        api_key=kept.api_key,
        sender_number=kept.sender_number,
        channel=kept.channel,
        templates=dict(kept.templates),
    )


@router.put("/centres/{centre}/text-account", status_code=204)
def set_text_account(
    centre: UUID, body: TextAccountIn, who: Who, pool: Connections, told: Told, keys: Keys
) -> None:
    """Set the centre's account for text messages; its secret is encrypted."""
    account = TextAccount(
        centre_id=CentreId(centre),
        provider=body.provider,
        url=body.url,
        api_key=body.api_key,
        secret=body.secret.get_secret_value(),
        sender_number=body.sender_number,
        channel=body.channel,
        templates=body.templates,
    )
    text_messages.set_account(pool, who, account, keys=keys, allow_local=told.insecure_cookies)


@router.delete("/centres/{centre}/text-account", status_code=204)
def remove_text_account(centre: UUID, who: Who, pool: Connections) -> None:
    """Delete the centre's account for text messages; those that wait are given up."""
    text_messages.remove_account(pool, who, CentreId(centre))


@router.get("/centres/{centre}/text-messages")
def list_text_messages(centre: UUID, who: Who, pool: Connections) -> paging.Page[SentTextOut]:
    """List the centre's last two hundred text messages with their results."""
    return paging.whole(
        [
            SentTextOut(
                id=one.id,
                kind=one.kind,
                state=one.state,
                attempts=one.attempts,
                last_error=one.last_error,
                created_at=one.created_at,
                text=read(one.body)[0],
            )
            for one in text_messages.log_of(pool, who, CentreId(centre))
        ]
    )
