"""Three centres of one installation, firms that they share, and what each of them sees.

The same number comes from three sides, and one centre is refused. A person works in two firms at
two centres, and a centre renames a firm. Nothing of one centre shows at another.
"""

from __future__ import annotations

from fastapi.testclient import TestClient

from tests.support.new_centre import API, Desk, NewCentre, Open
from tests.support.world import PASSWORD, registration_number

CMM = {"kind": "cmm", "rate_per_hour": "30000", "ledger_basis": "actual_run"}
SHARED, OTHER = "경기정밀", "한강금형"


def login(administrator: Desk, name: str, company: str, **more: object) -> Desk:
    """Return somebody of a company, logged in."""
    email = f"{name}@three.example"
    person = {"email": email, "name": name, "password": PASSWORD, "company": company, **more}
    administrator.post("/people", person)
    return Desk.of(administrator.client, email)


def answered(owner: Desk, centre: str, answer: str) -> None:
    """Give or refuse the consent that a centre asks for."""
    (asked,) = [c for c in owner.get("/consents")["items"] if c["centre_name"] == centre]
    owner.post(f"/consents/{asked['id']}/{answer}", {}, expect=204)


def accepted(client: TestClient, email: str, session_cookie: str) -> None:
    """Accept the one invitation of a person, who does so in a session and by no token."""
    login = client.post(f"{API}/sessions", json={"email": email, "password": PASSWORD})
    assert login.status_code == 201
    headers = {"Cookie": f"{session_cookie}={client.cookies[session_cookie]}"}
    client.cookies.clear()
    (invited,) = client.get(f"{API}/me/invitations", headers=headers).json()["items"]
    path = f"{API}/me/invitations/{invited['id']}/accept"
    assert client.post(path, json={}, headers=headers).status_code == 204


def page(desk: Desk, where: str) -> tuple[int, str]:
    """Return the status and the text of a page, as the desk's browser would have it."""
    headers = {**desk.headers, "accept": "text/html", "accept-language": "ko"}
    answer = desk.client.get(where, headers=headers, follow_redirects=False)
    return answer.status_code, answer.text


def listed(centre: NewCentre) -> dict[str, str]:
    """Return the ids of the firms that a centre serves, by their names."""
    return {c["name"]: c["id"] for c in centre.desk.get("/companies", centre=centre.id)["items"]}


