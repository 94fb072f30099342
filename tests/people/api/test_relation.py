"""A centre has to do with the companies it serves and their people.

Given another's id, it can do and read nothing.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from fastapi.testclient import TestClient

from gadong.core.domain.ids import new_id
from tests.support.api_fixtures import LogIn
from tests.support.world import World

V1 = "/api/v1"
SOON = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(days=2)
UNTIL = (SOON + timedelta(days=30)).isoformat()
SPAN = {"start": SOON.isoformat(), "end": (SOON + timedelta(hours=1)).isoformat()}


def attempts(
    centre: str, company: str, person: str
) -> list[tuple[str, str, dict[str, Any] | None]]:
    """Everything that a manager may do or read about a company or a person by its id."""
    theirs: dict[str, Any] = {"centre": centre, "company": company}
    query = f"centre={centre}&company={company}"
    wish = {"machine_slug": "mill-1", **theirs, **SPAN}
    of = f"/centres/{centre}/companies/{company}"
    return [
        ("post", "/statements", {**theirs, "month": "2026-10"}),
        ("get", f"/statements/preview?{query}&month=2026-10", None),
        ("post", f"/centres/{centre}/stops", {"company": company, "until": UNTIL, "reason": "x"}),
        ("post", f"/centres/{centre}/stops", {"person": person, "until": UNTIL, "reason": "x"}),
        ("post", "/qualifications", {"centre": centre, "person": person, "code": "cnc-basic"}),
        ("get", f"/companies/{company}/people", None),
        ("put", f"/companies/{company}/people/{person}", {"is_owner": True}),
        ("put", f"/centres/{centre}/staff/{person}", {"roles": ["kiosk"]}),
        ("post", "/people", {"email": "n@x.example", "name": "x", "password": "seven quiet lathes",
            "company": company}),
        ("post", "/invitations", {"email": "n@x.example", "name": "x", "company": company}),
        ("get", f"{of}/party", None),
        ("put", f"{of}/party", {"name": "x"}),
        ("get", f"{of}/categories", None),
        ("post", f"{of}/categories", {"category": "general", "since": "2026-01-01"}),
        ("get", f"{of}/extras", None),
        ("post", f"{of}/extras", {"name": "x", "since": "2026-01-01", "proof": "x"}),
        ("post", "/bookings", wish),
        ("post", "/bookings/series", {**wish, "every_days": 7, "count": 2}),
        ("post", "/bookings/quote", wish),
        ("post", "/waiting", {**wish, "minutes": 60}),
        ("post", "/slots", {**theirs, "machine_slug": "mill-1", "minutes": 60}),
        ("get", f"/entries?{query}&month=2026-10", None),
        ("post", "/lines", {**theirs, "at": datetime.now(UTC).isoformat(), "amount": 1,
            "reason": "x"}),
        ("get", f"/prints?{query}&month=2026-10", None),
        ("post", "/machines/mill-1/decisions", {**SPAN, "company": company, "reason": "x"}),
        ("get", f"/machines/mill-1/policy?company={company}", None),
        # The last: whoever is taken out is nobody here any more.
        ("delete", f"/companies/{company}/people/{person}", None),
    ]  # fmt: skip


def test_a_company_of_elsewhere_is_nobody_here(
    client: TestClient, world: World, session: LogIn
) -> None:
    world.machine("mill-1")
    world.tariff()
    elsewhere = World.made(world.pool)
    company = elsewhere.company(name="비밀상사")
    person = elsewhere.member(company)
    manager = session(None)
    wrong: list[str] = []
    for method, path, body in attempts(
        str(world.centre.id), str(company.id), str(person.person_id)
    ):
        answer = client.request(method, f"{V1}{path}", json=body, headers=manager)
        if answer.status_code != 404 or "비밀상사" in answer.text:
            wrong.append(f"{method} {path}: {answer.status_code} {answer.text[:150]}")
    assert not wrong, "\n".join(wrong)
    pages = {**manager, "accept": "text/html"}
    assert client.get(f"/companies/{company.id}", headers=pages).status_code == 404


def test_the_same_is_done_for_a_company_that_is_served(
    client: TestClient, world: World, session: LogIn
) -> None:
    # The attempts above are refused for whose they are, and not for how they are put.
    world.machine("mill-1")
    world.tariff()
    company = world.company()
    world.member(company)
    person, manager = world.member(company), session(None)
    wrong: list[str] = []
    for method, path, body in attempts(
        str(world.centre.id), str(company.id), str(person.person_id)
    ):
        answer = client.request(method, f"{V1}{path}", json=body, headers=manager)
        if answer.status_code in {401, 403, 404, 500}:
            wrong.append(f"{method} {path}: {answer.status_code} {answer.text[:150]}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("table", ["stops", "company_extras"])
def test_the_database_asks_too(database_url: str, world: World, table: str) -> None:
    elsewhere = World.made(world.pool)
    company = elsewhere.company()
    columns = {
        "stops": "(id, centre_id, company_id, until, reason, set_by) values (%s, %s, %s, now(), "
        "'x', %s)",
        "company_extras": "(id, centre_id, company_id, name, during, proof, set_by, "
        "recorded_at) values"
        " (%s, %s, %s, 'x', '[2026-01-01,)', 'x', %s, now())",
    }
    with (
        psycopg.connect(database_url) as owner,
        pytest.raises(psycopg.errors.ForeignKeyViolation, match="serves no such company"),
    ):
        owner.execute(
            f"insert into {table} {columns[table]}".encode(),
            [new_id(), world.centre.id, company.id, world.manager.person_id],
        )
