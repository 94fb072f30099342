"""Bookings as an iCalendar feed (RFC 5545, RFC 7986), as Outlook, Google and Apple read it.

Instants are written in UTC: each of the three shows them in its reader's own zone, and none needs a zone's rules in
the feed. A moved booking keeps its UID with a higher SEQUENCE; a cancelled one stays as cancelled, since a feed's
reader keeps what merely disappears.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from icalendar import Calendar, Event

from gadong.core.domain.period import Period

# Google reads about twice a day whatever is said here; Apple and Outlook follow it.
REFRESH = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One booking on a calendar. `version` is the booking's, from 1 on; `status` as in RFC 5545."""

    uid: str
    version: int
    period: Period
    summary: str
    description: str = ""
    status: str = "CONFIRMED"


def calendar(name: str, zone_name: str, entries: Iterable[Entry], *, now: datetime) -> bytes:
    """The feed."""
    feed = Calendar()
    feed.add("prodid", "-//Gadong//KO")
    feed.add("version", "2.0")
    feed.add("method", "PUBLISH")
    feed.add("x-wr-calname", name)
    feed.add("name", name)
    feed.add("x-wr-timezone", zone_name)
    feed.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    feed.add("x-published-ttl", "PT15M")
    for entry in entries:
        event = Event()
        event.add("uid", entry.uid)
        event.add("sequence", entry.version - 1)
        event.add("dtstamp", now.astimezone(UTC))
        event.add("dtstart", entry.period.start.astimezone(UTC))
        event.add("dtend", entry.period.end.astimezone(UTC))
        event.add("summary", entry.summary)
        if entry.description:
            event.add("description", entry.description)
        event.add("status", entry.status)
        feed.add_component(event)
    written: bytes = feed.to_ical()
    return written
