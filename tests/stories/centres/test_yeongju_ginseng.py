"""영주 풍기: a plant by the shift with cleaning, analyses by the sample, pouches and a cold store."""

from __future__ import annotations

from base64 import b64encode
from datetime import datetime, timedelta
from hashlib import sha256

from tests.support.new_centre import KST, NewCentre, Open, amounts, next_monday, numbers, sums

DAYS = [{"weekday": day, "opens": "06:00", "closes": "22:00"} for day in range(6)]
SHIFT = {"name_ko": "교대", "name_en": "shift", "price": "200000"}
PLANT = {
    "kind": "plant",
    "rate_per_hour": "25000",
    "basis": "booked",
    "units": [
        {**SHIFT, "since": "06:00:00", "until": "14:00:00"},
        {**SHIFT, "since": "14:00:00", "until": "22:00:00"},
        {**SHIFT, "since": "22:00:00", "until": "06:00:00", "price": "260000"},
    ],
}
HPLC = {
    "kind": "hplc",
    "usage_mode": "commissioned",
    "rate_per_hour": "0",
    "ledger_basis": "actual_run",
}
GINSENOSIDE = {
    "code": "ginsenoside",
    "kind": "commission",
    "name_ko": "진세노사이드 분석",
    "name_en": "Ginsenoside analysis",
    "measure": "ea",
    "price": "80000",
    "is_discounted": True,
}
POUCH = {
    "code": "pouch",
    "kind": "commission",
    "name_ko": "탕전 파우치",
    "name_en": "Decoction pouch",
    "measure": "ea",
    "price": "300",
    "tax_item": "processing_fee",
}
PALLET_DAY = {
    "code": "pallet-day",
    "name_ko": "저온저장 파렛트·일",
    "name_en": "Pallet-day in the cold store",
    "measure": "ea",
    "price": "1500",
    "tax_item": "storage_fee",
}
VOUCHER = {
    "name": "영주 바우처",
    "payer": "영주시",
    "pct": "60",
    "monthly_cap": 100_000,
    "covers": ["commission"],
}
REPORT = b"%PDF-1.7\n3 samples\n%%EOF\n"
CLEANING = [
    {"ko": "CIP 세척 완료", "en": "CIP done"},
    {"ko": "배수구 청소 완료", "en": "Drains cleaned"},
]


def equipped(centre: NewCentre) -> None:
    """Register the plant with its cleaning, the laboratory, the prices and two firms."""
    centre.machine("plant-1", "plant", "HACCP 가공라인", teardown_minutes=60, approval="auto")
    centre.desk.post(
        f"/machines/{centre.machines['plant-1']}/checklists",
        {"moment": "after", "questions": CLEANING},
    )
    samples = [{"key": "samples", "ko": "시료 수", "en": "Samples", "is_required": True}]
    centre.machine("hplc-1", "hplc", "HPLC", usage_modes=["commissioned"], questions=samples)
    centre.tariff(
        PLANT,
        HPLC,
        discounts=[{"category": "grower", "pct": "50", "name_ko": "재배농가", "name_en": "Grower"}],
        goods=[GINSENOSIDE, POUCH, PALLET_DAY],
        subsidies=[VOUCHER],
    )
    (number,) = numbers(1)
    # A grower has no number with the tax office, but one in the farm register.
    centre.payer("풍기 김재배", "farm", "1234567890", "grower")
    centre.company("소백인삼", number, "general")
    path = f"{centre.path}/companies/{centre.companies['풍기 김재배']}/extras"
    proof = {"name": "영주 바우처", "since": centre.since(), "proof": "협약서"}
    centre.desk.post(path, proof, expect=204)


