"""The sender of text messages: one POST to the provider of the centre's account."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime

import httpx2

from gadong.core.database import Pool
from gadong.core.domain.delivery import Delivery
from gadong.core.domain.problem import Conflict, NotFound
from gadong.core.services.sealing import Keyring
from gadong.notices.domain.text_messages import PROVIDERS, ProviderCall
from gadong.notices.services import text_messages
from gadong.notices.services.notice_delivery import Enclosed, Sender, Undeliverable
from scheduler.senders import PATIENCE_SECONDS, need_public

# A provider's answer names one message; what is longer is not read.
MAX_ANSWER_BYTES = 65_536


def text_sender(
    pool: Pool, keys: Keyring, *, allow_local: bool, patience: float = PATIENCE_SECONDS
) -> Sender:
    """Return a sender of text messages by the account of the delivery's centre."""

    def send(delivery: Delivery, headers: Mapping[str, str], enclosed: Enclosed | None) -> None:  # noqa: ARG001  # every sender has one shape
        try:
            # 32 characters of the 12 to 64 that Solapi allows; a signature is used once.
            call, account = text_messages.call_of(
                pool, delivery, keys, now=datetime.now(UTC), salt=secrets.token_hex(16)
            )
        except (Conflict, NotFound) as trouble:
            raise Undeliverable(str(trouble)) from trouble
        host = httpx2.URL(call.url).host
        address = "" if allow_local else need_public(host)
        try:
            status, answer = asyncio.run(_answer(call, address, patience))
        except TimeoutError as trouble:
            raise Undeliverable(f"no answer within {patience} s") from trouble
        except (httpx2.HTTPError, httpx2.InvalidURL) as trouble:
            raise Undeliverable(f"{type(trouble).__name__}: {trouble}") from trouble
        if refusal := PROVIDERS[account.provider].refusal(status, answer):
            raise Undeliverable(refusal)

    return send


async def _answer(call: ProviderCall, address: str, patience: float) -> tuple[int, str]:
    """Send the call and return the status and the beginning of the answer, within the timeout."""
    url = httpx2.URL(call.url)
    sent, extensions = {"user-agent": "gadong-text-messages", **call.headers}, {}
    if address:
        sent["host"] = url.netloc.decode()
        # The certificate is still checked against the name.
        extensions = {"sni_hostname": url.host}
        url = url.copy_with(host=address)
    async with (
        asyncio.timeout(patience),
        httpx2.AsyncClient(timeout=patience, follow_redirects=False, trust_env=False) as client,
        client.stream(
            "POST", url, content=call.body.encode(), headers=sent, extensions=extensions
        ) as answer,
    ):
        content = b""
        async for piece in answer.aiter_bytes():
            content += piece
            if len(content) > MAX_ANSWER_BYTES:
                break
    return answer.status_code, content.decode(errors="replace")
