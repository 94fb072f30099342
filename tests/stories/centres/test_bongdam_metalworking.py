"""화성 봉담: machines with sensors, a room, students, and a project of two firms.

A month is opened from nothing, heard from the machines, and closed. Every sum is reckoned beside
the fact that it comes from.
"""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from gadong.booking.store import bookings
from gadong.core.database import transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.ids import BookingId, CentreId
from gadong.people.store import people
from tests.support.billing.shared_bookings import answered, asked
from tests.support.new_centre import NewCentre, Open, amounts, numbers, per_cent, sums

#: Monday to Friday, nine to ten in the evening.
LONG_DAYS = [{"weekday": day, "opens": "09:00", "closes": "22:00"} for day in range(5)]
EVENING = {"weekdays": [0, 1, 2, 3, 4], "since": "18:00:00", "until": "00:00:00", "pct": "130"}
MACHINING = {
    "kind": "machining-centre",
    "rate_per_hour": "30000",
    "basis": "actual_run",
    "increment_seconds": 600,
    "minimum_seconds": 1800,
    "windows": [EVENING],
}
PRINTER = {"kind": "3d-printer", "rate_per_hour": "3000", "basis": "actual_run"}
CMM = {"kind": "cmm", "rate_per_hour": "40000", "basis": "hull", "no_show": {"pct": "50"}}
ROOM = {"kind": "room", "rate_per_hour": "10000", "basis": "booked"}
PLA = {"code": "pla", "name_ko": "PLA", "name_en": "PLA", "measure": "g", "price": "80"}


def equipped(centre: NewCentre) -> None:
    """Register the hall, bind its devices and publish the prices."""
    for slug, kind, name in (
        ("mc-1", "machining-centre", "머시닝센터"),
        ("cmm-1", "cmm", "3차원 측정기"),
        ("printer-1", "3d-printer", "3D 프린터"),
    ):
        centre.machine(slug, kind, name, observed="signal")
        centre.bound(slug)
    centre.machine("design-1", "room", "설계실", observed="neither")
    centre.tariff(
        MACHINING,
        PRINTER,
        CMM,
        ROOM,
        discounts=[
            {"category": "small-manufacturer", "pct": "50"},
            {"category": "university", "pct": "70", "name_ko": "대학", "name_en": "University"},
        ],
        goods=[PLA],
    )
    one, two, three = numbers(3)
    centre.company("봉담정공", one)
    centre.company("향남기공", two)
    centre.company("화성폴리텍", three, "university")


def shared(centre: NewCentre, booking_id: str) -> None:
    """Divide a booking's cost 3 : 2 with 향남기공, which consented before it began."""
    with transaction(centre.pool, SYSTEM) as tx:
        booking = bookings.by_id(tx, BookingId(UUID(booking_id)))
        firms = people.companies(tx, CentreId(UUID(centre.id)))
    assert booking is not None
    (other,) = (firm for firm in firms if firm.name == "향남기공")
    request = asked(centre, booking, (other, 2), booker_parts=3)
    answered(centre, booking, request, other.id)


def heard(centre: NewCentre) -> int:
    """Note the bookings, and store what the machines said; return the Tuesday of it."""
    tuesday = centre.day(1, 2)
    work = centre.booked("mc-1", "봉담정공", tuesday, "16:00", "20:00", person_name="최선반")
    shared(centre, work["id"])
    centre.said("mc-1", tuesday, ("16:10", "running"), ("19:05", "idle"))
    # A student prints: the university is who pays.
    centre.booked("printer-1", "화성폴리텍", tuesday, "13:00", "16:00", person_name="학생 한별")
    centre.said("printer-1", tuesday, ("13:00", "running"), ("15:30", "idle"))
    centre.sold("화성폴리텍", "pla", 40, "g", tuesday)
    # Nobody came to the measuring machine, which says that it rested.
    centre.booked("cmm-1", "봉담정공", tuesday + 1, "10:00", "12:00", person_name="최선반")
    centre.booked("design-1", "향남기공", tuesday + 1, "09:00", "11:00", person_name="강설계")
    # Twenty minutes that nobody had booked, and ten of a fault.
    centre.said("mc-1", tuesday + 1, ("14:00", "running"), ("14:20", "idle"))
    centre.said("mc-1", tuesday + 1, ("15:00", "fault"), ("15:10", "ok"), channel="alarm")
    return tuesday


def settled(centre: NewCentre, tuesday: int) -> None:
    """Say whose the unbooked run was, and enter maintenance."""
    run = {
        "kind": "reassign",
        "start": centre.at(tuesday + 1, "13:50"),
        "end": centre.at(tuesday + 1, "14:40"),
        "company": centre.companies["봉담정공"],
        "reason": "전화로 확인",
    }
    centre.desk.post(f"/machines/{centre.machines['mc-1']}/decisions", run)
    closure = {
        "centre": centre.id,
        "machine": centre.machines["mc-1"],
        "start": centre.at(tuesday + 2, "09:00"),
        "end": centre.at(tuesday + 2, "13:00"),
        "kind": "maintenance",
        "reason": "주축 정비",
    }
    centre.desk.post("/closures", closure)


