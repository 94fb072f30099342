"""42 소공인특화지원센터 of one installation: their agency's figures reconcile to the won.

Each centre is small: one or two kinds of machines, a firm of its own, a month of written use, a
statement. The agency sees 41 of them; what the last one does is in none of its figures.
"""

from __future__ import annotations

from tests.support.new_centre import Desk, NewCentre, Open, sums
from tests.support.world import PASSWORD, registration_number

COUNT = 42
#: Two kinds at different prices; every third centre has the second.
CMM = {"kind": "cmm", "rate_per_hour": "30000", "ledger_basis": "actual_run"}
PRINTER = {"kind": "printer", "rate_per_hour": "7777", "ledger_basis": "actual_run"}
ALWAYS = [{"weekday": day, "opens": "00:00", "closes": "00:00"} for day in range(7)]


def worked(centre: NewCentre, index: int) -> tuple[int, dict[str, int]]:
    """Play a small month; return what was issued, and the seconds of use by kind."""
    name = f"관내기업 {index}"
    centre.company(name, registration_number(100 + index))
    centre.tariff(CMM, PRINTER)
    seconds = {"cmm": 3600 * (1 + index % 5)}
    centre.machine("cmm-1", "cmm", "3차원 측정기")
    centre.wrote("cmm-1", name, 2, "10:00", f"{11 + index % 5}:00")
    if index % 3 == 0:
        minutes = 7 + index
        seconds["printer"] = 60 * minutes
        centre.machine("printer-1", "printer", "3D 프린터")
        centre.wrote("printer-1", name, 3, "10:00", f"10:{minutes}")
    statement = centre.issued(name)
    return sums(statement, "total")[0], seconds


def test_forty_two_centres_reconcile_with_their_statements(
    opened: Open, administrator: Desk
) -> None:
    network = [opened(f"c{index:02d}", f"특화센터 {index:02d}", ALWAYS) for index in range(COUNT)]
    played = {centre.slug: worked(centre, index) for index, centre in enumerate(network)}
    month = str(network[0].month)
    seen, hidden = network[:-1], network[-1]
    person = {"email": "agency@nation.example", "name": "박공단", "password": PASSWORD}
    made = administrator.post("/people", {**person, "centre": seen[0].id, "roles": ["agency"]})
    for centre in seen[1:]:
        administrator.put(f"{centre.path}/staff/{made['id']}", {"roles": ["agency"]})
    agency = Desk.of(network[0].desk.client, "agency@nation.example")
    query = {"year": month[:4], "month": month}

    # By centre: each row is its own statements' sum, and the last row all of them.
    *rows, total = agency.table("/reports/agency.csv", **query)
    found = {row["센터"].removeprefix("특화센터 "): row for row in rows}
    assert sorted(found) == [f"{index:02d}" for index in range(COUNT - 1)]
    for index, centre in enumerate(seen):
        won, seconds = played[centre.slug]
        row = found[f"{index:02d}"]
        assert int(row["합계"]) == won, centre.slug
        assert int(row["가동(초)"]) == sum(seconds.values()), centre.slug
    everything = sum(played[centre.slug][0] for centre in seen)
    assert int(total["합계"]) == everything
    assert everything == sum(
        int(one["document"]["totals"]["total"])
        for centre in seen
        for one in _statements(centre, month)
    )

    # By kind: the seconds of each kind at each centre, and of all centres together.
    head, *kinds = agency.sheet("/reports/agency.xlsx", "종류", **query)
    ran = head.index("가동(초)")
    by_kind = {(row[0], row[1]): row[ran] for row in kinds if row[ran]}
    assert by_kind == {
        (f"특화센터 {index:02d}", kind): seconds
        for index, centre in enumerate(seen)
        for kind, seconds in played[centre.slug][1].items()
    }

    # The sources of income add up to the same won, centre by centre.
    head, *sources = agency.sheet("/reports/agency.xlsx", "재원", **query)
    assert {row[0]: row[-1] for row in sources} == {
        f"특화센터 {index:02d}": played[centre.slug][0] for index, centre in enumerate(seen)
    }
    assert all(sum(row[1:-1]) == row[-1] for row in sources)

    # Nothing of the one that is not theirs.
    every = agency.client.get(
        "/api/v1/reports/agency.csv", params=query, headers=agency.headers
    ).text
    assert f"특화센터 {COUNT - 1:02d}" not in every
    assert hidden.slug not in every
    refused = agency.client.get(
        "/api/v1/reports/year",
        params={"centre": hidden.id, "year": month[:4]},
        headers=agency.headers,
    )
    assert (refused.status_code, refused.json()["code"]) == (404, "not_found")


def _statements(centre: NewCentre, month: str) -> list[dict[str, dict[str, dict[str, int]]]]:
    """Return the centre's issued statements of the month, as its own desk reads them."""
    listed = centre.desk.get("/statements", centre=centre.id, month=month)["items"]
    return [centre.desk.get(f"/statements/{one['id']}") for one in listed]
