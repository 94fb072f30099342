"""Devices' accounts at the broker: issued, applied by ingest while the broker runs, and revoked in
one step.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from gadong.core.database import Pool, Tx, alone, clock, recorded_at, transaction
from gadong.core.domain.access import SYSTEM, Caller, Right
from gadong.core.domain.clock import write_instant
from gadong.core.domain.ids import CentreId, SourceId, new_id
from gadong.core.domain.name import LONGEST_SHORT, need_name
from gadong.core.domain.period import Period
from gadong.core.domain.problem import Conflict, Invalid, NotFound
from gadong.core.domain.secret import need_secret
from gadong.core.store import outbox
from gadong.dialects.domain.setup.guide import SetupGuide
from gadong.machines.domain.broker_accounts import password
from gadong.machines.domain.device_account import (
    Attempt,
    DeviceAccount,
    Refusal,
    hears_of,
    reaches_marks,
    topics_of,
    topics_of_guide,
)
from gadong.machines.domain.machine import Source
from gadong.machines.services.machines import need_topic
from gadong.machines.store import device_accounts, machines

log = logging.getLogger(__name__)

# A small centre has tens of devices; a manager who makes more has lost count of them.
MOST_ACCOUNTS = 1000
# One after the other in the whole installation, so that nobody takes the same topic at once.
ISSUING = "device accounts"
# A gateway speaks for a hall.
MOST_TOPICS = 50
# A device that does not know its place tries a handful of topics; beyond these it searches, and
# which does not matter.
MOST_DIFFERENT = 20
SHOWN_FOR = timedelta(days=30)
MOST_SHOWN = 200
# The broker's answer to this many commands fits well within its 2 MB.
AT_ONCE = 100
# Long enough to be seen and to spare the disk, short enough that an outbox holds what a machine
# says meanwhile.
PAUSE = timedelta(minutes=10)
# Ingest tells the broker within seconds; a queue that it holds for us is read within the minute.
STILL_ARRIVING = timedelta(minutes=1)


def issue(
    pool: Pool,
    who: Caller,
    centre: CentreId,
    *,
    name: str,
    source: SourceId | None = None,
    topics: Sequence[str] = (),
    is_only: bool = False,
    secret: str,
    now: datetime,
) -> tuple[DeviceAccount, str]:
    """Issue an account for a bound device, or for named topics; return its password.

    The password is shown this once. A second account for the same device lets it be changed without
    a pause. `is_only` refuses one of the same name and topics: a form that is sent twice.
    """
    permit = who.need(centre, Right.FLOOR_WORK)
    need_secret(secret)
    if (source is None) is (not topics):
        raise Invalid(
            "An account is for a source, or for topics: name one of the two", field="topics"
        )
    if len(topics) > MOST_TOPICS:
        raise Invalid(f"Name at most {MOST_TOPICS} topics", field="topics", limit=MOST_TOPICS)
    # A slash in front is a level of its own, and part of the device's topic.
    publishes = tuple(topic.rstrip("/") for topic in topics)
    for topic in publishes:
        need_topic(topic)
    with transaction(pool, permit) as tx:
        alone(tx, ISSUING)
        hears = hears_of(publishes)
        if source is not None:
            bound = machines.source(tx, source)
            if bound is None or bound.centre_id != centre:
                raise NotFound("This centre has no such source")
            publishes, hears = topics_of(bound)
        account = new_account(centre, name, publishes, hears, source=source, now=now)
        if is_only and alike(device_accounts.of_centre(tx, centre), name, publishes):
            raise Conflict("A device of this name has an account for these topics already")
        insert_account(tx, who, account)
    return account, password(secret, account.username)


def issue_by_guide(
    pool: Pool,
    who: Caller,
    centre: CentreId,
    *,
    guide: SetupGuide,
    name: str,
    base: str,
    secret: str,
    now: datetime,
) -> tuple[DeviceAccount, str]:
    """Issue an account for a device that is set up by a guide; return its password, shown once.

    It may publish and receive what its format needs. A second account for the same topics is
    refused, so that a form that is sent twice makes one.
    """
    permit = who.need(centre, Right.FLOOR_WORK)
    need_secret(secret)
    base = base.rstrip("/")
    need_topic(base)
    publishes, hears = topics_of_guide(guide, base)
    account = new_account(centre, name, publishes, hears, source=None, now=now)
    with transaction(pool, permit) as tx:
        alone(tx, ISSUING)
        if any(
            other.revoked_at is None and set(other.publishes) & set(publishes)
            for other in device_accounts.of_centre(tx, centre)
        ):
            raise Conflict(
                "A device has an account for this topic already; revoke it, or choose another name"
            )
        insert_account(tx, who, account)
    return account, password(secret, account.username)


def alike(
    accounts: Sequence[DeviceAccount], name: str, publishes: Sequence[str]
) -> DeviceAccount | None:
    """Return the latest account of a name, if there is one, and of topics that is not revoked."""
    return next(
        (
            account
            for account in accounts
            if account.revoked_at is None
            and account.publishes == tuple(publishes)
            and name.strip() in {"", account.name}
        ),
        None,
    )


def new_account(
    centre: CentreId,
    name: str,
    publishes: tuple[str, ...],
    hears: tuple[str, ...],
    *,
    source: SourceId | None,
    now: datetime,
) -> DeviceAccount:
    account_id = new_id()
    return DeviceAccount(
        id=account_id,
        centre_id=centre,
        source_id=source,
        name=need_name(name, LONGEST_SHORT),
        username=f"d-{account_id.hex[-12:]}",
        publishes=publishes,
        hears=hears,
        created_at=now,
    )


def insert_account(tx: Tx, who: Caller, account: DeviceAccount) -> None:
    """Insert an account unless another centre has its topics, or the centre has too many."""
    if any(reaches_marks(topic) for topic in account.publishes):
        raise Invalid("The service itself publishes at, above or below this topic", field="base")
    if device_accounts.taken(tx, account.publishes, account.centre_id, by_sources_here=False):
        raise Conflict("Another centre's device has a topic at, above or below one of these")
    present = device_accounts.of_centre(tx, account.centre_id)
    if sum(a.revoked_at is None for a in present) >= MOST_ACCOUNTS:
        raise Conflict(f"A centre has at most {MOST_ACCOUNTS} accounts; revoke one first")
    device_accounts.insert(tx, account, by=who.known)


def find(pool: Pool, who: Caller, account_id: UUID) -> DeviceAccount:
    """Return an account, for who sees the devices of its centre."""
    with transaction(pool, who.reach()) as tx:
        account = device_accounts.find(tx, account_id)
    if account is None or not who.may(account.centre_id, Right.FLOOR_SEE):
        raise NotFound("There is no such account")
    return account


def of_centre(pool: Pool, who: Caller, centre: CentreId) -> list[DeviceAccount]:
    """Return a centre's accounts, the latest first, with those that were revoked."""
    permit = who.need(centre, Right.FLOOR_SEE)
    with transaction(pool, permit) as tx:
        return device_accounts.of_centre(tx, centre)


