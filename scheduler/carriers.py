"""How mail and webhooks leave the house."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Mapping
from email.message import EmailMessage
from email.utils import format_datetime
from ipaddress import ip_address
from urllib.parse import unquote, urlsplit

import aiosmtplib
import httpx2

from gadong.services.telling import Carrier, Enclosed, Undeliverable
from gadong.settings import Settings
from gadong.store.deliveries import Delivery

# A mail server or a webhook that takes longer is tried again later; others wait behind it.
PATIENCE_SECONDS = 10


def carriers(settings: Settings) -> dict[str, Carrier]:
    """What this installation can send by."""
    found: dict[str, Carrier] = {"webhook": caller(allow_local=settings.insecure_cookies)}
    if settings.smtp_url:
        found["mail"] = mailer(settings.smtp_url, settings.mail_from)
    return found


def mailer(url: str, sender: str) -> Carrier:
    """A carrier of mail through the server at the address."""
    parts = urlsplit(url)
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise ValueError("GADONG_SMTP_URL is smtp://host:port or smtps://host:port")

    def carry(delivery: Delivery, headers: Mapping[str, str], enclosed: Enclosed | None) -> None:  # noqa: ARG001  # every carrier has one shape
        try:
            message = _message(delivery, sender, enclosed)
            asyncio.run(
                aiosmtplib.send(
                    message,
                    hostname=parts.hostname,
                    port=parts.port,
                    username=unquote(parts.username) if parts.username else None,
                    password=unquote(parts.password) if parts.password else None,
                    use_tls=parts.scheme == "smtps",
                    timeout=PATIENCE_SECONDS,
                )
            )
        except (aiosmtplib.SMTPException, OSError, ValueError) as trouble:
            raise Undeliverable(f"{parts.hostname}: {trouble}") from trouble

    return carry


def _message(delivery: Delivery, sender: str, enclosed: Enclosed | None) -> EmailMessage:
    """The delivery as mail; ValueError for what no header can hold."""
    message = EmailMessage()
    message["From"], message["To"] = sender, delivery.address
    # A machine's name may hold a line break, and a header may not.
    message["Subject"] = " ".join(delivery.subject.split())
    # The same whenever it is sent: a mailbox that gets it twice shows it once.
    message["Message-ID"] = f"<{delivery.id}@{sender.rpartition('@')[2]}>"
    message["Date"] = format_datetime(delivery.created_at)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(delivery.body)
    if enclosed:
        name, pdf = enclosed
        message.add_attachment(pdf, maintype="application", subtype="pdf", filename=name)
    return message


def caller(*, allow_local: bool) -> Carrier:
    """A carrier of webhooks; `allow_local` lets them go to this computer, where no other service listens."""

    def carry(delivery: Delivery, headers: Mapping[str, str], enclosed: Enclosed | None) -> None:  # noqa: ARG001  # likewise
        if not allow_local:
            need_public(urlsplit(delivery.address).hostname or "")
        call(delivery, headers)

    return carry


def need_public(host: str) -> None:
    """Raise Undeliverable where a name leads into a network of ours: a webhook must not be a way in (OWASP: SSRF)."""
    try:
        found = {info[4][0] for info in socket.getaddrinfo(host, None, proto=socket.IPPROTO_TCP)}
    except (OSError, UnicodeError) as trouble:
        raise Undeliverable(f"{host}: {trouble}") from trouble
    inside = sorted(str(a) for a in found if not ip_address(str(a).partition("%")[0]).is_global)
    if inside:
        raise Undeliverable(f"{host} is {inside[0]}, which is no address of the open internet")


def call(delivery: Delivery, headers: Mapping[str, str]) -> None:
    """POST a webhook. Whatever is not 2xx is tried again; no redirect is followed, since it would take the signature."""
    sent = {"content-type": "application/json", "user-agent": "gadong-webhooks", **headers}
    try:
        answer = httpx2.post(
            delivery.address,
            content=delivery.body.encode(),
            headers=sent,
            timeout=PATIENCE_SECONDS,
            follow_redirects=False,
        )
    except (httpx2.HTTPError, httpx2.InvalidURL) as trouble:
        raise Undeliverable(f"{type(trouble).__name__}: {trouble}") from trouble
    if not answer.is_success:
        raise Undeliverable(f"answered {answer.status_code}")
