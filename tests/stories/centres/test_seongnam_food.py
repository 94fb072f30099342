"""성남 상대원: mixers and a retort with cleaning records, a freezer with alarms, members' prices.

The month is closed from the ledger; the hygiene is of today, since it is recorded when it is done.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from gadong.metering.services import channel_limits
from tests.support.new_centre import API, NewCentre, Open, amounts, next_monday, numbers, sums

MIXER = {"kind": "mixer", "rate_per_hour": "20000", "ledger_basis": "actual_run"}
RETORT = {"kind": "retort", "rate_per_hour": "40000", "ledger_basis": "actual_run"}
FREEZER = {"kind": "freezer", "rate_per_hour": "0", "basis": "booked"}
SHELF_DAY = {
    "code": "shelf-day",
    "name_ko": "냉동 선반·일",
    "name_en": "Shelf-day in the freezer",
    "measure": "ea",
    "price": "1000",
    "tax_item": "storage_fee",
}
ALLERGENS = [
    {"ko": "알레르겐(대두·밀) 세척", "en": "Allergens (soy, wheat) washed off"},
    {"ko": "소독 완료", "en": "Disinfected"},
]


def equipped(centre: NewCentre) -> None:
    """Register the kitchen with its checklist, the prices and two firms."""
    centre.machine("mixer-1", "mixer", "혼합기", approval="auto")
    centre.machine("retort-1", "retort", "레토르트")
    centre.machine("freezer-1", "freezer", "급속냉동고", observed="signal")
    path = f"/machines/{centre.machines['mixer-1']}/checklists"
    centre.desk.post(path, {"moment": "before", "questions": ALLERGENS})
    centre.tariff(
        MIXER,
        RETORT,
        FREEZER,
        discounts=[{"category": "small-manufacturer", "pct": "50"}],
        extra_discounts=[{"name": "협동조합 조합원", "pct": "20"}],
        goods=[SHELF_DAY],
    )
    one, two = numbers(2)
    centre.company("상대원만두", one)
    centre.company("성남반찬", two)
    # A co-operative that is being founded pays by itself; its members prove that they are of it.
    centre.payer("모란 도시락 협동조합", "cooperative", "설립동의서 2026-11")
    path = f"{centre.path}/companies/{centre.companies['상대원만두']}/extras"
    proof = {"name": "협동조합 조합원", "since": centre.since(), "proof": "가입 신청서"}
    centre.desk.post(path, proof, expect=204)


def test_a_month_of_a_food_centre_is_closed(opened: Open) -> None:
    centre = opened("seongnam", "성남 소공인 복합지원센터")
    equipped(centre)
    day = centre.day(1, 2)
    centre.wrote("mixer-1", "상대원만두", day, "09:00", "11:00", reason="만두소")
    centre.wrote("retort-1", "상대원만두", day, "11:00", "12:30", reason="살균")
    store = centre.desk.post(f"{centre.path}/units", {"name": "냉동고 1"})["id"]
    goods = {"unit": store, "company": centre.companies["상대원만두"], "good": "shelf-day"}
    lot = {**goods, "name": "만두", "units": 3, "moved_on": centre.since(day)}
    stored = centre.desk.post(f"{centre.path}/storage-lots", lot)["id"]
    out = {"change": -3, "moved_on": centre.since(day + 10)}
    centre.desk.post(f"/storage-lots/{stored}/moves", out)
    centre.wrote("mixer-1", "성남반찬", day + 1, "09:00", "09:40", reason="양념")

    centre.wrote("mixer-1", "모란 도시락 협동조합", day + 2, "09:00", "10:00", reason="시험 조리")

    # Two hours at 20,000 and 90 min at 40,000; half of it for the class, 80 % of that for members:
    # 16,000 and 24,000. 30 shelf-days at 1,000.
    one = centre.issued("상대원만두")
    assert sorted(amounts(one)) == [16_000, 24_000, 30_000]
    assert sums(one, "taxable", "vat", "total") == (70_000, 7_000, 77_000)
    # 40 min at 20,000 are 13,333.33, half of it 6,666.67: 6,666 on the line, 6,660 on the document.
    two = centre.issued("성남반찬")
    assert (amounts(two), sums(two, "truncation")) == ([6_666], (-6,))
    assert sums(two, "taxable", "vat", "total") == (6_660, 666, 7_326)
    three = centre.issued("모란 도시락 협동조합")
    assert (amounts(three), sums(three, "total")) == ([20_000], (22_000,))
    centre.locked()

    assert centre.hours() == {"mixer-1": (0, 13_200, 0), "retort-1": (0, 5_400, 0)}
    income = centre.report("utilisation")["income"]
    assert (income["supply"], income["total"]) == (96_660, 106_326)
    log = centre.log("장비명", "작성자", "사용기관", "가동(분)", "사용료(원)")
    assert log == [
        "혼합기 · 이용 장부 · 상대원만두 · 120 · 16000",
        "레토르트 · 이용 장부 · 상대원만두 · 90 · 24000",
        "혼합기 · 이용 장부 · 성남반찬 · 40 · 6666",
        "혼합기 · 이용 장부 · 모란 도시락 협동조합 · 60 · 20000",
    ]


def test_a_bad_cleaning_closes_the_mixer_until_somebody_opens_it(opened: Open) -> None:
    centre = opened("seongnam", "성남 소공인 복합지원센터")
    equipped(centre)
    monday = next_monday()
    wish = {
        "machine": centre.machines["mixer-1"],
        "company": centre.companies["성남반찬"],
        "person_name": "반찬",
        "start": (monday + timedelta(hours=10)).isoformat(),
        "end": (monday + timedelta(hours=12)).isoformat(),
    }

    def broken() -> list[str]:
        found = centre.desk.post("/bookings/quote", wish, expect=200)
        return [problem["code"] for problem in found["problems"]]

    assert broken() == []
    bad = {"is_good": False, "note": "밀가루 남음"}
    answers = {"moment": "before", "answers": [bad, {"is_good": True}]}
    centre.desk.post(f"/machines/{centre.machines['mixer-1']}/checklist-answers", answers)
    assert broken() == ["booking.closure"]
    now = datetime.now(UTC)
    (closure,) = centre.desk.get("/closures", centre=centre.id, **near(now))["items"]
    lift = {"reason": "다시 세척하고 확인"}
    centre.desk.post(f"/closures/{closure['id']}/lift", lift, expect=204)
    assert broken() == []
    kept = centre.desk.table(f"{centre.path}/checklist-answers.csv")
    assert [(row["답"], row["내용"]) for row in kept] == [("부적합", "밀가루 남음"), ("적합", "")]


def test_a_warm_freezer_is_told_acknowledged_and_on_record(opened: Open) -> None:
    centre = opened("seongnam", "성남 소공인 복합지원센터")
    equipped(centre)
    freezer = centre.machines["freezer-1"]
    mapped = {"value": "t", "channel": "temperature"}
    source = {"dialect": "mapper", "base": f"{centre.slug}/freezer", "options": mapped}
    centre.desk.post(f"/machines/{freezer}/sources", source)
    limit: dict[str, Any] = {
        "name": "냉동고 온도",
        "channel": "temperature",
        "side": "above",
        "bound": -18,
        "delay_seconds": 600,
    }
    centre.desk.post(f"/machines/{freezer}/limits", limit)
    started = datetime.now(UTC)
    readings = [(0, -20.0), (5, -15.5), (10, -12.0), (20, -18.0)]
    words = [((started + timedelta(minutes=m)).isoformat(), value) for m, value in readings]
    centre.stored("freezer-1", words, "temperature")
    channel_limits.judge_all(centre.pool, now=started + timedelta(minutes=21))
    (alarm,) = centre.desk.get(f"{centre.path}/limit-alarms", **near(started))["items"]
    # Above -18 from the fifth to the twentieth minute, at worst -12.
    lasted = datetime.fromisoformat(alarm["end"]) - datetime.fromisoformat(alarm["start"])
    assert (lasted, alarm["worst"]) == (timedelta(minutes=15), -12.0)
    word = {"words": "문 닫음, 제품 이상 없음"}
    path = f"/limit-alarms/{alarm['id']}/acknowledgement"
    answer = centre.desk.client.post(f"{API}{path}", json=word, headers=centre.desk.headers)
    assert answer.status_code in {200, 201, 204}, answer.text
    rows = centre.desk.table(f"{centre.path}/limit-alarms.csv", **near(started))
    assert [(row["장비"], row["조치"]) for row in rows] == [
        ("freezer-1", "문 닫음, 제품 이상 없음")
    ]


def near(at: datetime) -> dict[str, str]:
    """Return the bounds of the day around an instant."""
    half = timedelta(hours=12)
    return {"from": (at - half).isoformat(), "to": (at + half).isoformat()}