def revoke(
    pool: Pool, who: Caller, account_id: UUID, *, reason: str, since: datetime | None = None
) -> DeviceAccount:
    """Cut an account off, within seconds and in the middle of a session.

    With `since`, what its sources sent from then on is set aside: it stays to be read and counts
    for nothing. Runs are derived without it, drafts follow, and an issued statement is offered a
    correction. That is all that came by those sources' topics: a message does not say by which of
    two accounts of a device it came.
    """
    if not reason.strip():
        raise Invalid("Say why", field="reason")
    with transaction(pool, who.reach()) as tx:
        account = device_accounts.find(tx, account_id)
        if account is None or not who.may(account.centre_id, Right.FLOOR_WORK):
            raise NotFound("There is no such account")
        if not device_accounts.revoke(tx, account.id, by=who.known, reason=reason.strip()):
            raise Conflict("This account was revoked before")
        if since is not None:
            _set_aside(tx, who, account, since, reason.strip())
        found = device_accounts.find(tx, account.id)
    if found is None:
        raise NotFound
    return found


def _set_aside(tx: Tx, who: Caller, account: DeviceAccount, since: datetime, reason: str) -> None:
    at = recorded_at(tx, account.centre_id)
    if since >= at:
        raise Invalid("What is set aside was sent before now", field="since")
    for source in machines.sources(tx, centre_id=account.centre_id, with_retired=True):
        # A device that serves several machines has a source of each.
        topics = source.prefixes or source.shared
        if source.id == account.source_id or any(
            _is_below(topic, account.publishes) for topic in topics
        ):
            # Messages under way at the revocation arrive within the minute.
            span = Period(since, at + STILL_ARRIVING)
            first = device_accounts.set_aside(
                tx, source, span, reason=reason, by=who.known, recorded_at=at
            )
            machines.mark(tx, source, min(first or since, since))