def test_each_centre_sees_its_own_and_a_firm_all_of_its_own(
    opened: Open, administrator: Desk, client: TestClient, session_cookie: str
) -> None:
    first, second, third = (opened(slug, f"{slug} 센터") for slug in ("hana", "dul", "set"))
    first.company(SHARED, registration_number(0))
    second.company(OTHER, registration_number(1))
    owner = login(administrator, "owner", first.companies[SHARED], is_owner=True)
    # By the first centre's desk: once several serve the firm, its owner alone says who is of it.
    login(first.desk, "both", first.companies[SHARED])
    other = login(administrator, "other", second.companies[OTHER], is_owner=True)

    # The number comes from all three sides; each has its own writing of the name, and asks once.
    for centre in (second, third, second):
        body = {"centre": centre.id, "name": f"{centre.slug}의 이름", "since": centre.since()}
        centre.desk.post("/companies", {**body, "registration_number": registration_number(0)})
    assert [sorted(listed(c)) for c in (first, second, third)] == [[SHARED], [OTHER], []]
    assert len(owner.get("/consents")["items"]) == 2
    again = {"centre": first.id, "name": SHARED, "since": first.since()}
    first.desk.post(
        "/companies", {**again, "registration_number": registration_number(0)}, expect=409
    )
    assert other.get("/consents")["items"] == []

    answered(owner, "dul 센터", "give")
    answered(owner, "set 센터", "refuse")
    second.companies = listed(second)
    assert second.companies[SHARED] == first.companies[SHARED]
    assert listed(third) == {}
    # A refused centre asks again in vain, and the owner is not asked.
    body = {"centre": third.id, "name": "set의 이름", "since": third.since()}
    third.desk.post("/companies", {**body, "registration_number": registration_number(0)})
    assert owner.get("/consents")["items"] == []

    # That person joins the second centre's firm too, which says nothing of the first one there.
    offer = {"email": "both@three.example", "name": "both", "company": second.companies[OTHER]}
    other.post("/invitations", offer)
    accepted(client, "both@three.example", session_cookie)
    both = Desk.of(client, "both@three.example")

    for centre, hours in ((first, 2), (second, 3)):
        centre.machine("cmm-1", "cmm", "3차원 측정기")
        centre.tariff(CMM)
        centre.wrote("cmm-1", SHARED, 3, "10:00", f"{10 + hours}:00")
    second.wrote("cmm-1", OTHER, 4, "10:00", "11:00")
    mine = {c.slug: c.issued(SHARED) for c in (first, second)}
    theirs = second.issued(OTHER)

    # Side by side: the firm has both of its statements, and its neighbour's not.
    def numbers(desk: Desk) -> list[str]:
        return sorted(one["number"] for one in desk.get("/statements")["items"])

    own = sorted(one["number"] for one in mine.values())
    assert numbers(owner) == own
    assert numbers(other) == [theirs["number"]]
    assert numbers(both) == sorted([*own, theirs["number"]])
    assert [one["document"]["totals"]["total"] for one in mine.values()] == [66_000, 99_000]
    assert all(number in page(owner, "/statements")[1] for number in own)
    assert theirs["number"] not in page(owner, "/statements")[1]

    # Each centre has its own statements alone, by the API and on pages.
    for centre, seen in ((first, ["hana"]), (second, ["dul", "dul"]), (third, [])):
        found = centre.desk.get("/statements", centre=centre.id)["items"]
        assert [one["number"].split("-")[0] for one in found] == seen
    for centre, foreign in ((first, mine["dul"]), (third, mine["dul"]), (second, mine["hana"])):
        path = f"{API}/statements/{foreign['id']}"
        assert client.get(path, headers=centre.desk.headers).status_code == 404
        assert page(centre.desk, f"/statements/{foreign['id']}")[0] == 404

    # People: each centre knows the owners, and whom it entered or who booked there.
    def people(centre: NewCentre, company: str) -> list[str]:
        return sorted(
            one["name"] for one in centre.desk.get(f"/companies/{company}/people")["items"]
        )

    at_first = people(first, first.companies[SHARED])
    at_second = people(second, second.companies[SHARED])
    assert "owner" in at_first
    assert at_second == ["owner"], "the second centre never met the shared firm's other people"
    gone = f"{API}/companies/{first.companies[SHARED]}/people"
    assert client.get(gone, headers=third.desk.headers).status_code == 404
    assert page(third.desk, f"/companies/{first.companies[SHARED]}")[0] == 404

    # A firm renamed on the papers of one centre keeps its name at the other.
    path = f"/centres/{first.id}/companies/{first.companies[SHARED]}/party"
    first.desk.put(path, {"name": "경기정밀테크", "representative": "오대표"})
    there = f"/centres/{second.id}/companies/{second.companies[SHARED]}/party"
    assert first.desk.get(path)["name"] == "경기정밀테크"
    assert second.desk.get(there)["name"] != "경기정밀테크"
    assert "경기정밀테크" not in page(second.desk, f"/companies/{first.companies[SHARED]}")[1]
    assert client.get(f"{API}{path}", headers=second.desk.headers).status_code == 404

    # Nothing of a neighbour shows anywhere that the third centre may look.
    for where in ("/companies", "/statements", "/month", "/receivables", "/reports", "/bookings"):
        status, text = page(third.desk, where)
        assert status == 200, where
        assert not [w for w in (SHARED, OTHER, *own, theirs["number"]) if w in text], where
