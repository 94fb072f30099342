"""The calendar's invitation in a mail about a booking: one that updates itself, and takes itself
back.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from gadong.booking.domain import ical
from gadong.booking.domain.booking import Booking
from gadong.booking.domain.ical import CalendarEntry
from gadong.booking.services.centre_calendar.calendar_feeds import place_of
from gadong.booking.store import booking_history, bookings
from gadong.core.database import Tx
from gadong.core.domain.ids import BookingId, PersonId
from gadong.core.store.outbox import OutboxEvent
from gadong.machines.store import machines
from gadong.people.store import people

#: Letters that change what stands in its person's calendar.
INVITING = frozenset(
    {
        "booking.offered",
        "booking.requested",
        "booking.confirmed",
        "booking.moved",
        "booking.extended",
        "booking.change_waits",
        "booking.change_refused",
        "booking.transferred",
        "booking.handed_over",
        "booking.cancelled",
        "booking.declined",
        "booking.lost",
        "booking.lost_to",
        "booking.expired",
        "booking.released",
        "booking.missed",
    }
)


def of_letter(tx: Tx, letter: OutboxEvent, person_id: PersonId, email: str) -> str:
    """Return the invitation that goes with a letter to a booking's person.

    Nothing for other letters.

    It shows the booking as it is by now. So whatever order mails arrive in, the highest SEQUENCE is
    the truth.
    """
    if letter.kind not in INVITING or letter.data.get("to"):
        return ""
    named = letter.data.get("bookings") or letter.data["booking"]
    found = [bookings.by_id(tx, BookingId(UUID(one))) for one in named.split(",")]
    person = people.person(tx, person_id)
    if person is None:
        return ""
    entries = [_entry(tx, booking, person_id, letter.created_at) for booking in found if booking]
    return ical.invitation(entries, name=person.name, email=email).decode() if entries else ""


def _entry(tx: Tx, booking: Booking, person_id: PersonId, otherwise: datetime) -> CalendarEntry:
    machine = machines.by_id(tx, booking.machine_id)
    centre = people.centre(tx, booking.centre_id)
    is_theirs = booking.person_id == person_id
    return CalendarEntry(
        uid=ical.uid_of(booking.id),
        version=booking.version,
        period=booking.period,
        summary=f"{machine.name_ko} ({machine.name_en})" if machine else "",
        description=booking.purpose,
        location=place_of(centre.name if centre else "", machine),
        # A booking that was handed over is no longer its giver's.
        status=ical.status_of(booking) if is_theirs else "CANCELLED",
        changed_at=booking_history.changed_at(tx, [booking.id]).get(booking.id, otherwise),
    )
