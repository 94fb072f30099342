"""Changes of an account, of which its owner is notified by mail."""

from __future__ import annotations

from dataclasses import dataclass

from gadong.core.database import Tx
from gadong.core.domain.ids import PersonId
from gadong.people.services import account_mails
from gadong.texts.accounts import ACCOUNTS, body_of, subject_of


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountChange:
    """A change of an account about which its person is notified; `text` is a key of ACCOUNTS."""

    kind: str
    text: str


PASSWORD_CHANGED = AccountChange(kind="account.password", text="password_changed")

CODES_SET_UP = AccountChange(kind="account.codes", text="codes_set_up")

CODES_REMOVED = AccountChange(kind="account.codes", text="codes_removed")

PASSKEY_ADDED = AccountChange(kind="account.passkey", text="passkey_added")

PROVIDER_LINKED = AccountChange(kind="account.provider", text="provider_linked")

FEED_MADE = AccountChange(kind="account.feed", text="feed_made")

TOKEN_MADE = AccountChange(kind="account.token", text="token_made")


def tell_owner(tx: Tx, person_id: PersonId, change: AccountChange, *, why: str = "") -> None:
    """Mail a person that a credential was added or changed, and an administrator's reason."""
    account_mails.send(
        tx,
        person_id,
        kind=change.kind,
        subject=subject_of(change.text),
        body=body_of("warning")
        .replace("{ko}", ACCOUNTS[change.text].ko)
        .replace("{en}", ACCOUNTS[change.text].en)
        + (f"\n{ACCOUNTS['why'].in_both}: {why}\n" if why else ""),
    )
