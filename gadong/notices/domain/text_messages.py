"""Text messages (알림톡 and SMS): a centre's account at a provider, and a provider's protocol."""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from uuid import UUID

from gadong.core.domain.ids import CentreId
from gadong.texts.template_words import TEMPLATE_WORDS


@dataclass(frozen=True, slots=True, kw_only=True)
class TextAccount:
    """A centre's account at a provider; `secret` is encrypted until a message is sent."""

    centre_id: CentreId
    provider: str
    url: str
    api_key: str
    secret: str = field(repr=False)
    sender_number: str
    channel: str
    templates: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class TextMessage:
    """One message: the sentence for an SMS, and the figures for a template."""

    id: UUID
    kind: str
    to: str
    text: str
    figures: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderCall:
    """A POST to a provider."""

    url: str
    headers: Mapping[str, str]
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TextProvider:
    """A provider's protocol: the call of a message, and the refusal that an answer contains."""

    url: str
    call: Callable[[TextAccount, TextMessage, datetime, str], ProviderCall]
    #: Returns an empty text for a message that the provider accepted.
    refusal: Callable[[int, str], str]


def written(text: str, figures: Mapping[str, str]) -> str:
    """Return the body of a delivery that is a text message."""
    return json.dumps({"text": text, "figures": dict(figures)}, ensure_ascii=False, sort_keys=True)


def read(body: str) -> tuple[str, dict[str, str]]:
    """Return the sentence and the figures of a delivery's body."""
    document = json.loads(body)
    return document["text"], document["figures"]


def solapi_call(
    account: TextAccount, message: TextMessage, now: datetime, salt: str
) -> ProviderCall:
    """Return Solapi's call `POST /messages/v4/send`.

    With a template of the notice's kind it is an 알림톡, which the provider sends as an SMS where
    Kakao does not reach the number. Without a template it is an SMS.
    """
    stamp = now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    signed = hmac.new(account.secret.encode(), (stamp + salt).encode(), sha256).hexdigest()
    content: dict[str, object] = {
        "to": message.to,
        "from": account.sender_number,
        # The provider keeps it with the message: who asks it finds our delivery again.
        "customFields": {"delivery": str(message.id)},
    }
    template = account.templates.get(message.kind, "")
    if account.channel and template:
        variables = {
            f"#{{{name}}}": message.figures.get(figure, "")
            for figure, name in TEMPLATE_WORDS.items()
        }
        content["type"] = "ATA"
        content["kakaoOptions"] = {
            "pfId": account.channel,
            "templateId": template,
            "variables": variables,
            "disableSms": False,
        }
    else:
        content["text"] = message.text
    return ProviderCall(
        url=account.url.rstrip("/") + "/messages/v4/send",
        headers={
            "content-type": "application/json",
            "authorization": (
                f"HMAC-SHA256 apiKey={account.api_key}, date={stamp}, salt={salt},"
                f" signature={signed}"
            ),
        },
        body=json.dumps({"message": content}, ensure_ascii=False),
    )


def solapi_refusal(status: int, answer: str) -> str:
    """Return why Solapi refused a message; empty if it accepted it with status code 2000."""
    try:
        document = json.loads(answer)
    except ValueError:
        document = None
    said = document if isinstance(document, dict) else {}
    if 200 <= status < 300 and said.get("statusCode") == "2000":
        return ""
    code = said.get("errorCode") or said.get("statusCode") or ""
    reason = said.get("errorMessage") or said.get("statusMessage") or ""
    return f"answered {status} {code} {reason}".strip()


#: The providers by name. Another one is a further entry.
PROVIDERS: Mapping[str, TextProvider] = {
    "solapi": TextProvider(url="https://api.solapi.com", call=solapi_call, refusal=solapi_refusal),
}
