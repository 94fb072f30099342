"""마포 서교: printing by the click, a studio by half days, residents, and a shop.

Firms of one person, most of whose money is no machine time. The press's counter counts clicks, and
rooms cost by half days. A firm rents with a deposit, and a visitor is billed at once.
"""

from __future__ import annotations

from tests.support.new_centre import NewCentre, Open, amounts, numbers, sums

PRESS = {"kind": "digital-press", "rate_per_hour": "0", "ledger_basis": "actual_run"}
HALF_DAY = {"name_ko": "반일", "name_en": "half day", "price": "30000", "further_price": "20000"}
# The whole day is cheaper than two half days; an hour in the evening has a price of its own.
STUDIO = {
    "kind": "studio",
    "rate_per_hour": "10000",
    "basis": "booked",
    "units": [
        {**HALF_DAY, "since": "09:00:00", "until": "13:00:00"},
        {**HALF_DAY, "since": "13:00:00", "until": "18:00:00"},
    ],
}
BENCH = {"kind": "bench", "rate_per_hour": "5000", "basis": "booked", "quota_group": "bench"}
CLICK = {
    "code": "click",
    "kind": "commission",
    "name_ko": "컬러 클릭",
    "name_en": "Colour click",
    "measure": "ea",
    "price": "50",
    "is_discounted": True,
    "tax_item": "printing_fee",
}


def equipped(centre: NewCentre) -> None:
    """Register the press, the rooms and the prices, and enter three firms and a visitor."""
    centre.machine("press-1", "digital-press", "디지털 인쇄기")
    centre.machine("studio-1", "studio", "온라인 마케팅 스튜디오", observed="neither")
    centre.machine("bench-1", "bench", "체험공방 작업대", observed="neither")
    centre.tariff(
        PRESS,
        STUDIO,
        BENCH,
        discounts=[
            {"category": "small-manufacturer", "pct": "30"},
            {"category": "resident", "pct": "50", "name_ko": "입주기업", "name_en": "Resident"},
        ],
        quotas=[{"group": "bench", "seconds": 7200, "category": "resident"}],
        goods=[CLICK],
    )
    one, two, three = numbers(3)
    centre.company("서교인쇄", one)
    centre.company("합정디자인", two, "resident")
    centre.company("망원공방", three, "general")
    centre.payer("이방문", "individual")


def worked(centre: NewCentre) -> None:
    """Enter a month of prints, a shoot, a bench, rent and a sale on behalf."""
    day = centre.day(1, 2)
    centre.wrote("press-1", "서교인쇄", day, "10:00", "12:00", reason="전단 1,200장")
    centre.counted("press-1", "서교인쇄", "click", day, ("10:00", 48_200), ("12:00", 49_400))
    centre.booked("studio-1", "서교인쇄", day, "14:00", "16:30", person_name="서인쇄")
    centre.booked("studio-1", "서교인쇄", day + 1, "12:00", "14:00", person_name="서인쇄")
    centre.booked("bench-1", "합정디자인", day + 1, "10:00", "13:00", person_name="합디자")
    unit = centre.desk.post(f"{centre.path}/units", {"name": "201호"})["id"]
    tenant = {"unit": unit, "company": centre.companies["합정디자인"]}
    terms = {"since": "2025-03-01", "rent": 200_000, "maintenance": 50_000}
    contract = centre.desk.post(f"{centre.path}/tenancies", {**tenant, **terms})["id"]
    deposit = {"kind": "received", "amount": 2_000_000, "paid_on": "2025-02-27"}
    centre.desk.post(f"/tenancies/{contract}/deposits", deposit)
    assert centre.desk.get(f"/tenancies/{contract}/deposits")["held"] == 2_000_000
    # The shop's till settles what it sold for the firm (ADR 81); of 300,000 the centre's fee is a
    # tenth.
    centre.line("망원공방", 30_000, "전시·판매 수수료 10 %", day + 2)
    centre.booked("bench-1", "이방문", day + 1, "14:00", "15:00", person_name="이방문")


def test_a_month_of_a_printing_centre_is_closed(opened: Open) -> None:
    centre = opened("mapo", "마포 소공인 복합지원센터")
    equipped(centre)
    worked(centre)
    # The visitor pays on leaving: an hour at the bench, at the list price.
    four = centre.billed_now("이방문", centre.day(1, 2) + 1, "15:05")
    assert (four["state"], amounts(four), sums(four, "total")) == ("issued", [5_000], (5_500,))

    # The press costs by the click: 1,200 at 50 = 60,000, and 30 % off. 150 min of the studio lie in
    # one half day: 30,000, and 30 % off. 12:00-14:00 lie in two: 30,000 + 20,000, and 30 % off. The
    # press's time is a line of nothing.
    one = centre.issued("서교인쇄")
    sold = [line["charge"]["trace"]["sold"] for line in one["document"]["lines"]]
    assert [(s["quantity"], s["note"]) for s in sold if s] == [(1_200, "48,200 → 49,400")]
    assert sorted(amounts(one)) == [0, 21_000, 35_000, 42_000]
    assert sums(one, "taxable", "vat", "total") == (98_000, 9_800, 107_800)
    # Of three hours at the bench two are free to residents: 5,000, half of it. Rent and 관리비. The
    # free time has its own line.
    two = centre.issued("합정디자인")
    assert sorted(a for a in amounts(two) if a) == [2_500, 50_000, 200_000]
    assert sums(two, "taxable", "vat", "total") == (252_500, 25_250, 277_750)
    three = centre.issued("망원공방")
    assert (amounts(three), sums(three, "total")) == ([30_000], (33_000,))
    centre.locked()

    # Two hours of the press by the ledger; the rooms' booked time is time that nothing observes.
    assert centre.hours() == {
        "press-1": (0, 7_200, 0),
        "studio-1": (0, 0, 9_000 + 7_200),
        "bench-1": (0, 0, 14_400),
    }
    income = centre.report("utilisation")["income"]
    assert (income["supply"], income["total"]) == (385_500, 424_050)
    # Off the list: 18,000 of clicks and 24,000 of the studio; 10,000 free and 2,500 by the class.
    assert income["relief"]["free"] == 10_000
    assert income["relief"]["category"] == 18_000 + 24_000 + 2_500
    log = centre.log("장비명", "작성자", "사용기관", "기관 유형", "가동(분)", "사용료(원)")
    assert log == [
        "디지털 인쇄기 · 이용 장부 · 서교인쇄 · 소공인 · 120 · 0",
        "온라인 마케팅 스튜디오 · 예약 기록 · 서교인쇄 · 소공인 · 0 · 21000",
        "체험공방 작업대 · 예약 기록 · 합정디자인 · 입주기업 · 0 · 2500",
        "온라인 마케팅 스튜디오 · 예약 기록 · 서교인쇄 · 소공인 · 0 · 35000",
        "체험공방 작업대 · 예약 기록 · 이방문 · 일반 · 0 · 5000",
    ]
