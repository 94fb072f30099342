"""An administrator's acts on accounts: disable, enable, reset factors, name administrators.

Each act has a reason, is recorded, and is notified to the account's person.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from gadong.core.database import Pool, Tx, transaction
from gadong.core.domain.access import Caller, Permit
from gadong.core.domain.ids import PersonId
from gadong.core.domain.problem import Conflict, Invalid, NotFound
from gadong.core.store import audit
from gadong.people.services.account_changes import AccountChange, tell_owner
from gadong.people.services.account_recovery import end_everything
from gadong.people.store import account_administration, passkeys, people, second_factors
from gadong.people.store.account_administration import Account

MOST_FOUND = 50
LONGEST_REASON = 500
SHUT = AccountChange(kind="account.shut", text="shut")
OPENED = AccountChange(kind="account.opened", text="opened")
FACTORS_RESET = AccountChange(kind="account.factors", text="factors_reset")
NAMED = AccountChange(kind="account.named", text="administrator_named")
DISMISSED = AccountChange(kind="account.dismissed", text="administrator_dismissed")


def find(pool: Pool, who: Caller, part: str) -> Sequence[Account]:
    """Return the accounts with the text in their address or name."""
    permit = who.need_administrator()
    if not part.strip():
        raise Invalid("Name a part of the address or the name", field="part")
    with transaction(pool, permit) as tx:
        found = account_administration.accounts(tx, part.strip(), most=MOST_FOUND)
        audit.read(tx, "people", "", why="", centre_id=None)
        return found


def shut(pool: Pool, who: Caller, person: PersonId, *, reason: str, now: datetime) -> None:
    """Disable an account, and end its sessions and tokens."""

    def work(tx: Tx) -> AccountChange:
        _need_another(tx, who, person)
        end_everything(tx, person)
        if not account_administration.set_disabled(tx, person, is_shut=True):
            raise NotFound("There is no such person")
        return SHUT

    _done(pool, who, person, work, reason=reason, now=now)


def reopen(pool: Pool, who: Caller, person: PersonId, *, reason: str, now: datetime) -> None:
    """Enable an account that was disabled; its credentials work as before."""

    def work(tx: Tx) -> AccountChange:
        if not account_administration.set_disabled(tx, person, is_shut=False):
            raise NotFound("There is no such person")
        return OPENED

    _done(pool, who, person, work, reason=reason, now=now)


def reset_factors(pool: Pool, who: Caller, person: PersonId, *, reason: str, now: datetime) -> None:
    """Remove a person's lost one-time codes and passkeys.

    The password stays, and every session and token ends.
    """

    def work(tx: Tx) -> AccountChange:
        if people.person(tx, person) is None:
            raise NotFound("There is no such person")
        second_factors.remove(tx, person)
        for passkey in passkeys.of_person(tx, person):
            passkeys.remove(tx, person, passkey.id)
        end_everything(tx, person)
        return FACTORS_RESET

    _done(pool, who, person, work, reason=reason, now=now)


def set_administrator(
    pool: Pool, who: Caller, person: PersonId, *, is_administrator: bool, reason: str, now: datetime
) -> None:
    """Grant or revoke the administrator's role; raise Conflict for the last administrator."""

    def work(tx: Tx) -> AccountChange:
        if not is_administrator:
            _need_another(tx, who, person)
        if not account_administration.set_administrator(
            tx, person, is_administrator=is_administrator
        ):
            raise NotFound("There is no such person")
        return NAMED if is_administrator else DISMISSED

    _done(pool, who, person, work, reason=reason, now=now)


def _done(
    pool: Pool,
    who: Caller,
    person: PersonId,
    work: Callable[[Tx], AccountChange],
    *,
    reason: str,
    now: datetime,
) -> None:
    permit = _need_proven_administrator(who, now)
    if not 1 <= len(reason.strip()) <= LONGEST_REASON:
        raise Invalid("Say why", field="reason")
    with transaction(pool, permit) as tx:
        change = work(tx)
        tell_owner(tx, person, change, why=reason.strip())
        audit.explained(tx, "people", str(person), why=reason.strip())


def _need_proven_administrator(who: Caller, now: datetime) -> Permit:
    """Return the administrator's permit; the local command line has no session to prove."""
    permit = who.need_administrator()
    if who.known is not None:
        who.need_proven(now)
    return permit


def _need_another(tx: Tx, who: Caller, person: PersonId) -> None:
    """Raise Conflict if no other administrator would remain, as the database does too."""
    if account_administration.administrators(tx) == [person]:
        raise Conflict("An installation has at least one administrator; make another one first")
    if who.known == person:
        raise Conflict("Another administrator does this to you; you may leave under your account")
