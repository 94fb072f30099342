"""Bill now, on the page of the month so far."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from fastapi.testclient import TestClient

from gadong.core.domain.calendar import Month
from tests.support.billing.lines_by_their_own_day import mill, published, used
from tests.support.page_fixtures import Visit
from tests.support.pages.pages import text_of
from tests.support.world import World

__all__ = ["mill"]


def test_a_manager_bills_now_from_the_month_so_far(
    world: World, manager: TestClient, visit: Visit
) -> None:
    published(world, manager)
    now = datetime.now(UTC)
    start = Month.of(now, world.centre.zone).period(world.centre.zone).start
    company = world.company()
    begin = max(now - timedelta(hours=3), start + (now - start) / 4)
    used(world, world.machine("mill-1"), begin, hours=min(1, (now - begin).seconds / 7200))
    page = visit(None)
    before = text_of(page.get(f"/statements/preview?company={company.id}").text)
    assert "지금 청구" in before
    sent = page.post("/statements/bill-now", data={"company": str(company.id)})
    assert sent.status_code == 303
    paper = text_of(page.get(sent.headers["location"]).text)
    assert "청구했습니다." in paper
    assert "이 달 중 다음 구간에 시작한 이용을 청구합니다" in paper
    after = text_of(page.get(f"/statements/preview?company={company.id}").text)
    assert "이 달에는 청구할 이용이 없습니다" in after
    assert "지금 청구" not in after
    again = page.post("/statements/bill-now", data={"company": str(company.id)})
    assert again.status_code == 409
    assert "아직 청구하지 않은 이용이 없습니다" in text_of(again.text)


def test_a_firm_sees_its_month_and_bills_nothing(
    world: World, manager: TestClient, visit: Visit
) -> None:
    company = world.company()
    page = visit(world.member(company))
    shown = text_of(page.get(f"/statements/preview?company={company.id}").text)
    assert "지금 청구" not in shown
    sent = page.post("/statements/bill-now", data={"company": str(company.id)})
    assert sent.status_code == 403
