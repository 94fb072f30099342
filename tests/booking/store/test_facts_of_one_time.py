"""Facts that are read for one time alone let every rule say what it says of those of two weeks."""

from __future__ import annotations

from datetime import datetime, timedelta

from gadong.booking.domain.booking_request import Wish
from gadong.booking.domain.rules.policy import check
from gadong.booking.services.bookings import Request
from gadong.booking.services.bookings import request as ask
from gadong.booking.services.centre_calendar import closures
from gadong.booking.services.centre_calendar.closures import Closing
from gadong.booking.services.evaluation import AROUND
from gadong.booking.services.request_facts import facts_for_each
from gadong.booking.services.rules.company_rule_book import book
from gadong.core.database import transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.period import Period
from tests.support.world import World

HOUR, HALF = timedelta(hours=1), timedelta(minutes=30)
DAY = datetime(2026, 11, 12, tzinfo=World.ZONE)
NOW = DAY - timedelta(days=3)
OFFICE = [{"since": "09:00", "until": "18:00"}]


def test_every_rule_says_the_same_of_the_facts_of_one_time(world: World) -> None:
    plain = world.machine(opening_hours=OFFICE, gap=HOUR, days_in_row=2, week=8 * HOUR)
    slow = world.machine(setup=2 * HOUR, teardown=HOUR, quota_scope="kind", month=8 * HOUR)
    mine, other = world.company(), world.company()
    who = world.member(mine)
    for machine, company, start in (
        (plain, other, DAY + 10 * HOUR),
        (plain, mine, DAY + 14 * HOUR),
        (slow, other, DAY + 12 * HOUR),
        (slow, other, DAY - 7 * HOUR),
    ):
        world.booked(machine, company, start, now=NOW)
    own = Request(machine=slow, company=mine.id, period=Period(DAY + 20 * HOUR, DAY + 28 * HOUR))
    ask(world.pool, who, own, now=NOW)
    closing = Closing(
        centre=world.centre.id,
        machine=None,
        period=Period(DAY + 16 * HOUR, DAY + 17 * HOUR),
        kind="closed",
        reason="점검",
    )
    closures.close(world.pool, world.manager, closing, now=NOW)
    said: set[str] = set()
    for start in (DAY + n * HALF for n in range(-10, 60)):
        with transaction(world.pool, SYSTEM) as tx:
            wish = Wish(
                machine_id=plain.id,
                company_id=mine.id,
                person_id=who.person_id,
                period=Period(start, start + HOUR),
            )
            known = book(tx, world.centre.id, mine.id, at=start)
            whole = wish.period.widened(before=AROUND, after=AROUND)
            narrow = facts_for_each(tx, known, [plain, slow], wish)
            wide = facts_for_each(tx, known, [plain, slow], wish, bounds=whole)
        for machine in (plain, slow):
            codes = {p.code for p in check(wish, wide[machine.id], now=NOW)}
            assert {p.code for p in check(wish, narrow[machine.id], now=NOW)} == codes, start
            said |= codes
    assert said >= {"booking.taken", "booking.closed", "booking.closure", "booking.month_minutes"}
