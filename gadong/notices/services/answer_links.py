"""Letters that ask for an answer: the link is made with them, and they wait encrypted."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from gadong.core.database import Tx, clock
from gadong.core.domain.delivery import Delivery
from gadong.core.domain.ids import PersonId
from gadong.core.services.sealing import Keyring, about_letter
from gadong.core.store.outbox import OutboxEvent
from gadong.notices.domain.text_messages import read, written
from gadong.notices.store import preferences, text_accounts
from gadong.satisfaction.services import requests

log = logging.getLogger(__name__)

#: The kinds of events whose letters bring a link.
KINDS = frozenset(requests.ASKED.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class MailedLinks:
    """The installation's public address for links in letters, and the keys that encrypt them."""

    public_url: str
    keys: Keyring

    @property
    def can_be_sent(self) -> bool:
        """Return whether a letter with a link can be written."""
        return bool(self.public_url) and self.keys.can_seal


def with_link(
    tx: Tx,
    event: OutboxEvent,
    person_id: PersonId,
    letters: Sequence[Delivery],
    links: MailedLinks | None,
) -> list[Delivery]:
    """Return the letters of a request with its link, encrypted.

    Nothing is sent where nobody receives a letter, where the request was answered, or where the
    installation has no public address or no key. In these cases the request does not count as
    sent.
    """
    if not letters:
        return []
    if links is None or not links.can_be_sent:
        log.warning("link not sent", extra={"event": str(event.id), "kind": event.kind})
        return []
    path = requests.open_link(
        tx,
        UUID(event.data["request"]),
        language=_language(tx, person_id),
        now=clock(tx),
    )
    if path is None:
        return []
    address = links.public_url.rstrip("/") + path
    return [_sealed(_with(letter, address), links.keys) for letter in letters]


def _with(letter: Delivery, address: str) -> Delivery:
    """Return a letter with the link at its end, and in a text message's figures."""
    if letter.channel == "text":
        sentence, figures = read(letter.body)
        return replace(letter, body=written(f"{sentence}\n{address}", {**figures, "link": address}))
    return replace(letter, body=f"{letter.body}\n{address}\n")


def _sealed(letter: Delivery, keys: Keyring) -> Delivery:
    return replace(letter, body=keys.seal(letter.body, about_letter(letter.id)))


def _language(tx: Tx, person_id: PersonId) -> str:
    """Return the language of a person's letters, with a login or without."""
    known = preferences.preferences(tx, person_id) or text_accounts.recipient(tx, person_id)
    return known.language if known else "ko"