def worked(centre: NewCentre) -> tuple[str, str]:
    """Enter a month of shifts, an analysis, a decoction and storage; return the addresses of the
    two cases.
    """
    day = centre.day(1, 2)
    grower = {"person_name": "김재배"}
    shift = centre.booked("plant-1", "풍기 김재배", day, "06:00", "14:00", **grower)
    centre.wrote("plant-1", "풍기 김재배", day, "06:20", "13:30", booking=shift["id"])
    # A cleaning is recorded when it is done, so that last month's has no record from paper.
    answers = {"moment": "after", "answers": [{"is_good": True}, {"is_good": True}]}
    late = f"/machines/{centre.machines['plant-1']}/checklist-answers"
    centre.desk.post(late, {**answers, "booking": shift["id"]}, expect=409)
    centre.desk.post(late, answers)
    # Three samples, measured by the centre.
    order = centre.booked(
        "hplc-1",
        "풍기 김재배",
        day + 1,
        "09:00",
        "12:00",
        usage_mode="commissioned",
        answers={"samples": "3"},
        **grower,
    )
    centre.wrote("hplc-1", "풍기 김재배", day + 1, "09:00", "11:00", booking=order["id"])
    # Both are cases of one year's numbers, entered from paper.
    items = [{"good": "ginsenoside", "quantity": "3", "booking": order["id"]}]
    analysis = done(centre, "진세노사이드 분석", items, day + 1)
    file = {"name": "성적서.pdf", "data": b64encode(REPORT).decode()}
    report = centre.desk.post(f"{analysis}/reports", file)
    assert report["number"] == f"{centre.month.year}-0001-R1"
    assert report["digest"] == sha256(REPORT).hexdigest()
    # Of 200 pouches two burst: what was made is charged.
    asked = [{"good": "pouch", "quantity": "200"}]
    made = [{"good": "pouch", "quantity": "198"}]
    batch = done(centre, "탕전 배치 7", asked, day + 2, made=made)
    assert centre.desk.get(batch)["number"] == f"{centre.month.year}-0002"
    # Four pallets for twelve days, of which the day that they come counts, and that they go not.
    store = centre.desk.post(f"{centre.path}/units", {"name": "플라즈마 저온저장고"})["id"]
    goods = {"unit": store, "company": centre.companies["풍기 김재배"], "good": "pallet-day"}
    lot = {**goods, "name": "수삼", "units": 4, "place": "A-3", "moved_on": centre.since(day + 3)}
    stored = centre.desk.post(f"{centre.path}/storage-lots", lot)["id"]
    out = {"change": -4, "moved_on": centre.since(day + 15)}
    assert centre.desk.post(f"/storage-lots/{stored}/moves", out)["left"] == 0
    for one, start, end, left in (
        (day, "15:00", "22:00", "21:00"),
        (day + 1, "13:00", "15:00", "15:00"),
    ):
        booking = centre.booked("plant-1", "소백인삼", one, start, end, person_name="소백")
        centre.wrote("plant-1", "소백인삼", one, start, left, booking=booking["id"])
    return analysis, batch


def done(
    centre: NewCentre,
    subject: str,
    items: list[dict[str, str]],
    day: int,
    *,
    made: list[dict[str, str]] | None = None,
) -> str:
    """Enter commissioned work of a day from its request to its end; return its address."""
    body = {"company": centre.companies["풍기 김재배"], "subject": subject, "goods": items}
    path = f"{centre.path}/commissions"
    case = centre.desk.post(path, {**body, "at": centre.at(day, "08:30")})
    one, due = f"/commissions/{case['id']}", {"due_on": centre.since(day + 3)}
    centre.desk.post(f"{one}/receive", {**due, "at": centre.at(day, "09:00")}, expect=200)
    centre.desk.post(f"{one}/start", {"at": centre.at(day, "09:10")}, expect=200)
    result = {"goods": made} if made else {}
    centre.desk.post(f"{one}/finish", {**result, "at": centre.at(day, "17:00")}, expect=200)
    return one


