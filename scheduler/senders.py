"""Senders of mail and webhooks."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Mapping
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from urllib.parse import unquote, urlsplit

import aiosmtplib
import httpx2

from gadong.booking.domain import ical
from gadong.core.domain.delivery import Delivery
from gadong.core.domain.network_address import is_public
from gadong.notices.services.notice_delivery import Enclosed, Sender, Undeliverable
from gadong.settings import Settings

# A slower mail server or webhook is tried again later; its centre's other deliveries wait
# meanwhile.
PATIENCE_SECONDS = 10
# Public addresses that contain another address: translation (NAT64), 6to4 and Teredo tunnels.


def senders_of(settings: Settings) -> dict[str, Sender]:
    """Return the installation's senders by channel."""
    by_channel: dict[str, Sender] = {
        "webhook": webhook_sender(allow_local=settings.insecure_cookies)
    }
    if settings.smtp_url:
        by_channel["mail"] = mail_sender(settings.smtp_url, settings.mail_from)
    return by_channel


def mail_sender(url: str, sender: str) -> Sender:
    """Return a sender of mail through the server at the address."""
    parts = urlsplit(url)
    if parts.scheme not in {"smtp", "smtps", "smtp+starttls"} or not parts.hostname:
        raise ValueError(
            "GADONG_SMTP_URL is smtps://host:port, smtp+starttls://host:port or smtp://host:port"
        )
    # None takes STARTTLS if it is offered; an attacker in between can remove the offer.
    start_tls = True if parts.scheme == "smtp+starttls" else None

    def send(delivery: Delivery, headers: Mapping[str, str], enclosed: Enclosed | None) -> None:  # noqa: ARG001  # every sender has one shape
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
                    start_tls=start_tls if parts.scheme != "smtps" else False,
                    timeout=PATIENCE_SECONDS,
                )
            )
        except (aiosmtplib.SMTPException, OSError, ValueError) as trouble:
            raise Undeliverable(f"{parts.hostname}: {trouble}") from trouble

    return send


def _message(delivery: Delivery, sender: str, enclosed: Enclosed | None) -> EmailMessage:
    """Return the delivery as mail; raise ValueError for a value that no header can hold."""
    message = EmailMessage()
    message["From"], message["To"] = sender, delivery.address
    # A machine's name may hold a line break, and a header may not.
    message["Subject"] = " ".join(delivery.subject.split())
    # The id is the same at each attempt: a mailbox that gets the mail twice shows it once.
    message["Message-ID"] = f"<{delivery.id}@{sender.rpartition('@')[2]}>"
    message["Date"] = format_datetime(delivery.created_at)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(delivery.body)
    if enclosed:
        name, content = enclosed
        if name.endswith(".ics"):
            _invite(message, content.decode(), sender, name)
        else:
            message.add_attachment(content, maintype="application", subtype="pdf", filename=name)
    return message


def _invite(message: EmailMessage, invitation: str, sender: str, name: str) -> None:
    """Add an invitation twice: as what Outlook and Gmail act on, and as the file that others open."""
    written, method = ical.organised(invitation, parseaddr(sender)[1])
    message.add_alternative(written, subtype="calendar", params={"method": method})
    message.add_attachment(written, subtype="calendar", filename=name, params={"method": method})


def webhook_sender(*, allow_local: bool, patience: float = PATIENCE_SECONDS) -> Sender:
    """Return a sender of webhooks.

    `allow_local` permits them to go to this computer, where no other service listens.
    """

    def send(delivery: Delivery, headers: Mapping[str, str], enclosed: Enclosed | None) -> None:  # noqa: ARG001  # likewise
        parts = urlsplit(delivery.address)
        # The name is resolved once, here, so that the connection goes to the checked address.
        address = "" if allow_local else need_public(parts.hostname or "")
        call_webhook(delivery, headers, address=address, patience=patience)

    return send


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


def call_webhook(
    delivery: Delivery,
    headers: Mapping[str, str],
    *,
    address: str = "",
    patience: float = PATIENCE_SECONDS,
) -> None:
    """POST a webhook to the address that its name resolved to; raise Undeliverable unless 2xx.

    No redirect is followed, since a redirect would take the signature along. Only the answer's
    status is read.
    """
    sent = {"content-type": "application/json", "user-agent": "gadong-webhooks", **headers}
    try:
        status = asyncio.run(_status(delivery, sent, address, patience))
    except TimeoutError as trouble:
        raise Undeliverable(f"no answer within {patience} s") from trouble
    except (httpx2.HTTPError, httpx2.InvalidURL) as trouble:
        raise Undeliverable(f"{type(trouble).__name__}: {trouble}") from trouble
    if not 200 <= status < 300:
        raise Undeliverable(f"answered {status}")


async def _status(
    delivery: Delivery, headers: Mapping[str, str], address: str, patience: float
) -> int:
    """Send the webhook and return the status, within the timeout in all.

    A client's own timeouts apply to each read.
    """
    url = httpx2.URL(delivery.address)
    sent, extensions = dict(headers), {}
    if address:
        sent["host"] = url.netloc.decode()
        # The certificate is still checked against the name.
        extensions = {"sni_hostname": url.host}
        url = url.copy_with(host=address)
    async with (
        asyncio.timeout(patience),
        httpx2.AsyncClient(timeout=patience, follow_redirects=False, trust_env=False) as client,
        client.stream(
            "POST", url, content=delivery.body.encode(), headers=sent, extensions=extensions
        ) as answer,
    ):
        return answer.status_code
