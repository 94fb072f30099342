"""Pages of tenancies: a manager lets a unit and ends the contract, and its tenant reads it."""

from __future__ import annotations

from gadong.core.database import Pool
from gadong.stays.services import tenancies
from tests.support.page_fixtures import Visit
from tests.support.pages.pages import text_of
from tests.support.world import World


def test_a_unit_is_let_renewed_and_left(visit: Visit, world: World, pool: Pool) -> None:
    company = world.company()
    desk, own = visit(None), visit(world.member(company))
    outsider = visit(world.member(world.company()))
    assert "등록한 호실이 없습니다" in text_of(desk.get("/tenancies").text)
    assert desk.post("/tenancies/units", data={"name": "201호"}).status_code == 303
    assert "입주 기업 없음" in text_of(desk.get("/tenancies").text)
    (unit,) = tenancies.units(pool, world.manager, world.centre.id)
    terms = {"rent": "200000", "maintenance": "50000", "tax_type": "taxable_10"}
    let = {"unit": str(unit.id), "company": str(company.id), "since": "2026-03-01", **terms}
    made = desk.post("/tenancies", data={**let, "last_day": "2027-02-28"})
    assert made.status_code == 303
    page = made.headers["Location"].split("?")[0]
    twice = desk.post("/tenancies", data=let)
    assert (twice.status_code, "입주한 기업이 있습니다" in twice.text) == (409, True)
    seen = text_of(own.get("/tenancies").text)
    assert "201호" in seen
    assert "200,000원" in seen
    assert "호실 등록" not in seen
    assert "계약 등록" not in text_of(own.get(page).text)
    assert "201호" not in text_of(outsider.get("/tenancies").text)
    assert outsider.get(page).status_code == 404
    renewed = desk.post(f"{page}/renewal", data={**terms, "last_day": ""})
    assert "2027-03-01" in text_of(desk.get(renewed.headers["Location"]).text)
    wrong = {"reason": "잘못 입력"}
    back = desk.post(f"{renewed.headers['Location'].split('?')[0]}/take-back", data=wrong)
    assert "취소됨" in text_of(desk.get(back.headers["Location"]).text)
    left = {"last_day": "2026-12-14", "notice_on": "2026-11-14", "reason": "해지 통보"}
    assert desk.post(f"{page}/end", data=left).status_code == 303
    told = text_of(own.get(page).text)
    assert "2026-03-01 – 2026-12-14" in told
    assert "2026-11-14" in told
    again = desk.post(f"{page}/end", data=left)
    assert (again.status_code, "이미" in again.text) == (409, True)


def test_a_deposit_comes_and_goes_back(visit: Visit, world: World, pool: Pool) -> None:
    company = world.company()
    desk, own = visit(None), visit(world.member(company))
    desk.post("/tenancies/units", data={"name": "201호"})
    (unit,) = tenancies.units(pool, world.manager, world.centre.id)
    let = {"unit": str(unit.id), "company": str(company.id), "since": "2026-03-01", "rent": "0"}
    page = desk.post("/tenancies", data=let).headers["Location"].split("?")[0]
    given = {"kind": "received", "amount": "2000000", "paid_on": "2026-02-27", "note": "계약금"}
    # A form that is sent twice enters its money once.
    assert 'name="key"' in desk.get(page).text
    sent = {**given, "key": "0123456789abcdef"}
    for _ in range(2):
        assert desk.post(f"{page}/deposits", data=sent).status_code == 303
    other = desk.post(f"{page}/deposits", data={**sent, "amount": "1"})
    assert (other.status_code, "이미 보낸 양식" in other.text) == (409, True)
    assert "센터 보관액: 2,000,000원" in text_of(own.get(page).text)
    assert "보관 중인 보증금: 2,000,000원" in text_of(desk.get("/tenancies").text)
    much = desk.post(f"{page}/deposits", data={**given, "kind": "returned", "amount": "2000001"})
    assert (much.status_code, "보다 많은 금액" in much.text) == (409, True)
    back = {"kind": "returned", "amount": "2000000", "paid_on": "2026-03-02"}
    assert desk.post(f"{page}/deposits", data=back).status_code == 303
    assert "센터 보관액: 0원" in text_of(own.get(page).text)
    assert "보증금 입금·반환 기록" not in own.get(page).text