def test_cleaning_keeps_the_next_firm_an_hour_away(opened: Open) -> None:
    centre = opened("yeongju", "영주 소공인 복합지원센터", DAYS)
    equipped(centre)
    monday = next_monday()

    def wish(company: str, start: float, end: float) -> dict[str, object]:
        return {
            "machine": centre.machines["plant-1"],
            "company": centre.companies[company],
            "person_name": "담당",
            "start": (monday + timedelta(hours=start)).isoformat(),
            "end": (monday + timedelta(hours=end)).isoformat(),
        }

    centre.desk.post("/bookings", wish("풍기 김재배", 6, 14))
    assert centre.desk.refused("/bookings", wish("소백인삼", 14.5, 22)) == ["booking.taken"]
    centre.desk.post("/bookings", wish("소백인삼", 15, 22))


def test_a_month_of_a_ginseng_centre_is_closed(opened: Open) -> None:
    centre = opened("yeongju", "영주 소공인 복합지원센터", DAYS)
    equipped(centre)
    centre.desk.put(f"{centre.path}/commission-terms", {"is_paid_first": True}, expect=200)
    cases = worked(centre)
    given = {"recipient": "김재배"}
    for case in cases:
        centre.desk.post(f"{case}/hand-over", given, expect=409)

    # A shift is 200,000, half of it. Three samples at 80,000 = 240,000, half of it.
    # 198 pouches at 300; 48 pallet-days at 1,500. The HPLC's own time costs nothing.
    one = centre.issued("풍기 김재배")
    assert sorted(amounts(one)) == [0, 59_400, 72_000, 100_000, 120_000]
    assert sums(one, "taxable", "vat", "total") == (351_400, 35_140, 386_540)
    # 60 % of 179,400 are 107,640, of which the voucher pays 100,000 a month.
    assert sums(one, "subsidy") == (100_000,)
    # The report is handed over once the grower paid the rest: 386,540 - 100,000.
    centre.desk.post(f"{cases[0]}/hand-over", given, expect=409)
    paid = {"amount": 286_540, "paid_on": f"{datetime.now(KST):%Y-%m-%d}", "note": ""}
    centre.desk.post(f"/statements/{one['id']}/payments", paid)
    for case in cases:
        handed = centre.desk.post(f"{case}/hand-over", given, expect=200)
        assert handed["state"] == "handed_over"
    # 15:00-22:00 lie in one shift, 13:00-15:00 in two.
    two = centre.issued("소백인삼")
    assert amounts(two) == [200_000, 400_000]
    assert sums(two, "taxable", "vat", "total") == (600_000, 60_000, 660_000)
    csv = centre.desk.table(f"/statements/{two['id']}/lines.csv")
    assert [(r["수량"], r["단위"], r["단가(원)"]) for r in csv if r["단위"] == "교대"] == [
        ("1", "교대", "200000"),
        ("2", "교대", "200000"),
    ]
    centre.locked()

    # 430 min of the growers and 360 + 120 min by the ledger, of the booked 8 + 7 + 2 hours; two
    # hours of the laboratory.
    assert centre.hours() == {
        "plant-1": (0, 910 * 60, 17 * 3600 - 910 * 60),
        "hplc-1": (0, 7_200, 0),
    }
    found = centre.report("utilisation")
    assert found["income"]["relief"]["subsidy"] == 100_000
    assert (found["income"]["supply"], found["income"]["total"]) == (951_400, 1_046_540)
    log = centre.log(
        "장비명", "사용기관", "사용자", "시료 수", "가동(분)", "사용료(원)", "사용 유형"
    )
    assert log == [
        "HACCP 가공라인 · 풍기 김재배 · 김재배 ·  · 430 · 100000 · 직접 이용",
        "HACCP 가공라인 · 소백인삼 · 소백 ·  · 360 · 200000 · 직접 이용",
        "HPLC · 풍기 김재배 · 김재배 · 3 · 120 · 120000 · 의뢰",
        "HACCP 가공라인 · 소백인삼 · 소백 ·  · 120 · 400000 · 직접 이용",
    ]
    cleaned = centre.desk.table(f"{centre.path}/checklist-answers.csv")
    assert [row["질문"] for row in cleaned] == ["CIP 세척 완료", "배수구 청소 완료"]
