"""A centre's account at a provider of text messages, and the messages that go there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from gadong.core.database import Pool, Tx, transaction
from gadong.core.domain.access import SYSTEM, Caller, Right
from gadong.core.domain.delivery import Delivery
from gadong.core.domain.ids import CentreId, PersonId
from gadong.core.domain.problem import Invalid, NotFound
from gadong.core.services.sealing import Keyring, is_sealed
from gadong.core.store.outbox import OutboxEvent
from gadong.notices.domain.program_address import need_address
from gadong.notices.domain.text_messages import (
    PROVIDERS,
    ProviderCall,
    TextAccount,
    TextMessage,
    read,
    written,
)
from gadong.notices.store import text_accounts
from gadong.notices.store.text_accounts import SentText
from gadong.people.domain.phone_number import need_phone, receives_texts
from gadong.texts.notices import NOTICES


def set_account(
    pool: Pool, who: Caller, account: TextAccount, *, keys: Keyring, allow_local: bool = False
) -> None:
    """Set the centre's account. An empty secret keeps the one before."""
    permit = who.need(account.centre_id, Right.RULES_WORK)
    provider = PROVIDERS.get(account.provider)
    if provider is None:
        raise Invalid(f"Providers are {', '.join(PROVIDERS)}", field="provider")
    if unknown := sorted(account.templates.keys() - NOTICES.keys()):
        raise Invalid(
            f"There is no notice {unknown[0]}; known are {', '.join(NOTICES)}", field="templates"
        )
    if account.templates and not account.channel:
        raise Invalid("Templates need the Kakao channel", field="channel")
    url = account.url or provider.url
    need_address(url, allow_local=allow_local)
    number = need_phone(account.sender_number, field="sender_number")
    with transaction(pool, permit) as tx:
        kept = text_accounts.account(tx, account.centre_id)
        if account.secret:
            sealed = keys.seal(account.secret, _about(account.centre_id))
        elif kept:
            sealed = kept.secret
        else:
            raise Invalid("Give the provider's secret", field="secret")
        made = replace(account, url=url, secret=sealed, sender_number=number)
        text_accounts.keep(tx, made)


def account_of(pool: Pool, who: Caller, centre: CentreId) -> TextAccount:
    """Return the centre's account, without its secret; raise NotFound if there is none."""
    with transaction(pool, who.need(centre, Right.RULES_WORK)) as tx:
        kept = text_accounts.account(tx, centre)
    if kept is None:
        raise NotFound("The centre has no account for text messages")
    return replace(kept, secret="")


def remove_account(pool: Pool, who: Caller, centre: CentreId) -> None:
    """Delete the centre's account with its secret; its due messages are given up."""
    with transaction(pool, who.need(centre, Right.RULES_WORK)) as tx:
        if not text_accounts.remove(tx, centre):
            raise NotFound("The centre has no account for text messages")


def log_of(pool: Pool, who: Caller, centre: CentreId) -> list[SentText]:
    """Return the centre's last two hundred text messages, with their results.

    One that brings a link is its person's alone, so that its text is left out.
    """
    with transaction(pool, who.need(centre, Right.RULES_WORK)) as tx:
        sent = text_accounts.sent_by_text(tx, centre)
    return [replace(one, body=written("", {})) if is_sealed(one.body) else one for one in sent]


def text_for(
    tx: Tx, event: OutboxEvent, person_id: PersonId, figures: Mapping[str, str]
) -> Delivery | None:
    """Return the text message of an event for a person; None where none is sent.

    It is sent where the centre has an account, the number is a mobile one, and the person receives
    text messages. Such a person has no login or asked for text messages, and did not mute the kind.
    """
    words, recipient = NOTICES.get(event.kind), text_accounts.recipient(tx, person_id)
    if words is None or recipient is None or event.kind in recipient.muted:
        return None
    if not receives_texts(recipient.number) or text_accounts.account(tx, event.centre_id) is None:
        return None
    subject, sentence = words.say(recipient.language, figures)
    return Delivery(
        id=event.id,
        centre_id=event.centre_id,
        channel="text",
        kind=event.kind,
        address=recipient.number,
        subject=subject,
        body=written(f"[{figures['centre']}] {sentence}", figures),
        created_at=event.created_at,
    )


def call_of(
    pool: Pool, delivery: Delivery, keys: Keyring, *, now: datetime, salt: str
) -> tuple[ProviderCall, TextAccount]:
    """Return the provider's call of a text message; for the scheduler, which sends it."""
    with transaction(pool, SYSTEM) as tx:
        account = text_accounts.account(tx, delivery.centre_id)
    if account is None:
        raise NotFound("The centre has no account for text messages")
    opened = replace(account, secret=keys.open(account.secret, _about(account.centre_id)))
    sentence, figures = read(delivery.body)
    message = TextMessage(
        id=delivery.id, kind=delivery.kind, to=delivery.address, text=sentence, figures=figures
    )
    return PROVIDERS[account.provider].call(opened, message, now, salt), account


def rotate(pool: Pool, who: Caller, keys: Keyring) -> int:
    """Encrypt every provider's secret by the first key that is not yet; return how many."""
    permit, done = who.need_administrator(), 0
    with transaction(pool, permit) as tx:
        for account in text_accounts.every(tx):
            if keys.is_present(account.secret):
                continue
            about = _about(account.centre_id)
            sealed = keys.seal(keys.open(account.secret, about), about)
            text_accounts.keep(tx, replace(account, secret=sealed))
            done += 1
    return done


def _about(centre_id: CentreId) -> str:
    """Return of what an account's secret is, for `seal` and `open`."""
    return f"text messages of centre {centre_id}"
