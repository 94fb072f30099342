"""A booking in one's own calendar, and booking the same once more."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from icalendar import Calendar

from gadong.booking.domain import ical
from gadong.booking.services import bookings
from gadong.booking.services.bookings import Request
from gadong.core.domain.period import Period
from tests.support.page_fixtures import Visit
from tests.support.world import World

HOUR = timedelta(hours=1)


def test_a_booking_is_added_to_a_calendar_as_the_feed_names_it(visit: Visit, world: World) -> None:
    company, mill = world.company(), world.machine("mill-1")
    own, other = visit(world.member(company)), visit(world.member(world.company()))
    soon = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(days=2)
    booking = world.booked(mill, company, soon)
    path = f"/bookings/{booking.id}/calendar.ics"
    assert f'href="{path}"' in own.get(f"/bookings/{booking.id}").text
    answer = own.get(path)
    assert answer.headers["content-type"].startswith("text/calendar")
    (event,) = Calendar.from_ical(answer.text).walk("VEVENT")
    assert event["uid"] == ical.uid_of(booking.id)
    assert (event.decoded("dtstart"), event.decoded("dtend")) == (
        booking.period.start,
        booking.period.end,
    )
    assert other.get(path).status_code == 404


def test_the_machines_that_one_booked_lately_stand_on_top_with_their_length(
    visit: Visit, world: World
) -> None:
    company = world.company()
    who = world.member(company)
    own, colleague = visit(who), visit(world.member(company))
    mill, lathe = world.machine("mill-1"), world.machine("lathe-1")
    soon = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(days=2)
    for machine, days, hours in ((mill, 0, 3), (lathe, 1, 1), (mill, 2, 2)):
        start = soon + timedelta(days=days)
        wish = Request(
            machine=machine,
            company=company.id,
            period=Period(start, start + timedelta(hours=hours)),
        )
        bookings.request(world.pool, who, wish, now=datetime.now(UTC))
    listed = own.get("/machines").text.partition('aria-label="최근 예약한 장비"')[2]
    links = re.findall(r'href="(/machines/[^"]+)"', listed.partition("</nav>")[0])
    assert links == ["/machines/mill-1/book?minutes=120", "/machines/lathe-1/book?minutes=60"]
    assert "최근 예약한 장비" not in colleague.get("/machines").text


def test_a_cancelled_booking_can_be_booked_again(visit: Visit, world: World) -> None:
    company, mill = world.company(), world.machine("mill-1")
    who = world.member(company)
    own = visit(who)
    soon = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(days=2)
    wish = Request(machine=mill, company=company.id, period=Period(soon, soon + HOUR))
    booking = bookings.request(world.pool, who, wish, now=datetime.now(UTC))[0]
    again = '/machines/mill-1/book?minutes=60"'
    assert again not in own.get(f"/bookings/{booking.id}").text
    done = own.post(f"/bookings/{booking.id}/cancel", data={"version": str(booking.version)})
    assert done.status_code == 303
    assert again in own.get(f"/bookings/{booking.id}").text
    assert again in own.get("/bookings").text
