"""Senders of mail and webhooks."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from urllib.parse import unquote, urlsplit

import aiosmtplib

from gadong.booking.domain import ical
from gadong.core.domain.delivery import Delivery
from gadong.notices.services.notice_delivery import Enclosed, SendNotice, Undeliverable
from gadong.settings import Settings
from scheduler import outbound
from scheduler.outbound import PATIENCE_SECONDS


def senders_of(settings: Settings) -> dict[str, SendNotice]:
    """Return the installation's senders by channel."""
    by_channel: dict[str, SendNotice] = {
        "webhook": webhook_sender(allow_local=settings.insecure_cookies)
    }
    if settings.smtp_url:
        by_channel["mail"] = mail_sender(settings.smtp_url, settings.mail_from)
    return by_channel


def mail_sender(url: str, sender: str) -> SendNotice:
    """Return a sender of mail through the server at the address."""
    parts = urlsplit(url)
    if parts.scheme not in {"smtp", "smtps", "smtp+starttls"} or not parts.hostname:
        raise ValueError(
            "GADONG_SMTP_URL is smtps://host:port, smtp+starttls://host:port or smtp://host:port"
        )
    # None takes STARTTLS if it is offered; an attacker in between can remove the offer.
    start_tls = True if parts.scheme == "smtp+starttls" else None

    def send(delivery: Delivery, headers: Mapping[str, str], enclosed: Enclosed | None) -> None:
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
    """Add an invitation twice: as what Outlook and Gmail act on,
    and as the file that others open.
    """
    written, method = ical.organised(invitation, parseaddr(sender)[1])
    message.add_alternative(written, subtype="calendar", params={"method": method})
    message.add_attachment(written, subtype="calendar", filename=name, params={"method": method})


def webhook_sender(*, allow_local: bool, patience: float = PATIENCE_SECONDS) -> SendNotice:
    """Return a sender of webhooks, of whose answer only the status counts.

    `allow_local` permits them to go to this computer, where no other service listens.
    """

    def send(delivery: Delivery, headers: Mapping[str, str], enclosed: Enclosed | None) -> None:
        sent = {"content-type": "application/json", "user-agent": "gadong-webhooks", **headers}
        answer = outbound.post(
            delivery.address, delivery.body, sent, allow_local=allow_local, patience=patience
        )
        if not 200 <= answer.status < 300:
            raise Undeliverable(f"answered {answer.status}")

    return send
