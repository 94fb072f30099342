"""How mail and webhooks leave the house."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Mapping
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from ipaddress import ip_address, ip_network
from urllib.parse import unquote, urlsplit

import aiosmtplib
import httpx2

from gadong.booking.domain import ical
from gadong.core.domain.delivery import Delivery
from gadong.notices.services.notice_delivery import Carrier, Enclosed, Undeliverable
from gadong.settings import Settings

# A mail server or a webhook that takes longer in all is tried again later; its centre's others wait behind it.
PATIENCE_SECONDS = 10
# Addresses of the open internet that carry another address inside: translation (NAT64), 6to4 and Teredo tunnels.
DISGUISED = tuple(
    ip_network(net) for net in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::/96")
)


def carriers(settings: Settings) -> dict[str, Carrier]:
    """What this installation can send by."""
    found: dict[str, Carrier] = {"webhook": caller(allow_local=settings.insecure_cookies)}
    if settings.smtp_url:
        found["mail"] = mailer(settings.smtp_url, settings.mail_from)
    return found


def mailer(url: str, sender: str) -> Carrier:
    """A carrier of mail through the server at the address."""
    parts = urlsplit(url)
    if parts.scheme not in {"smtp", "smtps", "smtp+starttls"} or not parts.hostname:
        raise ValueError(
            "GADONG_SMTP_URL is smtps://host:port, smtp+starttls://host:port or smtp://host:port"
        )
    # None takes STARTTLS where it is offered; whoever stands between can take the offer away.
    start_tls = True if parts.scheme == "smtp+starttls" else None

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
                    start_tls=start_tls if parts.scheme != "smtps" else False,
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


def caller(*, allow_local: bool, patience: float = PATIENCE_SECONDS) -> Carrier:
    """A carrier of webhooks; `allow_local` lets them go to this computer, where no other service listens."""

    def carry(delivery: Delivery, headers: Mapping[str, str], enclosed: Enclosed | None) -> None:  # noqa: ARG001  # likewise
        parts = urlsplit(delivery.address)
        # The name is looked up once, here: what is connected to is what was looked at.
        address = "" if allow_local else need_public(parts.hostname or "")
        call(delivery, headers, address=address, patience=patience)

    return carry


def need_public(host: str) -> str:
    """Return an address of a host; Undeliverable where a name leads into a network of ours (OWASP: SSRF)."""
    try:
        found = {info[4][0] for info in socket.getaddrinfo(host, None, proto=socket.IPPROTO_TCP)}
    except (OSError, UnicodeError) as trouble:
        raise Undeliverable(f"{host}: {trouble}") from trouble
    inside = sorted(str(a) for a in found if not is_public(str(a)))
    if inside:
        raise Undeliverable(f"{host} is {inside[0]}, which is no address of the open internet")
    return str(min(found, key=lambda a: (":" in str(a), str(a))))


def is_public(address: str) -> bool:
    """Say whether an address is one computer's on the open internet, and no other address in disguise."""
    found = ip_address(address.partition("%")[0])
    return found.is_global and not found.is_multicast and not any(found in net for net in DISGUISED)


def call(
    delivery: Delivery,
    headers: Mapping[str, str],
    *,
    address: str = "",
    patience: float = PATIENCE_SECONDS,
) -> None:
    """POST a webhook, at an address that its name was looked up to. Whatever is not 2xx is tried again.

    No redirect is followed, since it would take the signature. Of the answer the status counts; the rest is not read.
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


async def _status(delivery: Delivery, headers: Mapping[str, str], address: str, patience: float) -> int:
    """Send it and return the answer's status, within the patience in all: a client's own timeouts are of each read."""
    url = httpx2.URL(delivery.address)
    sent, extensions = dict(headers), {}
    if address:
        sent["host"] = url.netloc.decode()
        # The certificate is still the name's.
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