def test_a_month_of_a_hall_with_sensors_is_closed(opened: Open) -> None:
    centre = opened("bongdam", "봉담 소공인 복합지원센터", LONG_DAYS)
    equipped(centre)
    tuesday = heard(centre)
    when = {"from": centre.at(1, "00:00"), "to": centre.at(tuesday + 7)}
    (ghost,) = centre.desk.get("/ghost-runs", centre=centre.id, **when)["items"]
    assert (ghost["machine_slug"], ghost["running_seconds"]) == ("mc-1", 1_200)
    settled(centre, tuesday)

    # 16:10-19:05 is 175 min, 18 blocks of ten: 3 h at 30,000 = 90,000, half of it. After six
    # 65 min and the 5 that fill the block: 70/60 x 9,000 = 10,500, which no class takes off.
    # The unbooked 20 min are 30 at least: 15,000, half of it. Nobody came for two hours at 40,000:
    # half of the 40,000 that they would have cost at half price. Of the booked work the other firm
    # pays two parts of five: 18,000 and 4,200.
    one = centre.issued("봉담정공")
    assert sorted(amounts(one)) == [6_300, 7_500, 20_000, 27_000]
    # The fee for not coming is no supply. 27,000 + 6,300 + 7,500 = 40,800.
    assert sums(one, "taxable", "vat", "out_of_scope", "total") == (40_800, 4_080, 20_000, 64_880)
    # Two booked hours of the room at 10,000, half of it, and the parts of the project.
    two = centre.issued("향남기공")
    assert sorted(amounts(two)) == [4_200, 10_000, 18_000]
    assert sums(two, "supply", "vat", "total") == (32_200, 3_220, 35_420)
    # 150 min at 3,000 = 7,500, of which a university pays 30 %: 2,250. 40 g at 80: 3,200.
    three = centre.issued("화성폴리텍")
    assert sorted(amounts(three)) == [2_250, 3_200]
    assert sums(three, "supply", "vat", "total") == (5_450, 545, 5_995)
    centre.locked()

    # 175 min and 20 min by signal; 150 min; the room's two hours. Nobody is billed for the CMM.
    assert centre.hours() == {
        "mc-1": (11_700, 0, 0),
        "printer-1": (9_000, 0, 0),
        "design-1": (0, 0, 7_200),
    }
    found = centre.report("utilisation")
    seconds = {m["machine_slug"]: m["seconds"] for m in found["machines"]}
    ratios = {m["machine_slug"]: m["ratios"] for m in found["machines"]}
    # Thirteen hours on each weekday; of the machining centre's four were maintenance.
    standard = Decimal(centre.weekdays() * 13 * 3600)
    assert seconds["mc-1"]["standard"] == standard - 4 * 3600
    assert ratios["mc-1"]["utilisation"] == per_cent(11_700 / (standard - 4 * 3600))
    assert ratios["printer-1"]["utilisation"] == per_cent(9_000 / standard)
    assert ratios["cmm-1"]["utilisation"] == "0.00"
    total = 3 * standard - 4 * 3600
    assert found["whole"]["ratios"]["utilisation"] == per_cent(20_700 / total)
    assert found["whole"]["ratios"]["ledger_share"] == "0.00"
    # Of three bookings of machines whose start was observed nobody came to one.
    assert (found["whole"]["starts"], found["whole"]["no_shows"]) == (3, 1)
    assert found["income"]["supply"] == 40_800 + 32_200 + 5_450
    assert found["income"]["total"] == 64_880 + 35_420 + 5_995

    log = centre.log(
        "장비명", "작성자", "사용기관", "기관 유형", "사용자", "가동(분)", "사용료(원)"
    )
    assert log == [
        "3D 프린터 · 가동(자동 기록) · 화성폴리텍 · 대학 · 학생 한별 · 150 · 2250",
        "머시닝센터 · 가동(자동 기록) · 봉담정공 · 소공인 · 최선반 · 175 · 55500",
        "설계실 · 예약 기록 · 향남기공 · 소공인 · 강설계 · 0 · 10000",
        "머시닝센터 · 가동(자동 기록) · 봉담정공 · 소공인 ·  · 20 · 7500",
    ]
    query = {"centre": centre.id, "month": str(centre.month)}
    # Firms, uses and hours of each class: three uses of two firms, of which the machines ran 195
    # min; one use of 150 min.
    (_, *classes) = centre.desk.sheet("/reports/utilisation.xlsx", "기업구분", **query)
    assert [row[:4] for row in classes] == [["소공인", 2, 3, 3.25], ["대학", 1, 1, 2.5]]
    upkeep = [
        (row["장비명"], row["구분"], row["내용"])
        for row in centre.desk.table("/reports/maintenance-log.csv", **query)
    ]
    assert upkeep == [("머시닝센터", "고장", "장비 신호"), ("머시닝센터", "점검", "주축 정비")]
