"""Pages of stored goods: the desk takes in and out, and the firm reads its stock."""

from __future__ import annotations

from gadong.core.database import Pool
from gadong.stays.services import lots
from gadong.stays.services.tenancies import add_unit
from tests.support.page_fixtures import Visit
from tests.support.pages.pages import text_of
from tests.support.stays.lots import PALLET_DAY
from tests.support.world import World


def test_goods_come_and_go(visit: Visit, world: World, pool: Pool) -> None:
    world.tariff(goods=[PALLET_DAY])
    company = world.company()
    desk, own = visit(None), visit(world.member(company))
    outsider = visit(world.member(world.company()))
    assert "먼저 등록하세요" in text_of(desk.get("/storage").text)
    unit = add_unit(pool, world.manager, world.centre.id, "저온저장고")
    goods = {"unit": str(unit.id), "company": str(company.id), "good": "pallet-day"}
    body = {**goods, "name": "수삼", "units": "4", "moved_on": "2026-03-02", "place": "A-3"}
    assert 'name="key"' in desk.get("/storage").text
    # A form that is sent twice takes its goods in once, and moves them once.
    made, again = (desk.post("/storage", data={**body, "key": "taken-in"}) for _ in range(2))
    assert made.status_code == 303
    assert again.headers["Location"] == made.headers["Location"]
    page = made.headers["Location"].split("?")[0]
    seen = text_of(own.get("/storage").text)
    assert "재고 4" in seen
    assert "저온저장고 A-3" in seen
    assert "입고 등록" not in seen
    assert "수삼" not in text_of(outsider.get("/storage").text)
    assert outsider.get(page).status_code == 404
    out = {"do": "out", "units": "5", "moved_on": "2026-03-09"}
    much = desk.post(f"{page}/moves", data=out)
    assert (much.status_code, "남아 있지 않은 날" in much.text) == (409, True)
    assert 'name="key"' in desk.get(page).text
    for _ in range(2):
        sent = {**out, "units": "4", "key": "gone-out"}
        assert desk.post(f"{page}/moves", data=sent).status_code == 303
    assert "모두 출고" in text_of(own.get("/storage").text)
    assert "출고 4" in text_of(own.get(page).text)
    (lot,) = lots.shown(pool, world.manager, world.centre.id, most=10)
    wrong = {"move": str(lot.moves[-1].id), "reason": "착오"}
    assert desk.post(f"{page}/take-back", data=wrong).status_code == 303
    assert "지금 재고 4" in text_of(own.get(page).text)
    more = {"do": "in", "units": "2", "moved_on": "2026-03-10"}
    assert desk.post(f"{page}/moves", data=more).status_code == 303
    assert "재고 6" in text_of(own.get("/storage").text)
