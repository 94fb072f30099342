"""POST to an address that a user gave: to the open internet alone, bounded in time and bytes."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Mapping
from dataclasses import dataclass

import httpx2

from gadong.core.domain.network_address import is_public
from gadong.notices.services.notice_delivery import Undeliverable

# A slower server is tried again later; its centre's other deliveries wait meanwhile.
PATIENCE_SECONDS = 10


@dataclass(frozen=True, slots=True)
class PostAnswer:
    """The status of an answer and the beginning of its body."""

    status: int
    text: str


def post(
    url: str,
    body: str | bytes,
    headers: Mapping[str, str],
    *,
    allow_local: bool,
    patience: float = PATIENCE_SECONDS,
    max_answer_bytes: int = 0,
) -> PostAnswer:
    """POST and return the answer; raise Undeliverable if none came or the host is private.

    No redirect is followed, since a redirect would take a signature along. `allow_local` permits
    this computer's own addresses, where no other service listens.
    """
    try:
        target = httpx2.URL(url)
        # The name is resolved once, here, so that the connection goes to the checked address.
        address = "" if allow_local else need_public(target.host)
        content = body.encode() if isinstance(body, str) else body
        sending = _send(target, address, content, headers, patience, max_answer_bytes)
        return asyncio.run(sending)
    except TimeoutError as trouble:
        raise Undeliverable(f"no answer within {patience} s") from trouble
    except (httpx2.HTTPError, httpx2.InvalidURL) as trouble:
        raise Undeliverable(f"{type(trouble).__name__}: {trouble}") from trouble


def need_public(host: str) -> str:
    """Return an address of a host; raise Undeliverable if any is private (OWASP: SSRF)."""
    try:
        addresses = {
            info[4][0] for info in socket.getaddrinfo(host, None, proto=socket.IPPROTO_TCP)
        }
    except (OSError, UnicodeError) as trouble:
        raise Undeliverable(f"{host}: {trouble}") from trouble
    inside = sorted(str(a) for a in addresses if not is_public(str(a)))
    if inside:
        raise Undeliverable(f"{host} is {inside[0]}, which is no address of the open internet")
    return str(min(addresses, key=lambda a: (":" in str(a), str(a))))


async def _send(
    url: httpx2.URL,
    address: str,
    body: bytes,
    headers: Mapping[str, str],
    patience: float,
    max_answer_bytes: int,
) -> PostAnswer:
    """Send the request to the address, within the timeout in all.

    A client's own timeouts apply to each read.
    """
    sent, extensions = dict(headers), {}
    if address:
        sent["host"] = url.netloc.decode()
        # The certificate is still checked against the name.
        extensions = {"sni_hostname": url.host}
        url = url.copy_with(host=address)
    content = b""
    async with (
        asyncio.timeout(patience),
        httpx2.AsyncClient(timeout=patience, follow_redirects=False, trust_env=False) as client,
        client.stream("POST", url, content=body, headers=sent, extensions=extensions) as answer,
    ):
        if max_answer_bytes:
            async for piece in answer.aiter_bytes():
                content += piece
                if len(content) > max_answer_bytes:
                    break
    return PostAnswer(answer.status_code, content.decode(errors="replace"))
