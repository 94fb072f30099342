"""A new password for a device whose password is lost: another account for the same topics."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from gadong.core.database import Pool, Tx, alone, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.ids import CentreId
from gadong.core.domain.problem import Conflict, NotFound
from gadong.core.domain.secret import need_secret
from gadong.machines.domain.broker_accounts import password
from gadong.machines.domain.device_account import DeviceAccount
from gadong.machines.services import device_accounts
from gadong.machines.store import device_accounts as store

# Of a double click the browser shows the second answer alone: it repeats the first one.
REPEATED_WITHIN = timedelta(seconds=10)


def reissue(
    pool: Pool, who: Caller, account_id: UUID, *, reason: str, secret: str, now: datetime
) -> tuple[DeviceAccount, str]:
    """Replace an account by one for the same topics, as its password is lost; return the new one.

    The earlier account is cut off, and the new one's password is shown this once. Who asks twice
    within ten seconds gets the same answer; later it is a Conflict.
    """
    need_secret(secret)
    with transaction(pool, who.reach()) as tx:
        alone(tx, device_accounts.ISSUING)
        earlier = store.find(tx, account_id)
        if earlier is None or not who.may(earlier.centre_id, Right.FLOOR_WORK):
            raise NotFound("There is no such account")
        if not store.revoke(tx, earlier.id, by=who.known, reason=reason):
            again = _in_force(tx, earlier)
            after = now - REPEATED_WITHIN
            if again is None or not store.is_issued_by(tx, again.id, who.known, after=after):
                raise Conflict("This account was revoked before")
            return again, password(secret, again.username)
        account = device_accounts.new_account(
            earlier.centre_id,
            earlier.name,
            earlier.publishes,
            earlier.hears,
            source=earlier.source_id,
            now=now,
        )
        device_accounts.insert_account(tx, who, account)
    return account, password(secret, account.username)


def in_force(
    pool: Pool, who: Caller, centre: CentreId, *, publishes: Sequence[str], name: str = ""
) -> DeviceAccount | None:
    """Return the latest account of topics, and of a name if one is given, that is not revoked."""
    return device_accounts.alike(device_accounts.of_centre(pool, who, centre), name, publishes)


def successor(pool: Pool, who: Caller, account: DeviceAccount) -> DeviceAccount | None:
    """Return the account by which a revoked one was replaced; None while it is in force."""
    if account.revoked_at is None:
        return None
    return in_force(pool, who, account.centre_id, publishes=account.publishes, name=account.name)


def _in_force(tx: Tx, earlier: DeviceAccount) -> DeviceAccount | None:
    """Return the account that has the topics and the name of an earlier one now."""
    present = store.of_centre(tx, earlier.centre_id)
    return device_accounts.alike(present, earlier.name, earlier.publishes)
