"""The record of who did what is read in words; ids are one tap away."""

from __future__ import annotations

import re

from tests.support.page_fixtures import Visit
from tests.support.pages.browser import booked
from tests.support.world import World

ID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"


def test_acts_are_told_with_names_and_links_and_not_with_ids(visit: Visit, world: World) -> None:
    world.machine("mill-1"), world.company()
    booking = booked(world, world.member(world.companies[0]), 10)
    shown = visit(None).get("/centre").text
    table = shown[shown.index("처리 기록") :]
    rows = re.findall(r"<tr>.*?</tr>", table[table.index("<tbody>") :], re.DOTALL)
    assert rows
    in_sight = [re.sub(r"<details.*?</details>", "", row, flags=re.DOTALL) for row in rows]
    assert not any(re.search(ID, re.sub(r"<[^>]*>", "", row)) for row in in_sight)
    assert any(f'<a href="/bookings/{booking.id}">보기</a>' in row for row in in_sight)
    assert any('<a href="/machines/mill-1">밀링</a>' in row for row in in_sight)
    assert any("센터 직원이 아닌 사람" in row for row in in_sight)
    # Readers of the chain see the record itself.
    assert any(str(booking.id) in row for row in rows)
