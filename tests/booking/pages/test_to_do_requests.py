"""The list of what is to do: requests behind newer bookings, and a month's unbooked runs."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from gadong.booking.domain.booking import BookingState
from gadong.booking.services import bookings
from gadong.booking.services.bookings import Request
from gadong.core.database import transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.calendar import Month
from gadong.core.domain.period import Period
from gadong.dialects.domain.signal import Channel
from gadong.machines.services import ingestion
from tests.support.metering.metering import message
from tests.support.page_fixtures import Visit
from tests.support.pages.pages import text_of
from tests.support.world import World

SOON = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(days=2)
HOUR = timedelta(hours=1)


def test_a_request_is_not_lost_behind_two_hundred_newer_bookings(
    visit: Visit, world: World
) -> None:
    company = world.company(name="기다리는 기업")
    who, asked = world.member(company), world.machine("mill-1", approval="manual")
    request = Request(machine=asked, company=company.id, period=Period(SOON, SOON + HOUR))
    pending = bookings.request(world.pool, who, request, now=datetime.now(UTC))[0]
    assert pending.state is BookingState.PENDING
    one = world.booked(world.machine("lathe-1"), world.company(), SOON)
    with transaction(world.pool, SYSTEM) as tx:
        # Ids order bookings by when they were made: these are later than any other.
        tx.execute(
            """
            insert into bookings (id, centre_id, machine_id, company_id, person_id, during, held,
                state, version)
            select ('ffffffff-ffff-7fff-bfff-' || lpad(to_hex(n), 12, '0'))::uuid, centre_id,
                machine_id, company_id, person_id,
                tstzrange(lower(during) + n * interval '1 day',
                    upper(during) + n * interval '1 day'),
                tstzrange(lower(held) + n * interval '1 day', upper(held) + n * interval '1 day'),
                'confirmed', 1
            from bookings, generate_series(1, 201) n
            where id = %s
            """,
            [one.id],
        )
    assert f"/bookings/{pending.id}" in visit(None).get("/desk").text


def test_a_run_of_an_older_month_is_decided_where_its_month_links_to(
    visit: Visit, world: World
) -> None:
    company, source = world.company(), world.source(world.machine("mill-1"))
    zone = world.centre.zone
    month = Month.of(datetime.now(UTC), zone).previous.previous
    start = month.period(zone).start + timedelta(days=3)
    batch = [
        message(source, start + timedelta(minutes=m), Channel.ACTIVITY, word)
        for m, word in ((0, "idle"), (30, "running"), (90, "idle"))
    ]
    ingestion.commit(world.pool, world.centre.id, batch, [])
    boss = visit(None)
    # Forty-five days are a manager's own look back; the month's page leads to the month.
    assert datetime.now(UTC) - month.period(zone).end > timedelta(days=27)
    old = {"month": str(month)}
    page = boss.get("/desk", params=old).text
    assert "예약 없는 가동" in text_of(page)
    assert f'data-href="/desk/waiting?month={month}"' in page
    assert "예약 없는 가동" in text_of(boss.get("/desk/waiting", params=old).text)
    later = {"month": str(Month.of(datetime.now(UTC), zone).previous)}
    assert "예약 없는 가동" not in text_of(boss.get("/desk", params=later).text)
    fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]+)"', page))
    assert fields["month"] == str(month)
    body = {**fields, "company": str(company.id), "reason": "전화로 확인"}
    answer = boss.post("/desk/ghost", data=body)
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/desk?month={month}"
    assert "모든 가동이" in text_of(boss.get("/desk", params=old).text)
    assert boss.get("/desk", params={"month": "October"}).status_code == 422
