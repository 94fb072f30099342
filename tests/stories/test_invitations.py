"""The invitation in a mail about a booking: one in the calendar,
which moves and takes itself back.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from icalendar import Calendar

from gadong.booking.domain.booking import Booking
from gadong.booking.services import booking_changes, booking_edits
from gadong.booking.services.booking_changes import Hand
from gadong.core.database import Pool
from gadong.core.domain.period import Period
from gadong.notices.services import notice_delivery
from gadong.notices.services.notice_delivery import Senders
from scheduler.senders import mail_sender
from tests.support.stories.telling import SECRET, book, drained, mail_server
from tests.support.world import World

SENDER = "Gadong <gadong@centre.example>"


def invitations(pool: Pool, to: str) -> list[tuple[str, Any]]:
    """Every mail's invitation to somebody: its method and its one event."""
    drained(pool)
    with mail_server() as (url, received):
        notice_delivery.deliver(
            pool,
            Senders(by_channel={"mail": mail_sender(url, SENDER)}, secret=SECRET),
            now=datetime.now(UTC),
        )
    found = []
    for message in (m for m in received if m["To"] == to):
        inline = message.get_body(("calendar",))
        assert inline is not None
        (attached,) = message.iter_attachments()
        assert attached.get_filename() == "invite.ics"
        assert attached.get_content() == inline.get_content()
        sent = Calendar.from_ical(inline.get_content())
        # Mail programs look at the type that the file states.
        assert inline.get_param("method") == attached.get_param("method") == sent["method"]
        (event,) = sent.walk("VEVENT")
        found.append((str(sent["method"]), event))
    return found


def hand(world: World, booking: Booking) -> Hand:
    """The manager's hand on a booking."""
    return Hand(who=world.manager, booking=booking.id)


def test_an_invitation_updates_itself_and_takes_itself_back(world: World, pool: Pool) -> None:
    member = world.member(world.company())
    email = world.emails[member.person_id]
    booking = book(world, member)
    ((method, first),) = invitations(pool, email)
    assert (method, first["status"], first["sequence"]) == ("REQUEST", "CONFIRMED", 0)
    assert str(first["organizer"]) == "mailto:gadong@centre.example"
    assert str(first["attendee"]) == f"mailto:{email}"
    assert first["attendee"].params["PARTSTAT"] == "ACCEPTED"
    assert str(first["location"]) == f"{world.centre.name} · 밀링 (Mill)"
    assert first["dtstart"].dt == booking.period.start
    later = Period(
        booking.period.start + timedelta(hours=3), booking.period.end + timedelta(hours=3)
    )
    booking_changes.move(pool, hand(world, booking), later, now=datetime.now(UTC))
    ((method, second),) = invitations(pool, email)
    assert (method, str(second["uid"]), second["sequence"]) == ("REQUEST", str(first["uid"]), 1)
    assert second["dtstart"].dt == later.start
    booking_changes.cancel(pool, hand(world, booking), now=datetime.now(UTC))
    ((method, third),) = invitations(pool, email)
    assert (method, third["status"], third["sequence"]) == ("CANCEL", "CANCELLED", 2)
    assert str(third["uid"]) == str(first["uid"])


def test_mails_that_wait_say_what_is_true_when_they_are_written(world: World, pool: Pool) -> None:
    member = world.member(world.company())
    booking = book(world, member)
    booking_changes.cancel(pool, hand(world, booking), now=datetime.now(UTC))
    found = invitations(pool, world.emails[member.person_id])
    assert [(method, event["sequence"]) for method, event in found] == [("CANCEL", 1)] * 2


def test_who_hands_a_booking_over_has_it_no_more(world: World, pool: Pool) -> None:
    member, colleague = world.member(world.company()), world.member(world.companies[0])
    booking = book(world, member)
    drained(pool)
    invitations(pool, world.emails[member.person_id])
    booking_edits.transfer(pool, hand(world, booking), colleague.person_id, now=datetime.now(UTC))
    drained(pool)
    with mail_server() as (url, received):
        notice_delivery.deliver(
            pool,
            Senders(by_channel={"mail": mail_sender(url, SENDER)}, secret=SECRET),
            now=datetime.now(UTC),
        )
    methods = {m["To"]: m.get_body(("calendar",)).get_param("method") for m in received}
    assert methods == {
        world.emails[member.person_id]: "CANCEL",
        world.emails[colleague.person_id]: "REQUEST",
    }
