"""Calendar feeds: a secret address each, that shows what its person may see now, and can be
revoked.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from gadong.booking.domain import ical
from gadong.booking.domain.booking import Booking
from gadong.booking.domain.booking_filter import BookingFilter
from gadong.booking.domain.ical import CalendarEntry
from gadong.booking.services.shares import own_bookings
from gadong.booking.store import booking_history, bookings
from gadong.core.database import Pool, Tx, alone, transaction
from gadong.core.domain.access import SYSTEM, Caller, Right
from gadong.core.domain.ids import BookingId, CentreId, CompanyId, new_id
from gadong.core.domain.period import Period
from gadong.core.domain.problem import Conflict, NotFound
from gadong.machines.domain.machine import Machine
from gadong.machines.store import machines
from gadong.people.domain.calendar_feed import Feed
from gadong.people.services.account_changes import FEED_MADE, tell_owner
from gadong.people.store import calendar_feeds, people
from gadong.texts.calendars import BOOKING, MACHINE, OWN, TAKEN

# A season back and as far ahead as anybody books; a calendar is no archive.
BACK, AHEAD = timedelta(days=90), timedelta(days=400)
# A busy centre's season: 10 machines with 4 bookings a day. More would be a file that no telephone
# reads.
MOST_ENTRIES = 5000
# More feeds than calendars anybody has; each is a secret that may lie somewhere.
MOST_FEEDS = 20


def create(
    pool: Pool,
    who: Caller,
    *,
    centre: CentreId | None = None,
    machine: Machine | None = None,
    now: datetime,
) -> tuple[Feed, str]:
    """Make a feed; return it with its address's secret, shown this once.

    Of a machine (for whoever may book there), of a centre (for its managers), or else of the
    caller's own bookings.
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
        alone(tx, f"feeds of {who.person_id}")
        if len(calendar_feeds.of_person(tx, who.person_id)) >= MOST_FEEDS:
            raise Conflict(
                f"You have {MOST_FEEDS} feeds already; revoke one first", limit=MOST_FEEDS
            )
        calendar_feeds.insert(tx, feed, digest=_digest(secret))
        tell_owner(tx, who.person_id, FEED_MADE)
    return feed, secret


def mine(pool: Pool, who: Caller) -> list[Feed]:
    """Return the caller's feeds, without their secrets."""
    with transaction(pool, who.need_account()) as tx:
        return calendar_feeds.of_person(tx, who.person_id)


def revoke(pool: Pool, who: Caller, feed_id: UUID, *, now: datetime) -> None:
    """Revoke a feed's address."""
    with transaction(pool, who.need_proven(now)) as tx:
        if not calendar_feeds.revoke(tx, who.person_id, feed_id):
            raise NotFound("You have no such feed")


def read(pool: Pool, secret: str, *, now: datetime) -> bytes:
    """Return the calendar behind an address for its person; NotFound if it was revoked."""
    with transaction(pool, SYSTEM) as tx:
        feed = calendar_feeds.by_digest(tx, _digest(secret))
        who = people.caller(tx, feed.person_id) if feed else None
        if feed is None or who is None:
            raise NotFound
        known = {m.id: m for m in machines.every(tx)}
        window = Period(now - BACK, now + AHEAD)
        if feed.machine_id is not None:
            return (
                _of_machine(tx, who, known[feed.machine_id], window)
                if feed.machine_id in known
                else _gone()
            )
        if feed.centre_id is not None:
            return _of_centre(tx, who, feed.centre_id, window)
        # The people of every company with a part of a booking's cost come for it (ADR 50).
        shared = own_bookings.shared_with(tx, who)
        found = _found(tx, window, companies=who.companies, shared=shared)
        own = [b for b in found if b.person_id == who.person_id or b.id in shared]
        names = {c.id: c.name for c in people.centres(tx)}
        changed = booking_history.changed_at(tx, [b.id for b in own])
        entries = [
            _entry(
                b,
                known.get(b.machine_id),
                names.get(b.centre_id, ""),
                changed,
                summary=_called(known.get(b.machine_id)),
                description=b.purpose,
            )
            for b in own
        ]
        return ical.calendar(f"{OWN.ko} / {OWN.en}", "Asia/Seoul", entries)


