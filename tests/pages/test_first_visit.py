"""The first visit of the main pages keeps its budget: few bytes, and nothing moves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from playwright.sync_api import Browser

from bench import first_visit
from tests.support.pages.browser import member_of
from tests.support.reports.reports import month_of_work
from tests.support.world import World


def test_a_first_visit_is_small_and_nothing_moves(
    browser: Browser, site: str, world: World
) -> None:
    month_of_work(world)
    world.booked(
        world.machine("mill-9"), world.companies[0], datetime.now(UTC) + timedelta(hours=3)
    )
    _, email = member_of(world)
    seen = [
        *first_visit.members(browser, site, email),
        *first_visit.managers(browser, site, world.manager_email),
    ]
    assert [one.path for one in seen] == [*first_visit.BAR, *first_visit.DESK]
    over = [
        one.row
        for one in seen
        if one.sent_bytes > first_visit.MOST_BYTES or one.shift > first_visit.MOST_SHIFT
    ]
    assert over == []
    # The paint's time depends on the machine: the bench measures it.
    assert all(one.sent_bytes > 0 and one.painted_ms > 0 and one.bare_ms > 0 for one in seen)