def _is_below(topic: str, prefixes: Sequence[str]) -> bool:
    return any(topic == prefix or topic.startswith(f"{prefix}/") for prefix in prefixes)


def pause(pool: Pool, source: Source, *, now: datetime) -> bool:
    """Have a device rest that sends more than any device does, and tell the managers.

    False where nobody logs in for it.

    What it had sent is kept, and a device with an outbox sends the rest when it may speak again.
    For ingest.
    """
    until = now + PAUSE
    with transaction(pool, SYSTEM) as tx:
        if not device_accounts.pause(tx, source, until=until):
            return False
        outbox.add(
            tx,
            source.centre_id,
            "device.paused",
            to="floor",
            machine=str(source.machine_id),
            until=write_instant(until),
        )
    return True


def refused(pool: Pool, attempts: Sequence[Attempt]) -> None:
    """Put on record what the broker refused, and tell managers and technicians of a device's first
    attempt of a day.

    What no device of ours tried (somebody's own account at the broker) stands in the log alone. For
    ingest.
    """
    with transaction(pool, SYSTEM) as tx:
        at = clock(tx)
        for tried in attempts:
            account = device_accounts.by_username(tx, tried.username)
            if account is None:
                log.warning(
                    "the broker refused", extra={"who": tried.username, "topic": tried.topic}
                )
                continue
            different, is_known = device_accounts.refused_today(tx, account.id, tried, at.date())
            if different == 0:
                outbox.add(tx, account.centre_id, "device.refused", to="floor", device=account.name)
            is_told_apart = is_known or different < MOST_DIFFERENT
            device_accounts.refuse(
                tx, account, tried if is_told_apart else replace(tried, topic=""), at=at
            )


def refusals(pool: Pool, who: Caller, centre: CentreId, *, now: datetime) -> list[Refusal]:
    """List a centre's refused attempts of devices in the last thirty days, the latest first."""
    permit = who.need(centre, Right.FLOOR_SEE)
    with transaction(pool, permit) as tx:
        return device_accounts.refusals(tx, centre, since=now - SHOWN_FOR, most=MOST_SHOWN)


def apply(pool: Pool, tell: Callable[[Sequence[DeviceAccount], datetime], None]) -> int:
    """Tell the broker of every account whose present state it does not know; how many.

    For ingest.
    """
    told = 0
    while True:
        with transaction(pool, SYSTEM) as tx:
            waiting = device_accounts.waiting(tx, most=AT_ONCE)
            at = clock(tx)
        if not waiting:
            return told
        tell(waiting, at)
        with transaction(pool, SYSTEM) as tx:
            for account in waiting:
                device_accounts.applied(tx, account, at=at)
        told += len(waiting)


def begin_anew(pool: Pool, centre: CentreId) -> None:
    """Have the broker told of everything: ingest starts, and the broker may be another one.

    For ingest.
    """
    with transaction(pool, SYSTEM) as tx:
        device_accounts.forget_applied(tx, centre)
