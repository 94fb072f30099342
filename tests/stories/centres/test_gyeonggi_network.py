"""경기: eight centres in one installation, a firm that uses two of them, and their agency.

Each centre is opened from nothing and closes its month; the agency compares them, and its table
reconciles with the statements to the won.
"""

from __future__ import annotations

from tests.support.new_centre import Desk, NewCentre, Open, numbers, sums
from tests.support.world import PASSWORD, registration_number

CMM = {"kind": "cmm", "rate_per_hour": "30000", "ledger_basis": "actual_run"}
CENTRES = (
    ("hwaseong", "화성"),
    ("siheung", "시흥"),
    ("seongnam", "성남"),
    ("gunpo", "군포"),
    ("yongin", "용인"),
    ("yangju", "양주"),
    ("pocheon", "포천"),
    ("gwangju", "광주"),
)
#: The machine of each centre is in service for ten days, day and night: 240 hours.
ALWAYS = [{"weekday": day, "opens": "00:00", "closes": "00:00"} for day in range(7)]


def month_of(centre: NewCentre, hours: int) -> None:
    """Equip a centre, and write down hours of use by one firm of its own."""
    centre.machine("cmm-1", "cmm", "3차원 측정기")
    entry = {"in_service_from": centre.since(1), "in_service_until": centre.since(11)}
    path = f"/machines/{centre.machines['cmm-1']}/register"
    centre.desk.put(path, {"entry": entry, "reason": "대여 장비"}, expect=200)
    centre.tariff(CMM)
    centre.wrote("cmm-1", "관내기업", 2, "00:00", f"{hours}:00")


def test_eight_centres_a_shared_firm_and_their_agency(opened: Open, administrator: Desk) -> None:
    network = [opened(slug, f"{name} 소공인 복합지원센터", ALWAYS) for slug, name in CENTRES]
    for index, centre in enumerate(network):
        centre.company("관내기업", registration_number(10 + index))
        # 12 h, 11 h … 5 h of 240 h.
        month_of(centre, 12 - index)
    shared(network[0], network[1], administrator)

    # Two hours at 화성 and three at 시흥, of the one firm that both serve: 60,000 and 90,000.
    network[0].wrote("cmm-1", "경기정밀", 3, "10:00", "12:00")
    network[1].wrote("cmm-1", "경기정밀", 3, "10:00", "13:00")
    totals: dict[str, int] = {}
    for centre in network:
        statements = [centre.issued(name) for name in centre.companies]
        totals[centre.slug] = sum(sums(one, "total")[0] for one in statements)
        centre.locked()
    # 30,000 an hour and a tenth: 14 h, 14 h, 10 h, 9 h … 5 h.
    hours = [14, 14, 10, 9, 8, 7, 6, 5]
    assert list(totals.values()) == [hour * 33_000 for hour in hours]

    # The firm's owner sees both centres' statements, each centre its own alone.
    owner = Desk.of(network[0].desk.client, "owner@gyeonggi.example")
    numbered = sorted(one["number"] for one in owner.get("/statements")["items"])
    month = f"{network[0].month}".replace("-", "")
    assert [n.rsplit("-", 1)[0] for n in numbered] == [f"hwaseong-{month}", f"siheung-{month}"]
    firm = network[0].companies["경기정밀"]
    assert (
        network[2]
        .desk.client.get(f"/api/v1/companies/{firm}/people", headers=network[2].desk.headers)
        .status_code
        == 404
    )
    agency(network, administrator, hours)


def shared(first: NewCentre, second: NewCentre, administrator: Desk) -> None:
    """Let the second centre serve a firm of the first, with its owner's consent."""
    number = numbers(1)[0]
    first.company("경기정밀", number)
    person = {"email": "owner@gyeonggi.example", "name": "오대표", "password": PASSWORD}
    body = {**person, "company": first.companies["경기정밀"], "is_owner": True}
    administrator.post("/people", body)
    second.company("경기 정밀(주)", number)
    listed = second.desk.get("/companies", centre=second.id)["items"]
    assert [company["name"] for company in listed] == ["관내기업"]
    owner = Desk.of(first.desk.client, "owner@gyeonggi.example")
    (asked,) = owner.get("/consents")["items"]
    assert asked["centre_name"] == "시흥 소공인 복합지원센터"
    answer = owner.client.post(
        f"/api/v1/consents/{asked['id']}/give", json={}, headers=owner.headers
    )
    assert answer.status_code in {200, 204}, answer.text
    listed = second.desk.get("/companies", centre=second.id)["items"]
    second.companies = {company["name"]: company["id"] for company in listed}
    assert second.companies["경기정밀"] == first.companies["경기정밀"]


def agency(network: list[NewCentre], administrator: Desk, hours: list[int]) -> None:
    """Compare the centres as their agency, which sees figures and no firm."""
    person = {"email": "agency@gyeonggi.example", "name": "박도청", "password": PASSWORD}
    body = {**person, "centre": network[0].id, "roles": ["agency"]}
    made = administrator.post("/people", body)
    for centre in network[1:]:
        path = f"{centre.path}/staff/{made['id']}"
        administrator.put(path, {"roles": ["agency"]})
    # The aim is 5 % of 240 h, 12 h: an A. Four fifths are 9.6 h: a B. Three fifths are 7.2 h: a C.
    for centre in network:
        aim = {"centre": centre.id, "values": {"utilisation_target_pct": 5}}
        administrator.put("/policy", {**aim, "effective_from": centre.at(1, "00:00")})
    seen = Desk.of(network[0].desk.client, "agency@gyeonggi.example")
    month = str(network[0].month)
    query = {"year": month[:4], "month": month}
    *rows, total = seen.table("/reports/agency.csv", **query)
    found = {row["센터"].split(" ")[0]: row for row in rows}
    used = dict(zip((name for _, name in CENTRES), hours, strict=True))
    ratios = {14: "5.83", 10: "4.17", 9: "3.75", 8: "3.33", 7: "2.92", 6: "2.50", 5: "2.08"}
    grades = {14: "A", 10: "B", 9: "C", 8: "C", 7: "D", 6: "D", 5: "D"}
    for name, hour in used.items():
        row = found[name]
        assert int(row["가동(초)"]) == int(row["장부 가동(초)"]) == hour * 3600, name
        assert (float(row["가동률(%)"]), row["등급"]) == (float(ratios[hour]), grades[hour]), name
        assert int(row["합계"]) == hour * 33_000, name
    assert int(total["합계"]) == sum(hours) * 33_000 == 73 * 33_000
    # Nothing of the firms, and nothing else of any centre.
    assert "경기정밀" not in str(rows)
    assert "관내기업" not in str(rows)
    answer = seen.client.get(
        "/api/v1/reports/utilisation",
        params={"centre": network[0].id, "month": month},
        headers=seen.headers,
    )
    assert answer.status_code == 404
