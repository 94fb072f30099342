"""The desk's requests stand in what is to do, however many bookings were made since."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from gadong.booking.domain.booking import BookingState
from gadong.booking.services import bookings
from gadong.booking.services.bookings import Request
from gadong.core.database import transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.period import Period
from tests.support.page_fixtures import Visit
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
