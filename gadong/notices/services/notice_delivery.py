"""Publication of outbox events as notices, mail, texts and webhooks, sent later and tried again."""

from __future__ import annotations

import hmac
import json
from base64 import b64encode
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256
from time import monotonic
from uuid import UUID, uuid5

from gadong.billing.services.documents import statement_pdf
from gadong.core.database import Pool, Tx, transaction
from gadong.core.domain.access import SYSTEM, Caller, Role
from gadong.core.domain.clock import write_instant
from gadong.core.domain.delivery import Delivery, Enclosure, Webhook, delivery_id
from gadong.core.domain.ids import CentreId, CompanyId, MachineId, PersonId, StatementId
from gadong.core.domain.problem import Conflict, GadongError, Invalid, NotFound
from gadong.core.services.sealing import Keyring, about_letter, is_sealed
from gadong.core.store import deliveries, outbox
from gadong.core.store.outbox import OutboxEvent
from gadong.machines.store import machines
from gadong.notices.domain.preferences import Preferences
from gadong.notices.services import (
    answer_links,
    invitations,
    job_news,
    push_subscriptions,
    text_messages,
)
from gadong.notices.services.answer_links import MailedLinks
from gadong.notices.store import preferences as kept_preferences
from gadong.people.store import people
from gadong.texts.catalogue import paper_language
from gadong.texts.notices import NOTICES

