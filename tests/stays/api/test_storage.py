"""Stored goods: charged by units and days, never below nothing, and corrected after the issue."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any

import psycopg
import pytest
from fastapi.testclient import TestClient

from gadong.billing.services.proof import verification
from gadong.core.domain.ids import LotMoveId, UnitId
from gadong.core.domain.problem import Conflict
from gadong.people.services.accounts import OPERATOR
from gadong.stays.domain.days import Days
from gadong.stays.domain.lot import Lot
from gadong.stays.services import lots, tenancies
from tests.support.api_fixtures import LogIn
from tests.support.new_centre import Desk, NewCentre, Open, administrator, amounts, opened
from tests.support.world import World, registration_number

__all__ = ["administrator", "opened"]

FREEZER = {"kind": "freezer", "rate_per_hour": "0", "basis": "booked"}
PALLET_DAY = {
    "code": "pallet-day",
    "name_ko": "저온저장 파렛트·일",
    "name_en": "Pallet-day in the cold store",
    "measure": "ea",
    "price": "1500",
    "tax_item": "storage_fee",
}
HOURLY = {"code": "hour", "name_ko": "시간", "name_en": "Hour", "measure": "h", "price": "10"}


@pytest.fixture
def centre(opened: Open) -> NewCentre:
    made = opened("yeongju", "영주 소공인 복합지원센터")
    made.company("풍기인삼", registration_number(0))
    made.tariff(FREEZER, goods=[PALLET_DAY, HOURLY])
    return made


def stored(centre: NewCentre, day: int, units: int = 4, **more: Any) -> Any:
    store = centre.desk.post(f"{centre.path}/units", {"name": f"저장고 {day}"})["id"]
    goods = {"unit": store, "company": centre.companies["풍기인삼"], "good": "pallet-day"}
    body = {**goods, "name": "수삼", "units": units, "moved_on": centre.since(day), "place": "A-3"}
    return centre.desk.post(f"{centre.path}/storage-lots", {**body, **more})


def moved(
    centre: NewCentre, lot: Any, change: int, day: int, *, expect: int = 201, query: str = ""
) -> Any:
    body = {"change": change, "moved_on": centre.since(day)}
    return centre.desk.post(f"/storage-lots/{lot['id']}/moves{query}", body, expect=expect)


def test_an_open_lot_is_charged_for_its_part_and_a_late_move_corrects(centre: NewCentre) -> None:
    lot = stored(centre, 4)
    issued = centre.issued("풍기인삼")
    days = Days.of_month(centre.month).count - 3
    assert amounts(issued) == [4 * days * 1_500]
    (line,) = issued["document"]["lines"]
    assert line["charge"]["key"] == f"lot:{lot['id']}/material"
    assert f"4×{days}" in line["sentence_ko"]
    # Two had gone on the 9th already, which is entered now.
    refused = moved(centre, lot, -2, 9, expect=422)
    assert [(p["code"], p["actual"]) for p in refused["problems"]] == [
        ("stay.changes_issued", issued["number"])
    ]
    assert centre.desk.get(f"/storage-lots/{lot['id']}")["left"] == 4
    moved(centre, lot, -2, 9, query="?accept=true")
    found = centre.desk.get(f"/statements/{issued['id']}/difference")
    assert [c["now"] for c in found["changes"]] == [(4 * 5 + 2 * (days - 5)) * 1_500]
    body = {"digest": found["digest"], "reason": "출고 누락"}
    made = centre.desk.post(f"/statements/{issued['id']}/corrections", body)
    assert made["difference"] < 0
    centre.locked()
    verdicts = verification.verify(centre.pool, OPERATOR, number=issued["number"])
    assert [v.kind for v in verdicts] == [verification.Kind.HOLDS] * 2


def billed_now(centre: NewCentre, day: int) -> Any:
    """Bill until noon of a day of last month."""
    path = f"{centre.path}/companies/{centre.companies['풍기인삼']}/bill-now"
    return centre.desk.post(path, {"until": centre.at(day, "12:00")})


def test_bill_now_charges_no_free_units_twice_and_keeps_the_price_of_the_lots_first_day(
    centre: NewCentre,
) -> None:
    free = {**PALLET_DAY, "free": 10, "minimum_amount": 2_000}
    dear = {**free, "price": "1800"}
    centre.tariff(FREEZER, goods=[{**free, "price": "1500"}], effective_from=centre.since(2))
    centre.tariff(FREEZER, goods=[dear], effective_from=centre.since(15))
    stored(centre, 2, units=1)
    stored(centre, 16, units=1)
    days = Days.of_month(centre.month).count
    bills = [billed_now(centre, 10), billed_now(centre, 20), centre.issued("풍기인삼")]
    # From the 2nd: 8 and 10 days to the 9th and 19th. Ten are free, each lot has its own.
    rest = days - 19
    assert [sorted(amounts(bill)) for bill in bills] == [
        [0],
        [0, 8 * 1_500],
        sorted([rest * 1_500, (rest + 4 - 10) * 1_800]),
    ]
    verdicts = verification.verify(centre.pool, OPERATOR)
    assert [v.differences for v in verdicts] == [()] * 3


def test_stock_is_never_below_nothing_on_any_day(centre: NewCentre) -> None:
    lot = stored(centre, 4)
    assert moved(centre, lot, -5, 9, expect=409)["code"] == "conflict"
    assert moved(centre, lot, -1, 3, expect=409)["code"] == "conflict"
    out = moved(centre, lot, -4, 9)
    assert out["left"] == 0
    # All of it went on the 9th, so that nothing more went before.
    moved(centre, lot, -1, 8, expect=409)
    moved(centre, lot, 2, 12)
    # A move in cannot be taken back once its units went.
    first, gone = out["moves"]
    why = {"reason": "착오"}
    centre.desk.post(f"/storage-moves/{first['id']}/reverse", why, expect=409)
    again = centre.desk.post(f"/storage-moves/{gone['id']}/reverse", why)
    assert (again["left"], again["place"]) == (6, "A-3")
    centre.desk.post(f"/storage-moves/{gone['id']}/reverse", why, expect=409)
    (reversal,) = [m for m in again["moves"] if m["reverses"]]
    centre.desk.post(f"/storage-moves/{reversal['id']}/reverse", why, expect=409)


@pytest.mark.parametrize("good", ["box-day", "hour"])
def test_goods_come_in_under_a_price_by_the_piece(centre: NewCentre, good: str) -> None:
    store = centre.desk.post(f"{centre.path}/units", {"name": "저장고"})["id"]
    goods = {"unit": store, "company": centre.companies["풍기인삼"], "good": good}
    body = {**goods, "name": "수삼", "units": 1, "moved_on": centre.since(4)}
    answer = centre.desk.post(f"{centre.path}/storage-lots", body, expect=422)
    assert (answer["field"], good in answer["detail"]) == ("good", True)
    assert centre.desk.get(f"{centre.path}/storage-lots")["items"] == []


@pytest.mark.parametrize("later", [[], [{**HOURLY, "code": "pallet-day"}]], ids=["none", "hourly"])
def test_a_lot_whose_price_is_gone_blocks(centre: NewCentre, later: list[dict[str, str]]) -> None:
    stored(centre, 4)
    # Published later and for the month's own days: the price that the lot came in under is gone.
    centre.tariff(FREEZER, goods=later, effective_from=centre.since(2))
    (blocker,) = centre.draft("풍기인삼")["blockers"]
    assert (blocker["code"], blocker["actual"]) == ("statement.no_rate", "pallet-day")


def test_a_locked_month_without_a_statement_takes_no_goods_in(centre: NewCentre) -> None:
    centre.locked()
    store = centre.desk.post(f"{centre.path}/units", {"name": "저장고"})["id"]
    goods = {"unit": store, "company": centre.companies["풍기인삼"], "good": "pallet-day"}
    body = {**goods, "name": "수삼", "units": 1, "moved_on": centre.since(4)}
    path = f"{centre.path}/storage-lots"
    for query in ("", "?accept=true"):
        assert centre.desk.refused(f"{path}{query}", body, status=422) == ["month.locked_unstated"]
    assert centre.desk.get(path)["items"] == []
    let = {"unit": store, "company": goods["company"], "since": centre.since(20), "rent": 100}
    tenancies_of = f"{centre.path}/tenancies"
    assert centre.desk.refused(tenancies_of, let, status=422) == ["month.locked_unstated"]


def test_goods_of_an_earlier_day_are_charged_in_no_locked_month_without_a_statement(
    centre: NewCentre,
) -> None:
    before = centre.month.previous
    centre.tariff(FREEZER, goods=[PALLET_DAY, HOURLY], effective_from=f"{before}-01")
    lot = stored(centre, 4, moved_on=f"{before}-10")
    out = {"change": -4, "moved_on": f"{before}-20"}
    (_, gone) = centre.desk.post(f"/storage-lots/{lot['id']}/moves", out)["moves"]
    centre.locked()
    # Each would lie there through the locked month, too.
    more = {"change": 1, "moved_on": f"{before}-25"}
    new = {"unit": lot["unit"], "company": lot["company"], "good": "pallet-day", "name": "홍삼"}
    entered = [
        (f"{centre.path}/storage-lots", {**new, "units": 10, "moved_on": f"{before}-28"}),
        (f"/storage-lots/{lot['id']}/moves", more),
        (f"/storage-moves/{gone['id']}/reverse", {"reason": "착오"}),
    ]
    for path, body in entered:
        for query in ("", "?accept=true"):
            codes = centre.desk.refused(f"{path}{query}", body, status=422)
            assert codes == ["month.locked_unstated"], path
    assert centre.desk.get(f"/storage-lots/{lot['id']}")["left"] == 0


def test_the_rest_of_a_locked_month_after_its_only_bill_takes_no_stay(centre: NewCentre) -> None:
    lot = stored(centre, 2)
    moved(centre, lot, -4, 9)
    billed_now(centre, 15)
    centre.locked()
    unstated = "month.locked_unstated"
    # Until the noon of the 15th: that day's stock is counted at its end, and its rent as it begins.
    for day in (10, 14, 15):
        query = "?accept=true"
        body = {"change": 1, "moved_on": centre.since(day)}
        path = f"/storage-lots/{lot['id']}/moves{query}"
        assert centre.desk.refused(path, body, status=422) == [unstated], day
    rent = {"unit": lot["unit"], "company": lot["company"], "rent": 100_000}
    tenancies_of = f"{centre.path}/tenancies?accept=true"
    for last_day in (None, centre.since(16)):
        let = {**rent, "since": centre.since(10), "last_day": last_day}
        assert centre.desk.refused(tenancies_of, let, status=422) == [unstated], last_day
    within = {**rent, "since": centre.since(10), "last_day": centre.since(15)}
    assert centre.desk.post(tenancies_of, within)["last_day"] == centre.since(15)


def test_a_month_is_not_closed_over_stock_without_a_statement(centre: NewCentre) -> None:
    stored(centre, 4)
    path = f"{centre.path}/months/{centre.month}/lock"
    answer = centre.desk.post(path, {"reason": "월 마감"}, expect=422)
    assert [p["code"] for p in answer["problems"]] == ["month.unstated"]


@pytest.fixture
def lot(world: World) -> Lot:
    unit = tenancies.add_unit(world.pool, world.manager, world.centre.id, "저장고")
    return lots.store_in(
        world.pool,
        world.manager,
        centre=world.centre.id,
        company=world.company().id,
        unit=UnitId(unit.id),
        good="pallet-day",
        name="수삼",
        units=10,
        moved_on=date(2026, 3, 1),
        now=datetime(2026, 3, 1, 1, tzinfo=UTC),
    )


def test_two_that_go_out_at_once_are_counted(world: World, lot: Lot) -> None:
    def out(_: int) -> bool:
        try:
            lots.move(
                world.pool,
                world.manager,
                lot.id,
                change=-6,
                moved_on=date(2026, 3, 2),
                now=datetime(2026, 3, 3, tzinfo=UTC),
            )
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(4) as several:
        assert sorted(several.map(out, range(4))) == [False, False, False, True]
    assert lots.find(world.pool, world.manager, lot.id).left == 4


def test_the_database_keeps_what_moved(world: World, lot: Lot, database_url: str) -> None:
    for statement in ("update storage_moves set change = 1", "delete from storage_lots"):
        with (
            psycopg.connect(database_url) as owner,
            pytest.raises(psycopg.errors.RestrictViolation),
        ):
            owner.execute(statement)


def test_limits_and_rights(client: TestClient, world: World, bearer: LogIn, lot: Lot) -> None:
    (company, *_) = world.companies
    own, other = bearer(world.member(company)), bearer(world.member(world.company()))
    desk = Desk(client, bearer(None))
    path, one = f"/centres/{world.centre.id}/storage-lots", f"/storage-lots/{lot.id}"
    for who, seen in ((desk.headers, 1), (own, 1), (other, 0)):
        assert len(Desk(client, who).get(path)["items"]) == seen
    assert Desk(client, own).get(one)["left"] == 10
    assert client.get(f"/api/v1{one}", headers=other).status_code == 404
    body = {"change": -1, "moved_on": "2026-03-02"}
    Desk(client, own).post(f"{one}/moves", body, expect=403)
    Desk(client, other).post(f"{one}/moves", body, expect=404)
    today = datetime.now(UTC).astimezone(world.ZONE).date()
    for more, field in (
        ({"moved_on": str(today + timedelta(days=1))}, "moved_on"),
        ({"change": 0}, "units"),
    ):
        assert desk.post(f"{one}/moves", {**body, **more}, expect=422)["field"] == field
    assert desk.post(f"{one}/moves", {**body, "moved_on": str(today)})["left"] == 9
    unknown = LotMoveId(lot.id)
    desk.post(f"/storage-moves/{unknown}/reverse", {"reason": "x"}, expect=404)
