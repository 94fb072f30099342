"""Browsers that show a person's notices by Web Push, and the messages that go there (ADR 57)."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric import ec

from gadong.core.database import Pool, Tx, alone, transaction
from gadong.core.domain.access import SYSTEM, Caller
from gadong.core.domain.delivery import Delivery, delivery_id
from gadong.core.domain.ids import PersonId, new_id
from gadong.core.domain.problem import Conflict, NotFound, SessionNeeded
from gadong.core.services.sealing import Keyring
from gadong.core.store.outbox import OutboxEvent
from gadong.notices.domain import push_message
from gadong.notices.domain.push_message import BrowserKeys
from gadong.notices.store import preferences, push_subscriptions
from gadong.notices.store.push_subscriptions import PushBrowser
from gadong.texts.catalogue import TAGS
from gadong.texts.notices import NOTICES

# A person's telephones, tablets and computers; more would be forgotten ones.
MAX_BROWSERS = 10
# A telephone that is off for longer shows what it missed on the page of notices.
KEPT_BY_SERVER = timedelta(days=1)
# With the sentence at most three bytes a letter, far below MAX_MESSAGE_BYTES.
MAX_LETTERS = 800


@dataclass(frozen=True, slots=True, kw_only=True)
class PushCall:
    """A POST to a push server."""

    url: str
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


def server_key(secret: str, keys: Keyring) -> str:
    """Return the installation's public key, which a browser asks for; empty where it has none."""
    return push_message.public_text(push_message.sender_key(secret)) if keys.can_seal else ""


def subscribe(
    pool: Pool, who: Caller, told: BrowserKeys, *, browser: str, keys: Keyring, now: datetime
) -> None:
    """Show the caller's notices in the browser of this session, until the session is ended."""
    permit = who.need_account()
    if who.session is None:
        raise SessionNeeded
    made = PushBrowser(
        id=new_id(), person_id=who.person_id, sealed="", browser=browser, created_at=now
    )
    made = replace(made, sealed=keys.seal(told.written(), _about(made.id)))
    with transaction(pool, permit) as tx:
        alone(tx, f"push subscriptions of {who.person_id}")
        push_subscriptions.remove_endpoint(tx, told.endpoint)
        if len(push_subscriptions.of_person(tx, who.person_id)) >= MAX_BROWSERS:
            raise Conflict(f"Notices are shown in at most {MAX_BROWSERS} browsers; end one first")
        push_subscriptions.insert(tx, made, endpoint=told.endpoint, credential_id=who.session.id)


def use(pool: Pool, who: Caller, endpoint: str) -> bool:
    """Give the browser to the caller's session; end it where it showed another person's notices.

    Return whether it shows the caller's.
    """
    permit = who.need_account()
    if who.session is None:
        raise SessionNeeded
    with transaction(pool, permit) as tx:
        if push_subscriptions.use(tx, who.person_id, endpoint, credential_id=who.session.id):
            return True
        push_subscriptions.remove_endpoint(tx, endpoint)
    return False


def of_caller(pool: Pool, who: Caller) -> list[PushBrowser]:
    """Return the browsers in which the caller's notices are shown."""
    with transaction(pool, who.need_account()) as tx:
        return push_subscriptions.of_person(tx, who.person_id)


def remove(pool: Pool, who: Caller, browser_id: UUID) -> None:
    """Show no further notice in one of the caller's browsers, which may have ended already."""
    with transaction(pool, who.need_account()) as tx:
        push_subscriptions.remove(tx, who.person_id, browser_id)


def pushes_for(
    tx: Tx, event: OutboxEvent, person_id: PersonId, figures: Mapping[str, str]
) -> list[Delivery]:
    """Return the messages of an event to a person's browsers; none for a kind that is muted."""
    preference, words = preferences.preferences(tx, person_id), NOTICES.get(event.kind)
    if preference is None or words is None or event.kind in preference.muted:
        return []
    subject, sentence = words.say(preference.language, figures)
    body = {
        "title": f"{subject} · {figures['centre']}",
        "body": sentence[:MAX_LETTERS],
        "lang": TAGS[preference.language],
        "url": page_of(event),
        "tag": str(event.id),
    }
    return [
        Delivery(
            id=delivery_id(event.id, browser.id),
            centre_id=event.centre_id,
            channel="push",
            kind=event.kind,
            address=str(browser.id),
            body=json.dumps(body, ensure_ascii=False),
            created_at=event.created_at,
        )
        for browser in push_subscriptions.of_person(tx, person_id)
    ]


def page_of(event: OutboxEvent) -> str:
    """Return the page that an event's notice leads to."""
    for name in ("booking", "statement", "commission"):
        if found := event.data.get(name):
            return f"/{name}s/{found}"
    return "/notices"


def call_of(
    pool: Pool, delivery: Delivery, keys: Keyring, *, secret: str, contact: str, now: datetime
) -> PushCall:
    """Return the call of a message to its browser; for the scheduler, which sends it.

    Raise NotFound where the browser has ended meanwhile.
    """
    with transaction(pool, SYSTEM) as tx:
        browser = push_subscriptions.by_id(tx, UUID(delivery.address))
    if browser is None:
        raise NotFound("The browser shows no notices any more")
    told = BrowserKeys.read(keys.open(browser.sealed, _about(browser.id)))
    body = push_message.encrypted(
        delivery.body.encode(),
        told,
        own=ec.generate_private_key(push_message.CURVE),
        salt=os.urandom(push_message.SALT_BYTES),
    )
    proof = push_message.proof(
        push_message.sender_key(secret), told.endpoint, contact=contact, now=now
    )
    headers = {
        "content-encoding": "aes128gcm",
        "content-type": "application/octet-stream",
        "ttl": str(int(KEPT_BY_SERVER.total_seconds())),
        "urgency": "normal",
        **proof,
    }
    return PushCall(url=told.endpoint, headers=headers, body=body)


def end(pool: Pool, delivery: Delivery) -> None:
    """Delete the browser of a message, which its push server does not know any more."""
    with transaction(pool, SYSTEM) as tx:
        push_subscriptions.end(tx, UUID(delivery.address))


def rotate(pool: Pool, who: Caller, keys: Keyring) -> int:
    """Encrypt every browser's keys by the first key that is not yet; return how many."""
    permit, done = who.need_administrator(), 0
    with transaction(pool, permit) as tx:
        for browser in push_subscriptions.every(tx):
            if not keys.is_present(browser.sealed):
                about = _about(browser.id)
                sealed = keys.seal(keys.open(browser.sealed, about), about)
                push_subscriptions.reseal(tx, browser.id, sealed)
                done += 1
    return done


def _about(browser_id: UUID) -> str:
    """Return of what a browser's keys are, for `seal` and `open`."""
    return f"push subscription {browser_id}"
