"""Bookings as an iCalendar feed and as invitations (RFC 5545, 5546, 7986), as Outlook, Google and
Apple read it.
Instants are written in UTC: each of the three shows them in its reader's own zone, and none needs a
zone's rules in the feed. A moved booking keeps its UID with a higher SEQUENCE; a cancelled one
stays as cancelled, since a feed's reader keeps what merely disappears.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from icalendar import Calendar, Event, vCalAddress, vText

from gadong.booking.domain.booking import Booking, BookingState
from gadong.core.domain.period import Period

# Google reads about twice a day whatever is said here; Apple and Outlook follow it.
REFRESH = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarEntry:
    """One booking on a calendar. `version` is the booking's, from 1 on; `status` as in RFC 5545.

    `changed_at` is when the booking last changed, so that an entry that stays is written the same.
    """

    uid: str
    version: int
    period: Period
    summary: str
    changed_at: datetime
    description: str = ""
    location: str = ""
    status: str = "CONFIRMED"


def calendar(name: str, zone_name: str, entries: Iterable[CalendarEntry]) -> bytes:
    """Return the feed: the same bytes as long as nothing changes."""
    feed = _calendar("PUBLISH")
    feed.add("x-wr-calname", name)
    feed.add("name", name)
    feed.add("x-wr-timezone", zone_name)
    feed.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    feed.add("x-published-ttl", "PT15M")
    for entry in entries:
        feed.add_component(_event(entry))
    written: bytes = feed.to_ical()
    return written


def invitation(entries: Sequence[CalendarEntry], *, name: str, email: str) -> bytes:
    """Return bookings as an invitation to their person (RFC 5546), who has accepted by booking.

    A later one with the same UID and a higher SEQUENCE takes its place; a cancelled booking takes
    it back. Several at once are published, since a request is of one event.
    """
    if len(entries) > 1:
        several = _calendar("PUBLISH")
        for entry in entries:
            several.add_component(_event(entry))
        published: bytes = several.to_ical()
        return published
    method = "CANCEL" if entries[0].status == "CANCELLED" else "REQUEST"
    sent = _calendar(method)
    event = _event(entries[0])
    attendee = vCalAddress(f"mailto:{email}")
    attendee.params["CN"] = vText(name)
    attendee.params["ROLE"] = vText("REQ-PARTICIPANT")
    attendee.params["PARTSTAT"] = vText("ACCEPTED")
    attendee.params["RSVP"] = vText("FALSE")
    event.add("attendee", attendee, encode=False)
    sent.add_component(event)
    written: bytes = sent.to_ical()
    return written


def organised(invitation: str, sender: str) -> tuple[str, str]:
    """Return an invitation with its sender as organiser, and its method."""
    found = Calendar.from_ical(invitation)
    for event in found.walk("VEVENT"):
        event["organizer"] = vCalAddress(f"mailto:{sender}")
    written: bytes = found.to_ical()
    return written.decode(), str(found["method"])


def uid_of(booking_id: UUID) -> str:
    """Return the UID by which every calendar knows a booking."""
    return f"{booking_id}@gadong"


def status_of(booking: Booking) -> str:
    """Return RFC 5545's word for where a booking stands."""
    if not booking.is_holding:
        return "CANCELLED"
    waits = booking.state in {BookingState.PENDING, BookingState.OFFERED}
    return "TENTATIVE" if waits else "CONFIRMED"


def _calendar(method: str) -> Calendar:
    made = Calendar()
    made.add("prodid", "-//Gadong//KO")
    made.add("version", "2.0")
    made.add("method", method)
    return made


def _event(entry: CalendarEntry) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.version - 1)
    event.add("dtstamp", entry.changed_at.astimezone(UTC))
    event.add("last-modified", entry.changed_at.astimezone(UTC))
    event.add("dtstart", entry.period.start.astimezone(UTC))
    event.add("dtend", entry.period.end.astimezone(UTC))
    event.add("summary", entry.summary)
    if entry.description:
        event.add("description", entry.description)
    if entry.location:
        event.add("location", entry.location)
    event.add("status", entry.status)
    return event