EVENTS_AT_ONCE = 100
# Stands where nobody gave a reason.
NO_REASON = "–"
# The schedule that Standard Webhooks suggests: over three days in all. Then the delivery has failed
# and can be replayed.
WAITS = tuple(
    timedelta(seconds=s) for s in (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
)
# A tick waits for every turn: two unanswered deliveries (scheduler/senders.py) and some quick ones.
TURN_SECONDS = 20.0
# Half of the scheduler's connections (settings.database_connections).
CENTRES_AT_ONCE = 8


class Undeliverable(GadongError):
    """A delivery was not accepted; the message says by whom and why."""

    code = "undeliverable"


class ReceiverGone(Undeliverable):
    """The receiver is there no more, so that the delivery is not tried again."""


#: The name of the file that a mail about a booking brings along.
INVITATION = "invite.ics"
#: A document that goes with a mail: its name, and the PDF or the invitation.
Enclosed = tuple[str, bytes]
#: A function that sends one delivery, with a webhook's headers or a mail's enclosure.
SendNotice = Callable[[Delivery, Mapping[str, str], Enclosed | None], None]
#: The roles that receive an event addressed to a centre's staff.
ADDRESSED: Mapping[str, tuple[Role, ...]] = {
    "managers": (Role.MANAGER,),
    "floor": (Role.MANAGER, Role.TECHNICIAN),
}
#: Addresses an event to the person that it names while of the firm, else to all the firm's people.
OF_FIRM = "firm"
#: Kinds of events whose mail encloses the document.
ENCLOSING = frozenset({"statement.issued", "statement.check", "statement.corrected"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Senders:
    """The senders by channel, the installation's secret for webhooks' signatures, and the keys of
    sealed mail.
    """

    by_channel: Mapping[str, SendNotice]
    secret: str
    keys: Keyring = field(default_factory=lambda: Keyring(()))


def publish_outbox(tx: Tx, *, links: MailedLinks | None = None) -> int:
    """Publish due events as notices and deliveries in one transaction; return their number.

    Without `links` no letter with a link is made.
    """
    published = 0
    while events := outbox.due_events(tx, EVENTS_AT_ONCE):
        for event in events:
            for one in job_news.addressed(tx, event) if event.kind in job_news.KINDS else [event]:
                _publish(tx, one, links)
            outbox.sent(tx, event.id)
        published += len(events)
    return published


def deliver(pool: Pool, senders: Senders, *, now: datetime) -> int:
    """Send the due deliveries and return how many were accepted (at least once each).

    Each centre has a turn of its own beside the others'. A turn lasts no longer than a few
    unanswered deliveries, so one centre's webhooks delay no other centre.
    """
    with transaction(pool, SYSTEM) as tx:
        due = deliveries.due_centres(tx, list(senders.by_channel), now=now)
    if not due:
        return 0
    with ThreadPoolExecutor(max_workers=min(len(due), CENTRES_AT_ONCE)) as turns:
        return sum(turns.map(lambda centre: _deliver_of(pool, senders, centre, now), due))


def _deliver_of(pool: Pool, senders: Senders, centre: CentreId, now: datetime) -> int:
    """Send a centre's due deliveries one after the other, until none is left or the turn is
    over.
    """
    taken, ends = 0, monotonic() + TURN_SECONDS
    while monotonic() < ends:
        with transaction(pool, SYSTEM) as tx:
            delivery = deliveries.claim(tx, centre, list(senders.by_channel), now=now)
        if delivery is None:
            return taken
        try:
            headers = (
                signature(senders.secret, delivery, now) if delivery.channel == "webhook" else {}
            )
            enclosed = (
                statement_pdf.enclosed(pool, delivery.encloses) if delivery.encloses else None
            )
            if delivery.invitation:
                enclosed = INVITATION, delivery.invitation.encode()
            senders.by_channel[delivery.channel](_opened(delivery, senders.keys), headers, enclosed)
        except Undeliverable as trouble:
            is_over = isinstance(trouble, ReceiverGone) or delivery.attempts > len(WAITS)
            wait = None if is_over else WAITS[delivery.attempts - 1]
            with transaction(pool, SYSTEM) as tx:
                again = now + wait if wait else None
                deliveries.failed(tx, delivery.id, again=again, error=str(trouble))
            continue
        with transaction(pool, SYSTEM) as tx:
            deliveries.sent(tx, delivery.id)
        taken += 1
    return taken


def _opened(delivery: Delivery, keys: Keyring) -> Delivery:
    """Return a letter with its words, which wait encrypted where they hold a link that opens."""
    if not is_sealed(delivery.body):
        return delivery
    try:
        return replace(delivery, body=keys.open(delivery.body, about_letter(delivery.id)))
    except Conflict as trouble:
        raise Undeliverable(str(trouble)) from trouble


def signature(secret: str, delivery: Delivery, now: datetime) -> dict[str, str]:
    """Return the headers of Standard Webhooks 1.0: id, time, and an HMAC over both and the body."""
    stamp = str(int(now.timestamp()))
    key = webhook_key(secret, delivery.webhook_id or delivery.id)
    signed = hmac.new(key, f"{delivery.id}.{stamp}.{delivery.body}".encode(), sha256).digest()
    return {
        "webhook-id": str(delivery.id),
        "webhook-timestamp": stamp,
        "webhook-signature": f"v1,{b64encode(signed).decode()}",
    }


def preferences(pool: Pool, who: Caller) -> Preferences:
    """Return the caller's preferences for notices."""
    with transaction(pool, who.need_account()) as tx:
        found = kept_preferences.preferences(tx, who.person_id)
    if found is None:
        raise NotFound
    return found


def prefer(pool: Pool, who: Caller, *, language: str, by_mail: bool, muted: list[str]) -> None:
    """Set the caller's preferences for notices."""
    unknown = sorted(set(muted) - NOTICES.keys())
    if unknown:
        raise Invalid(
            f"There is no notice {unknown[0]}; known are {', '.join(NOTICES)}", field="muted"
        )
    with transaction(pool, who.need_account()) as tx:
        kept_preferences.prefer(tx, who.person_id, language=language, by_mail=by_mail, muted=muted)


def _publish(tx: Tx, event: OutboxEvent, links: MailedLinks | None) -> None:
    company, person = event.data.get("company"), event.data.get("person")
    company_id = CompanyId(UUID(company)) if company else None
    if roles := ADDRESSED.get(event.data.get("to", "")):
        recipients = people.staff_who_are(tx, event.centre_id, *roles)
    elif person is not None and event.data.get("to") != OF_FIRM:
        recipients = [PersonId(UUID(person))]
    else:
        there = people.people_of(tx, company_id) if company_id else []
        # A person who left the firm since is told nothing of it; the others are.
        recipients = [one for one in there if str(one) == person] or there
    figures = _figures(tx, event)
    for recipient in recipients:
        outbox.insert_notice(tx, event, company_id=company_id, person_id=recipient)
        letters = [_mail(tx, event, recipient, figures)]
        if text := text_messages.text_for(tx, event, recipient, figures):
            text_id = delivery_id(event.id, uuid5(recipient, "text"))
            letters.append(replace(text, id=text_id))
        ready = [letter for letter in letters if letter]
        if event.kind in answer_links.KINDS:
            ready = answer_links.with_link(tx, event, recipient, ready, links)
        else:
            ready += push_subscriptions.pushes_for(tx, event, recipient, figures)
        for letter in ready:
            deliveries.insert_once(tx, letter)
    if event.kind in answer_links.KINDS:
        # A webhook is the centre's, and no centre learns whom a request concerns (ADR 67).
        return
    for webhook in deliveries.webhooks(tx, event.centre_id):
        if not webhook.kinds or any(event.kind.startswith(kind) for kind in webhook.kinds):
            _add_webhook_call(tx, event, webhook, figures)


def _mail(
    tx: Tx, event: OutboxEvent, person_id: PersonId, figures: Mapping[str, str]
) -> Delivery | None:
    """Return the mail of an event to a person; None where none is sent."""
    preference = kept_preferences.preferences(tx, person_id)
    words = NOTICES.get(event.kind)
    if (
        preference is None
        or words is None
        or not preference.by_mail
        or event.kind in preference.muted
    ):
        return None
    subject, body = words.say(preference.language, figures)
    return Delivery(
        id=delivery_id(event.id, person_id),
        centre_id=event.centre_id,
        channel="mail",
        kind=event.kind,
        address=preference.email,
        subject=subject,
        body=f"{body}\n\n{figures['centre']}\n",
        created_at=event.created_at,
        encloses=_enclosure(event, preference.language),
        invitation=invitations.of_letter(tx, event, person_id, preference.email),
    )


def _enclosure(event: OutboxEvent, language: str) -> Enclosure | None:
    """Return the document that the event's mail encloses, or None."""
    if event.kind not in ENCLOSING:
        return None
    is_correction = event.kind == "statement.corrected"
    return Enclosure(
        statement_id=StatementId(UUID(event.data["statement"])),
        correction=event.data["number"] if is_correction else "",
        language=paper_language(language),
    )


def _add_webhook_call(
    tx: Tx, event: OutboxEvent, webhook: Webhook, figures: Mapping[str, str]
) -> None:
    words = NOTICES.get(event.kind)
    sentences = (
        {language: words.say(language, figures)[1] for language in ("ko", "en")} if words else {}
    )
    payload = {
        "type": event.kind,
        "timestamp": write_instant(event.created_at),
        "data": {**event.data, **sentences},
    }
    deliveries.insert_once(
        tx,
        Delivery(
            id=delivery_id(event.id, webhook.id),
            centre_id=event.centre_id,
            channel="webhook",
            kind=event.kind,
            address=webhook.url,
            webhook_id=webhook.id,
            body=json.dumps(payload, ensure_ascii=False, sort_keys=True),
            created_at=event.created_at,
        ),
    )


def _figures(tx: Tx, event: OutboxEvent) -> dict[str, str]:
    """Return the figures of the sentences, with times in the centre's zone."""
    centre = people.centre(tx, event.centre_id)
    if centre is None:
        raise NotFound
    named = event.data.get("machine")
    machine = machines.by_id(tx, MachineId(UUID(named))) if named else None

    def local(name: str, form: str) -> str:
        text = event.data.get(name)
        return datetime.fromisoformat(text).astimezone(centre.zone).strftime(form) if text else ""

    day, hour = "%Y-%m-%d %H:%M", "%H:%M"
    others = event.data.get("bookings", "").count(",")
    # Bookings that were made together are told once.
    more = f" (+{others})" if others else ""
    one_day = local("start", "%Y-%m-%d") == local("end", "%Y-%m-%d")
    return {
        "centre": centre.name,
        "machine": machine.name_ko if machine else "",
        "when": f"{local('start', day)}–{local('end', hour if one_day else day)}{more}",
        "until": local("until", day),
        "expected": local("expected_end", hour) or _instead(tx, event, local),
        "number": str(event.data.get("number", "")),
        "minutes": str(event.data.get("minutes", "")),
        "month": str(event.data.get("month", "")),
        "code": str(event.data.get("code", "")),
        "device": str(event.data.get("device", "")),
        "due_on": str(event.data.get("due_on", "")),
        "reason": str(event.data.get("reason", NO_REASON)),
    }


def _instead(tx: Tx, event: OutboxEvent, local: Callable[[str, str], str]) -> str:
    """Return the alternative machine and time; empty if the event has none."""
    slug = event.data.get("instead")
    if not slug:
        return ""
    found = [m for m in machines.by_slug(tx, slug) if m.centre_id == event.centre_id]
    name = found[0].name_ko if found else slug
    is_one_day = local("instead_start", "%d") == local("instead_end", "%d")
    until = local("instead_end", "%H:%M" if is_one_day else "%Y-%m-%d %H:%M")
    return f"{name} {local('instead_start', '%Y-%m-%d %H:%M')}–{until}"


def webhook_key(secret: str, webhook_id: UUID) -> bytes:
    return hmac.new(secret.encode(), b"webhook " + webhook_id.bytes, sha256).digest()
