"""Search, order and pages of a list: their limits, and the addresses that keep them."""

from __future__ import annotations

import pytest

from api.pages.frame.listing import ROWS, Listing, ListSearch, listing
from tests.support.page_fixtures import Visit
from tests.support.world import World


def of(count: int, **asked: object) -> Listing[str]:
    names = [f"기업 {n}" for n in range(count, 0, -1)]
    return listing(
        "/x",
        names,
        ListSearch(**asked),  # type: ignore[arg-type]  # the fields of one dataclass
        text=str,
        orders={"name": ("Name", str), "back": ("Back", lambda name: name[::-1])},
        kept={"kind": "밀"},
    )


@pytest.mark.parametrize(("count", "pages"), [(0, 1), (ROWS - 1, 1), (ROWS, 1), (ROWS + 1, 2)])
def test_a_page_has_so_many_rows(count: int, pages: int) -> None:
    shown = of(count)
    assert (shown.pages, len(shown.rows)) == (pages, min(count, ROWS))
    assert shown.is_long is (pages > 1)


def test_rows_stand_in_their_natural_order_and_a_page_too_far_is_the_last() -> None:
    assert of(ROWS * 2).rows[:3] == ["기업 1", "기업 2", "기업 3"]
    last = of(ROWS * 2 + 1, page=9)
    assert (last.page, last.rows) == (3, [f"기업 {ROWS * 2 + 1}"])
    assert of(12, order="nothing").asked.order == "name"


def test_a_search_is_kept_in_addresses() -> None:
    shown = of(200, text="기업 1", order="name")
    assert (shown.found, shown.total, shown.pages) == (119, 200, 3)
    assert shown.address(2) == ("/x?kind=%EB%B0%80&q=%EA%B8%B0%EC%97%85+1&order=name&page=2")
    assert of(3, text="없음").rows == []


def test_many_companies_stay_one_screen(visit: Visit, world: World) -> None:
    companies = [world.company(name=f"긴목록 {number}") for number in range(1, ROWS + 3)]
    manager = visit(None)
    first = manager.get("/companies").text
    assert first.index("긴목록 2<") < first.index("긴목록 10<")
    assert "2쪽 가운데 1쪽" in first
    assert f"긴목록 {ROWS + 2}<" not in first
    assert f"긴목록 {ROWS + 2}<" in manager.get("/companies?order=name&page=2").text
    found = manager.get("/companies", params={"q": companies[-1].registration_number}).text
    assert f"긴목록 {ROWS + 2}<" in found
    assert f"긴목록 {ROWS + 1}<" not in found
    nothing = manager.get("/companies", params={"q": "<script>"}).text
    assert "맞는 것이 없습니다" in nothing
    assert "<script>" not in nothing.split("<main", 1)[1]
