"""시흥: instruments without sensors, a training before use, and firms of several classes.

A month is opened from nothing, written down as in today's ledger, and closed. Every sum is reckoned
beside the fact that it comes from.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from tests.support.new_centre import (
    NewCentre,
    Open,
    amounts,
    next_monday,
    numbers,
    per_cent,
    sums,
)

CMM = {
    "kind": "cmm",
    "rate_per_hour": "40000",
    "basis": "hull",
    "ledger_basis": "actual_run",
    "increment_seconds": 600,
}
ROUGHNESS = {"kind": "roughness", "rate_per_hour": "10000", "ledger_basis": "actual_run"}
VISION = {"kind": "vision", "rate_per_hour": "20000", "ledger_basis": "actual_run"}
ROOM = {"kind": "room", "rate_per_hour": "10000", "basis": "booked"}
STEP_1 = {
    "code": "step-1",
    "kind": "training",
    "name_ko": "STEP 1 측정 소프트웨어",
    "name_en": "STEP 1 measuring software",
    "measure": "ea",
    "price": "50000",
}


def equipped(centre: NewCentre) -> None:
    """Register the instruments, a room, the prices and the classes."""
    centre.machine("cmm-1", "cmm", "3차원 측정기", qualification="step-1", approval="auto")
    centre.machine("rough-1", "roughness", "표면 조도 측정기")
    centre.machine("vision-1", "vision", "비전 측정기")
    centre.machine("media-1", "room", "멀티미디어실", observed="neither")
    entry = {"nfec_number": "NFEC-2024-10-301234", "responsible": "박측정"}
    path = f"/machines/{centre.machines['cmm-1']}/register"
    centre.desk.put(path, {"entry": entry, "reason": "등재"}, expect=200)
    centre.tariff(
        CMM,
        ROUGHNESS,
        VISION,
        ROOM,
        discounts=[{"category": "small-manufacturer", "pct": "50"}],
        extra_discounts=[
            {"name": "협동조합 조합원", "pct": "20"},
            {"name": "협의회 회원", "pct": "10"},
        ],
        goods=[STEP_1],
    )


def firms(centre: NewCentre) -> None:
    """Import three firms from the list that the centre kept; one is of two classes more."""
    one, two, three = numbers(3)
    text = (
        "기업명\t사업자번호\t구분\t담당자\t전화번호\n"
        f"한빛정밀\t{one}\t소공인\t이한빛\t010-1234-5678\n"
        f"대야금형\t{two}\t소공인\t정대야\t010-2345-6789\n"
        f"정왕산업\t{three}\t일반\t\t\n"
    )
    body = {"text": text, "since": centre.since()}
    preview = centre.desk.post(f"{centre.path}/company-imports/preview", body, expect=200)
    assert [row["verdict"] for row in preview["items"]] == ["enter"] * 3
    centre.desk.post(f"{centre.path}/company-imports", body)
    listed = centre.desk.get("/companies", centre=centre.id)["items"]
    centre.companies |= {company["name"]: company["id"] for company in listed}
    for name in ("협동조합 조합원", "협의회 회원"):
        path = f"{centre.path}/companies/{centre.companies['한빛정밀']}/extras"
        centre.desk.post(path, {"name": name, "since": centre.since(), "proof": "증"}, expect=204)


def trained(centre: NewCentre) -> str:
    """Enter STEP 1 from paper, which STEP 2 at the measuring machine takes; return the person."""
    (person,) = centre.desk.get(f"/companies/{centre.companies['한빛정밀']}/people")["items"]
    monday = next_monday()
    wish = {
        "machine": centre.machines["cmm-1"],
        "company": centre.companies["한빛정밀"],
        "person": person["id"],
        "start": (monday + timedelta(hours=10)).isoformat(),
        "end": (monday + timedelta(hours=12)).isoformat(),
    }

    def broken() -> set[str]:
        found = centre.desk.post("/bookings/quote", wish, expect=200)
        return {problem["code"] for problem in found["problems"]}

    assert broken() == {"booking.unqualified"}
    course = {
        "code": "step-1",
        "start": centre.at(centre.day(0), "13:00"),
        "end": centre.at(centre.day(0), "17:00"),
        "participants": [{"person": person["id"], "company": wish["company"]}],
        "good": "step-1",
    }
    centre.desk.post(f"{centre.path}/past-courses", course)
    assert broken() == set()
    return str(person["id"])


def worked(centre: NewCentre, person: str) -> None:
    """Note what was used: by entries, and as the table that was kept until now."""
    tuesday = centre.day(1, 2)
    wednesday, thursday = tuesday + 1, tuesday + 2
    booking = centre.booked("cmm-1", "한빛정밀", tuesday, "10:00", "12:00", person=person)
    centre.wrote("cmm-1", "한빛정밀", tuesday, "10:00", "11:30", booking=booking["id"])
    centre.wrote("rough-1", "한빛정밀", tuesday, "14:00", "14:30", person=person, samples=12)
    centre.booked("media-1", "한빛정밀", wednesday, "13:00", "15:00", person=person)
    day = centre.since(thursday)
    text = (
        "날짜\t장비\t업체\t사용자\t시작\t종료\t시료 수\t목적\n"
        f"{day}\t비전 측정기\t대야금형\t정대야\t09:10\t10:10\t8개\t핀 간격\n"
        f"{day}\tvision-1\t대야금형\t정대야\t오후 2:00\t오후 2:25\t\t재측정\n"
    )
    read = centre.desk.post(f"{centre.path}/use-tables", {"text": text})
    assert (read["good"], read["bad"]) == (2, 0)
    # 대야금형 did not come to the measuring machine, and nobody wrote anything down.
    centre.booked("cmm-1", "대야금형", thursday, "09:00", "10:00", person_name="정대야")
    # A slip of the pen is taken back and written again.
    slip = centre.wrote("rough-1", "정왕산업", thursday, "10:00", "11:00")
    centre.desk.post(f"/logged-uses/{slip['id']}/reversal", {"reason": "시간 오기"})
    centre.wrote("rough-1", "정왕산업", thursday, "10:00", "12:00")


def test_a_month_of_instruments_without_sensors_is_closed(opened: Open) -> None:
    centre = opened("siheung", "시흥 소공인 복합지원센터")
    equipped(centre)
    firms(centre)
    worked(centre, trained(centre))

    # Both proofs count, the greater extra alone: 50 % of the price, and 80 % of that.
    # STEP 1: 50,000. CMM: 90 min at 40,000 = 60,000 -> 24,000. Roughness: 30 min at 10,000 = 5,000
    # -> 2,000. Room: two booked hours at 10,000 = 20,000 -> 8,000.
    one = centre.issued("한빛정밀")
    assert sorted(amounts(one)) == [2_000, 8_000, 24_000, 50_000]
    assert sums(one, "supply", "vat", "total") == (84_000, 8_400, 92_400)
    # 60 min at 20,000 and 25 min in blocks of ten, three of them: 20,000 + 10,000, half of it. The
    # booking without an entry is asked about, and stands on a line of nothing.
    two = centre.issued("대야금형", accept=["statement.unlogged"])
    assert sorted(amounts(two)) == [0, 5_000, 10_000]
    assert sums(two, "supply", "vat", "total") == (15_000, 1_500, 16_500)
    # Two hours at 10,000, and nothing of the entry that was taken back.
    three = centre.issued("정왕산업")
    assert (amounts(three), sums(three, "total")) == ([20_000], (22_000,))
    centre.locked()

    # Three columns of the time of the statements: 90 min; 30 + 120; 60 + 25; two hours of a room.
    assert centre.hours() == {
        "cmm-1": (0, 5_400, 0),
        "rough-1": (0, 9_000, 0),
        "vision-1": (0, 5_100, 0),
        "media-1": (0, 0, 7_200),
    }
    found = centre.report("utilisation")
    ratios = {m["machine_slug"]: m["ratios"] for m in found["machines"]}
    # Nine hours on each weekday of the month.
    standard = Decimal(centre.weekdays() * 9 * 3600)
    assert ratios["cmm-1"]["utilisation"] == per_cent(5_400 / standard)
    assert ratios["rough-1"]["utilisation"] == per_cent(9_000 / standard)
    # The room is no machine in the total: 5,400 + 9,000 + 5,100 of three machines' time.
    assert found["whole"]["ratios"]["utilisation"] == per_cent(19_500 / (3 * standard))
    assert found["whole"]["ratios"]["ledger_share"] == "100.00"
    assert (found["income"]["supply"], found["income"]["total"]) == (119_000, 130_900)
    assert found["supported"]["companies"] == 3

    log = centre.log("장비명", "관리자", "작성자", "사용기관", "사용자", "가동(분)", "사용료(원)")
    assert log == [
        "3차원 측정기 · 박측정 · 이용 장부 · 한빛정밀 · 이한빛 · 90 · 24000",
        "표면 조도 측정기 · 김담당 · 이용 장부 · 한빛정밀 · 이한빛 · 30 · 2000",
        "멀티미디어실 · 김담당 · 예약 기록 · 한빛정밀 · 이한빛 · 0 · 8000",
        "3차원 측정기 · 박측정 · 예약 기록 · 대야금형 · 정대야 · 0 · 0",
        "비전 측정기 · 김담당 · 이용 장부 · 대야금형 · 정대야 · 60 · 10000",
        "표면 조도 측정기 · 김담당 · 이용 장부 · 정왕산업 ·  · 120 · 20000",
        "비전 측정기 · 김담당 · 이용 장부 · 대야금형 · 정대야 · 25 · 5000",
    ]
    assert centre.log("등록번호", "기관 유형")[0] == "NFEC-2024-10-301234 · 소공인"
    assert centre.log("시료 수", "사용 목적") == [
        " · 이용",
        "12 · 이용",
        " · ",
        " · ",
        "8 · 핀 간격",
        " · 이용",
        " · 재측정",
    ]
