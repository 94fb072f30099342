"""Calendar feeds: a secret address each, that shows what its person may see now, and can be revoked."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from gadong.booking.domain import ical
from gadong.booking.domain.booking import Booking, BookingState
from gadong.booking.domain.calendar_feed import Feed
from gadong.booking.domain.ical import Entry
from gadong.booking.store import bookings, calendar_feeds
from gadong.core.database import Pool, Tx, transaction
from gadong.core.domain.access import SYSTEM, Caller, Right
from gadong.core.domain.ids import CentreId, CompanyId, new_id
from gadong.core.domain.period import Period
from gadong.core.domain.problem import Conflict, NotFound
from gadong.machines.domain.machine import Machine
from gadong.machines.store import machines
from gadong.people.store import people

# A season back and as far ahead as anybody books; a calendar is no archive.
BACK, AHEAD = timedelta(days=90), timedelta(days=400)
# A busy centre's season: 10 machines with 4 bookings a day. More would be a file that no telephone reads.
MOST_ENTRIES = 5000
# More feeds than calendars anybody has; each is a secret that may lie somewhere.
MOST_FEEDS = 20


def create(
    pool: Pool, who: Caller, *, centre: CentreId | None = None, machine: Machine | None = None, now: datetime
) -> tuple[Feed, str]:
    """A new feed and the secret of its address, which is shown this once.

    Of a machine (for whoever may book there), of a centre (for its managers), or else of the caller's own bookings.
    """
    permit = who.need_proven(now)
    if machine is not None:
        who.need_entry(machine.centre_id)
        centre = machine.centre_id
    elif centre is not None:
        who.need(centre, Right.DESK_SEE)
    secret = secrets.token_urlsafe(32)
    feed = Feed(
        id=new_id(),
        person_id=who.person_id,
        centre_id=centre,
        machine_id=machine.id if machine else None,
        created_at=now,
    )
    with transaction(pool, permit) as tx:
        if len(calendar_feeds.of_person(tx, who.person_id)) >= MOST_FEEDS:
            raise Conflict(f"You have {MOST_FEEDS} feeds already; revoke one first", limit=MOST_FEEDS)
        calendar_feeds.insert(tx, feed, digest=_digest(secret))
    return feed, secret


def mine(pool: Pool, who: Caller) -> list[Feed]:
    """The caller's feeds, without their secrets."""
    with transaction(pool, who.need_account()) as tx:
        return calendar_feeds.of_person(tx, who.person_id)


def revoke(pool: Pool, who: Caller, feed_id: UUID, *, now: datetime) -> None:
    """Have a feed's address answer no more."""
    with transaction(pool, who.need_proven(now)) as tx:
        if not calendar_feeds.revoke(tx, who.person_id, feed_id):
            raise NotFound("You have no such feed")


def read(pool: Pool, secret: str, *, now: datetime) -> bytes:
    """The calendar behind an address, with what its person may see now; NotFound where it was revoked or never was."""
    with transaction(pool, SYSTEM) as tx:
        feed = calendar_feeds.by_digest(tx, _digest(secret))
        who = people.caller(tx, feed.person_id) if feed else None
        if feed is None or who is None:
            raise NotFound
        known = {m.id: m for m in machines.every(tx)}
        window = Period(now - BACK, now + AHEAD)
        if feed.machine_id is not None:
            return (
                _of_machine(tx, who, known[feed.machine_id], window, now)
                if feed.machine_id in known
                else _gone()
            )
        if feed.centre_id is not None:
            return _of_centre(tx, who, feed.centre_id, window, now)
        own = [b for b in _found(tx, window, companies=who.companies) if b.person_id == who.person_id]
        entries = [
            Entry(
                uid=_uid(b),
                version=b.version,
                period=b.period,
                summary=known[b.machine_id].name_ko if b.machine_id in known else "장비",
                description=b.purpose,
                status=_status(b),
            )
            for b in own
        ]
        return ical.calendar("가동 예약", "Asia/Seoul", entries, now=now)


def _of_machine(tx: Tx, who: Caller, machine: Machine, window: Period, now: datetime) -> bytes:
    """When a machine is taken; by whom only for those who may know."""
    who.need_entry(machine.centre_id)
    centre = people.centre(tx, machine.centre_id)
    entries = [
        Entry(
            uid=_uid(b),
            version=b.version,
            period=b.period,
            summary=b.purpose or "예약"
            if who.may_see(b.centre_id, b.company_id, Right.DESK_SEE)
            else "예약됨 (booked)",
        )
        for b in _found(tx, window, centre=machine.centre_id, machine=machine)
        if b.is_holding
    ]
    return ical.calendar(machine.name_ko, centre.zone_name if centre else "Asia/Seoul", entries, now=now)


def _of_centre(tx: Tx, who: Caller, centre_id: CentreId, window: Period, now: datetime) -> bytes:
    who.need(centre_id, Right.DESK_SEE)
    centre = people.centre(tx, centre_id)
    if centre is None:
        return _gone()
    names = {m.id: m.name_ko for m in machines.of_centres(tx, [centre_id])}
    companies = {c.id: c.name for c in people.companies(tx, centre_id)}
    entries = [
        Entry(
            uid=_uid(b),
            version=b.version,
            period=b.period,
            summary=f"{names.get(b.machine_id, '장비')} · {companies.get(b.company_id, '')}",
            description=b.purpose,
        )
        for b in _found(tx, window, centre=centre_id)
        if b.is_holding
    ]
    return ical.calendar(centre.name, centre.zone_name, entries, now=now)


def _found(
    tx: Tx,
    window: Period,
    *,
    centre: CentreId | None = None,
    companies: Iterable[CompanyId] = (),
    machine: Machine | None = None,
) -> list[Booking]:
    found = bookings.page(
        tx,
        centre_ids=[centre] if centre else [],
        company_ids=companies,
        machine_id=machine.id if machine else None,
        during=window,
        before=None,
        most=MOST_ENTRIES,
    )
    return sorted(found, key=lambda b: (b.period, str(b.id)))


def _status(booking: Booking) -> str:
    """RFC 5545's word for where a booking stands."""
    if not booking.is_holding:
        return "CANCELLED"
    waits = booking.state in {BookingState.PENDING, BookingState.OFFERED}
    return "TENTATIVE" if waits else "CONFIRMED"


def _gone() -> bytes:
    raise NotFound


def _uid(booking: Booking) -> str:
    return f"{booking.id}@gadong"


def _digest(secret: str) -> bytes:
    return sha256(secret.encode()).digest()
