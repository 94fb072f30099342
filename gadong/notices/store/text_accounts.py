"""A centre's account at a provider of text messages, and the numbers that messages go to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg.types.json import Jsonb

from gadong.core.database import Tx, many, one, run
from gadong.core.domain.ids import CentreId, PersonId
from gadong.core.store.queries import statements
from gadong.notices.domain.text_messages import TextAccount

SQL = statements(__file__)


@dataclass(frozen=True, slots=True, kw_only=True)
class TextRecipient:
    """A person's number for text messages; `muted` kinds are not sent."""

    number: str
    language: str
    muted: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class SentText:
    """A text message with the result of its attempts."""

    id: UUID
    kind: str
    state: str
    attempts: int
    last_error: str
    created_at: datetime
    body: str


def keep(tx: Tx, account: TextAccount) -> None:
    """Insert or replace a centre's account, whose secret is encrypted."""
    run(
        tx,
        SQL["keep"],
        centre_id=account.centre_id,
        provider=account.provider,
        url=account.url,
        api_key=account.api_key,
        sealed=account.secret,
        sender_number=account.sender_number,
        channel=account.channel,
        templates=Jsonb(dict(account.templates)),
    )


def account(tx: Tx, centre_id: CentreId) -> TextAccount | None:
    """Return the centre's account, or None."""
    row = one(tx, SQL["account"], centre_id=centre_id)
    return TextAccount(**row) if row else None


def every(tx: Tx) -> list[TextAccount]:
    """Return all accounts, held until the transaction ends."""
    return [TextAccount(**row) for row in many(tx, SQL["every"])]


def remove(tx: Tx, centre_id: CentreId) -> bool:
    """Delete the centre's account and give up its due messages; return False if there is none."""
    run(tx, SQL["give_up"], centre_id=centre_id)
    return bool(run(tx, SQL["remove"], centre_id=centre_id))


def recipient(tx: Tx, person_id: PersonId) -> TextRecipient | None:
    """Return the number to which the person's text messages go, or None."""
    row = one(tx, SQL["recipient"], person_id=person_id)
    return TextRecipient(**row) if row else None


def sent_by_text(tx: Tx, centre_id: CentreId) -> list[SentText]:
    """Return the centre's last two hundred text messages."""
    return [SentText(**row) for row in many(tx, SQL["sent_by_text"], centre_id=centre_id)]