def one(pool: Pool, who: Caller, booking_id: BookingId) -> bytes:
    """Return a single booking as a calendar's file, for whoever may see it, or has a part of it.

    A calendar that has the booking from a feed or a mail knows it again by its UID.
    """
    with transaction(pool, who.reach()) as tx:
        booking = bookings.by_id(tx, booking_id)
        if booking is None or not (
            who.may_see(booking.centre_id, booking.company_id, Right.DESK_SEE)
            or own_bookings.has_part(tx, who, booking)
        ):
            raise NotFound
        machine = machines.by_id(tx, booking.machine_id)
        centre = people.centre(tx, booking.centre_id)
        entry = _entry(
            booking,
            machine,
            centre.name if centre else "",
            booking_history.changed_at(tx, [booking.id]),
            summary=_called(machine),
            description=booking.purpose,
        )
        zone = centre.zone_name if centre else "Asia/Seoul"
        return ical.calendar(_called(machine), zone, [entry])


def _of_machine(tx: Tx, who: Caller, machine: Machine, window: Period) -> bytes:
    """Return the calendar of a machine's bookings, with names only for callers who may see them."""
    who.need_entry(machine.centre_id)
    centre = people.centre(tx, machine.centre_id)
    found = _found(tx, window, centre=machine.centre_id, machine=machine)
    changed = booking_history.changed_at(tx, [b.id for b in found])
    entries = [
        _entry(
            b,
            machine,
            centre.name if centre else "",
            changed,
            summary=b.purpose or BOOKING.in_both
            if who.may_see(b.centre_id, b.company_id, Right.DESK_SEE)
            else _taken(b),
        )
        for b in found
    ]
    return ical.calendar(_called(machine), centre.zone_name if centre else "Asia/Seoul", entries)


def _of_centre(tx: Tx, who: Caller, centre_id: CentreId, window: Period) -> bytes:
    who.need(centre_id, Right.DESK_SEE)
    centre = people.centre(tx, centre_id)
    if centre is None:
        return _gone()
    hall = {m.id: m for m in machines.of_centres(tx, [centre_id])}
    companies = {c.id: c.name for c in people.companies(tx, centre_id)}
    found = _found(tx, window, centre=centre_id)
    changed = booking_history.changed_at(tx, [b.id for b in found])
    entries = [
        _entry(
            b,
            hall.get(b.machine_id),
            centre.name,
            changed,
            summary=f"{_called(hall.get(b.machine_id))} · {companies.get(b.company_id, '')}",
            description=b.purpose,
        )
        for b in found
    ]
    return ical.calendar(centre.name, centre.zone_name, entries)


def _entry(
    booking: Booking,
    machine: Machine | None,
    centre: str,
    changed: Mapping[BookingId, datetime],
    *,
    summary: str,
    description: str = "",
) -> CalendarEntry:
    return CalendarEntry(
        uid=ical.uid_of(booking.id),
        version=booking.version,
        period=booking.period,
        summary=summary,
        description=description,
        location=place_of(centre, machine),
        status=ical.status_of(booking),
        changed_at=changed.get(booking.id, booking.period.start),
    )


def place_of(centre: str, machine: Machine | None) -> str:
    """Return where a booking is: its centre, and its machine in both languages."""
    return f"{centre} · {_called(machine)}"


def _called(machine: Machine | None) -> str:
    if machine is None:
        return MACHINE.in_both
    if machine.name_en in {"", machine.name_ko}:
        return machine.name_ko
    return f"{machine.name_ko} ({machine.name_en})"


def _taken(booking: Booking) -> str:
    """Return the label of another's time: booked, requested, or cancelled."""
    return TAKEN[ical.status_of(booking)].in_both


def _found(
    tx: Tx,
    window: Period,
    *,
    centre: CentreId | None = None,
    companies: Iterable[CompanyId] = (),
    machine: Machine | None = None,
    shared: Collection[BookingId] = (),
) -> list[Booking]:
    found = bookings.page(
        tx,
        centre_ids=[centre] if centre else [],
        company_ids=companies,
        only=BookingFilter(machine=machine.id if machine else None, during=window),
        before=None,
        most=MOST_ENTRIES,
        shared_ids=shared,
    )
    return sorted(found, key=lambda b: (b.period, str(b.id)))


def _gone() -> bytes:
    raise NotFound


def _digest(secret: str) -> bytes:
    return sha256(secret.encode()).digest()
