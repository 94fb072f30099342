"""One of the 42 소공인특화지원센터: free rooms, a printer, education and counselling.

Most of it costs nothing, and all of it is counted: a statement of 0 won is the proof of use.
"""

from __future__ import annotations

from typing import Any

from tests.support.new_centre import NewCentre, Open, amounts, numbers, sums

FREE_ROOM = {"kind": "room", "rate_per_hour": "0", "basis": "booked"}
PRINTER = {"kind": "3d-printer", "rate_per_hour": "3000", "ledger_basis": "actual_run"}
# A good of 0 won: what is free stands on the statement, which proves it.
EDUCATION = {
    "code": "education",
    "kind": "training",
    "name_ko": "소공인 교육",
    "name_en": "Education",
    "measure": "ea",
    "price": "0",
}
COUNSEL = {
    "code": "counsel",
    "kind": "operator",
    "name_ko": "경영 상담",
    "name_en": "Counselling",
    "measure": "h",
    "price": "0",
    "increment": 1800,
}


def equipped(centre: NewCentre) -> None:
    """Register the rooms and the printer, the prices and two firms."""
    centre.machine("exhibit-1", "room", "전시실", observed="neither")
    centre.machine("counsel-1", "room", "상담실", observed="neither")
    centre.machine("printer-1", "3d-printer", "3D 프린터")
    centre.tariff(
        FREE_ROOM,
        PRINTER,
        discounts=[{"category": "small-manufacturer", "pct": "50"}],
        goods=[EDUCATION, COUNSEL],
    )
    one, two = numbers(2)
    centre.company("골목공방", one)
    centre.company("골목가죽", two)


def taught(centre: NewCentre, day: int, *companies: str) -> None:
    """Enter a free course from paper, with the one person of each firm who came."""
    participants = []
    for name in companies:
        company = centre.companies[name]
        (person,) = centre.desk.get(f"/companies/{company}/people")["items"]
        participants.append({"person": person["id"], "company": company})
    course = {
        "code": "education",
        "start": centre.at(day, "19:00"),
        "end": centre.at(day, "21:00"),
        "participants": participants,
        "good": "education",
    }
    centre.desk.post(f"{centre.path}/past-courses", course)


def counselled(centre: NewCentre, company: str, day: int) -> None:
    """Record 90 minutes of counselling that a firm had."""
    contact = {
        "kind": "counselling",
        "company": centre.companies[company],
        "subject": "판로 상담",
        "expert": "정 상담사",
        "start": centre.at(day, "14:00"),
        "minutes": 90,
        "result": "온라인 판매처 두 곳을 소개함",
        "good": "counsel",
    }
    centre.desk.post(f"{centre.path}/guidance-contacts", contact)


def answered(centre: NewCentre, company: str, **facts: Any) -> None:
    """Enter what a firm answered to the survey, with its consent on paper."""
    body = {"since": centre.since(), "exports": False, "partners": 2, "consent": "paper", **facts}
    centre.desk.post(f"{centre.path}/companies/{centre.companies[company]}/profiles", body)


def surveyed(centre: NewCentre) -> None:
    """Check the year's survey of both firms, and that its sums stay as they were handed in."""
    query = {"centre": centre.id, "year": centre.month.year}
    found = centre.desk.get("/reports/survey", **query)
    assert (found["firms"], found["answered"], found["workers"], found["partners"]) == (2, 1, 4, 2)
    assert found["sectors"] == [
        {"key": "15", "firms": 1, "workers": 4},
        {"key": "", "firms": 1, "workers": 0},
    ]
    taken = centre.desk.post("/reports/survey/snapshots", query)
    answered(centre, "골목가죽", workers=2, sector="15", district="서울특별시 종로구 창신동")
    rows = centre.desk.table("/reports/survey.csv", **query)
    assert [row["기업명"] for row in rows] == ["골목가죽", "골목공방"]
    assert centre.desk.get("/reports/survey", **query)["workers"] == 6
    kept = centre.desk.get("/reports/survey/snapshots", centre=centre.id)["items"]
    assert [one["survey"]["workers"] for one in kept] == [taken["survey"]["workers"]] == [4]


def test_a_month_in_which_almost_all_is_free_is_closed(opened: Open) -> None:
    centre = opened("support", "창신 소공인특화지원센터")
    equipped(centre)
    day = centre.day(1, 2)
    centre.booked("exhibit-1", "골목공방", day, "09:00", "18:00", person_name="공방")
    centre.wrote("printer-1", "골목공방", day, "10:00", "12:20", reason="시제품")
    centre.booked("counsel-1", "골목가죽", day + 1, "14:00", "15:30", person_name="가죽")
    counselled(centre, "골목가죽", day + 1)
    taught(centre, day + 1, "골목공방", "골목가죽")
    taught(centre, day + 2, "골목공방")
    # 실태조사: one firm answered on paper; the other has not answered yet.
    answered(centre, "골목공방", workers=4, sector="15", district="서울특별시 종로구 창신동")

    # 140 min of the printer at 3,000 = 7,000, half of it. The room and two courses cost nothing.
    one = centre.issued("골목공방")
    assert sorted(amounts(one)) == [0, 0, 0, 3_500]
    assert sums(one, "taxable", "vat", "total") == (3_500, 350, 3_850)
    two = centre.issued("골목가죽")
    assert amounts(two) == [0, 0, 0]
    assert (sums(two, "total"), bool(two["number"])) == ((0,), True)
    centre.locked()

    # Nine hours and 90 min of rooms that nothing observes; 140 min of the printer.
    assert centre.hours() == {
        "exhibit-1": (0, 0, 32_400),
        "counsel-1": (0, 0, 5_400),
        "printer-1": (0, 8_400, 0),
    }
    found = centre.report("utilisation")
    assert (found["income"]["trainings"], found["income"]["statements"]) == (3, 2)
    assert found["income"]["total"] == 3_850
    assert found["supported"] == {"companies": 2, "new": 2, "returning": 1, "sessions": 3}
    log = centre.log("장비명", "작성자", "사용기관", "가동(분)", "지원 시간(분)", "사용료(원)")
    assert log == [
        "전시실 · 예약 기록 · 골목공방 · 0 · 0 · 0",
        "3D 프린터 · 이용 장부 · 골목공방 · 140 · 0 · 3500",
        "상담실 · 예약 기록 · 골목가죽 · 0 · 0 · 0",
    ]
    # The year's sheet for the ministry: hours of counselling and people who were taught.
    query = {"centre": centre.id, "month": str(centre.month)}
    summary = dict(
        row[:2] for row in centre.desk.sheet("/reports/utilisation.xlsx", "요약", **query)
    )
    assert (summary["기술지원(시간)"], summary["교육 수료"]) == (1.5, 3)
    when = {"start": centre.at(1, "00:00"), "end": centre.at(28, "24:00")}
    counts = centre.desk.get(f"{centre.path}/guidance-counts", **when)["items"]
    done = {c["kind"]: (c["times"], c["minutes"], c["companies"]) for c in counts if c["times"]}
    assert done == {"counselling": (1, 90, 1)}
    surveyed(centre)
