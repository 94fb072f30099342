"""The list of machines: the earliest free first, and each page's machines with their day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from api.pages.frame.listing import ROWS
from tests.support.page_fixtures import Visit
from tests.support.world import World


def test_the_machine_that_is_free_last_is_on_the_last_page_with_its_day(
    visit: Visit, world: World
) -> None:
    machines = [world.machine(f"mill-{number}") for number in range(ROWS + 1)]
    company, now = world.company(), datetime.now(UTC)
    world.tariff(kind="mill")
    world.booked(machines[0], company, now - timedelta(minutes=30), hours=3)
    client = visit(world.member(company))
    pages = [client.get(f"/machines?page={number}").text for number in (1, 2)]
    # Each machine on a page has one bar of its day and its price.
    for piece in ('class="free-bar"', 'class="price"', 'form="beside" name="m"'):
        assert [page.count(piece) for page in pages] == [ROWS, 1], piece
    assert [f'href="/machines/{machines[0].slug}"' in page for page in pages] == [False, True]
    searched = client.get(f"/machines?q={machines[7].slug}").text
    assert searched.count('class="free-bar"') == 1
