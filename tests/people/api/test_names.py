"""The rule for a name holds at every door that takes one, and in the database.

One company's fault stops no other.
"""

from __future__ import annotations

import sys
import unicodedata
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from fastapi.testclient import TestClient

from gadong.billing.services import statement_drafts
from gadong.core.database import Pool, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.name import LONGEST, LONGEST_MACHINE, LONGEST_SHORT, name_of
from tests.support.api_fixtures import LogIn
from tests.support.world import PASSWORD, World, registration_number

V1 = "/api/v1"
NO_NAMES = (" ", "\u3000", "a\nb", "a\u200bb", "\u202eabc", "a\u0007b")


def takers(world: World, company: str) -> dict[str, tuple[dict[str, Any], str, int]]:
    """Every operation that takes a name: its body, the name's field,
    and the longest that it takes.
    """
    centre = str(world.centre.id)
    return {
        "/companies": (
            {
                "centre": centre,
                "registration_number": registration_number(11),
                "since": "2026-01-01",
            },
            "name",
            LONGEST,
        ),
        "/people": (
            {"email": "p@x.example", "password": PASSWORD, "company": company},
            "name",
            LONGEST_SHORT,
        ),
        "/invitations": ({"email": "i@x.example", "company": company}, "name", LONGEST_SHORT),
        f"/centres/{centre}/join-requests": (
            {"registration_number": registration_number(12), "email": "j@x.example", "name": "x"},
            "company",
            LONGEST,
        ),
        f"/centres/{centre}/programs": ({"rights": ["report.see"]}, "name", LONGEST_SHORT),
        f"/centres/{centre}/device-accounts": ({"topics": ["some/where"]}, "name", LONGEST_SHORT),
        "/machines": (
            {"centre": centre, "slug": "new-mill", "kind": "mill", "name_en": "x"},
            "name_ko",
            LONGEST_MACHINE,
        ),
        "/tokens": ({}, "name", LONGEST_SHORT),
    }


def test_every_door_that_takes_a_name_asks_for_one(
    client: TestClient, world: World, session: LogIn
) -> None:
    manager = session(None)
    for path, (body, field, longest) in takers(world, str(world.company().id)).items():
        for name in (*NO_NAMES, "가" * (longest + 1)):
            refused = client.post(f"{V1}{path}", json={**body, field: name}, headers=manager)
            assert (refused.status_code, refused.json()["code"]) == (422, "invalid"), (path, name)
        long = "가" * (longest - 2) + "\u3000나"
        taken = client.post(f"{V1}{path}", json={**body, field: long}, headers=manager)
        assert taken.status_code in {201, 202}, (path, taken.text)


@pytest.mark.parametrize("name", ["한솔\u3000정밀", "한솔\u00a0정밀", "가" * LONGEST])
def test_whatever_a_company_is_called_its_month_is_there(
    client: TestClient, world: World, bearer: LogIn, name: str
) -> None:
    world.tariff()
    manager = bearer(None)
    centre = str(world.centre.id)
    body = {"centre": centre, "name": name, "registration_number": registration_number(3)}
    company = client.post(
        f"{V1}/companies", json={**body, "since": "2026-01-01"}, headers=manager
    ).json()
    assert company["name"] == name_of(name)
    month = {"centre": centre, "company": company["id"], "month": "2026-10"}
    preview = client.get(f"{V1}/statements/preview", params=month, headers=manager)
    assert preview.status_code == 200, preview.text
    assert client.post(f"{V1}/statements", json=month, headers=manager).status_code == 201
    party = client.get(f"{V1}/centres/{centre}/companies/{company['id']}/party", headers=manager)
    assert (party.status_code, party.json()["name"]) == (200, name_of(name))


def test_the_database_has_the_same_rule(pool: Pool) -> None:
    # Every character that is assigned, but the surrogates, which no text in the database holds.
    known = [
        chr(c)
        for c in range(1, sys.maxunicode + 1)
        if unicodedata.category(chr(c)) not in {"Cn", "Cs"} and not 0xD800 <= c <= 0xDFFF
    ]
    texts = [f"a{c}b" for c in known]
    with transaction(pool, SYSTEM) as tx:
        rows = tx.execute(
            "select t as text, is_name(t, 150) as is_one from unnest(%s::text[]) t", [texts]
        ).fetchall()

    def is_kept(text: str) -> bool:
        try:
            return name_of(text) == text
        except ValueError:
            return False

    assert len(rows) == len(texts)
    wrong = [r["text"] for r in rows if r["is_one"] is not is_kept(r["text"])]
    assert not wrong, [f"{ord(w[1]):x}" for w in wrong if len(w) == 3][:20]


@pytest.mark.parametrize(
    "name",
    [
        "",
        " x",
        "x ",
        "x  y",
        "x\u3000y",
        "x\u00a0y",
        "가" * 151,
        unicodedata.normalize("NFD", "가"),
    ],
)
def test_the_database_keeps_no_name_that_is_none(
    database_url: str, world: World, name: str
) -> None:
    world.company()
    with (
        psycopg.connect(database_url) as owner,
        pytest.raises(psycopg.errors.CheckViolation, match="companies_name"),
    ):
        owner.execute("update companies set name = %s", [name])


def test_one_companys_fault_stops_no_others_draft_and_says_whose_it_is(
    client: TestClient, world: World, session: LogIn, database_url: str
) -> None:
    world.tariff()
    at = datetime(2026, 10, 5, 1, tzinfo=UTC)
    good, bad, late = (world.company(name=name) for name in ("가나정밀", "나쁜정밀", "하하정밀"))
    for number, company in enumerate((good, bad, late)):
        line = {"centre": str(world.centre.id), "company": str(company.id), "at": at.isoformat()}
        made = client.post(
            f"{V1}/lines",
            json={**line, "amount": 1000 + number, "reason": "시험"},
            headers=session(None),
        )
        assert made.status_code == 201, made.text
    # A profile of before there was a rule, as a restored dump may bring it.
    with psycopg.connect(database_url) as owner:
        owner.execute(
            "insert into party_profiles (id, centre_id, company_id, document, set_by, recorded_at)"
            " values (gen_random_uuid(), %s, %s, %s, %s, now())",
            [world.centre.id, bad.id, '{"name": "\u3000"}', world.manager.person_id],
        )
    drafted = statement_drafts.draft_all(world.pool, world.manager, world.centre.id, "2026-10")
    assert (drafted.count, drafted.faults) == (2, ("나쁜정밀",))
    headers = {**session(None), "accept": "text/html", "sec-fetch-site": "same-origin"}
    shown = client.post("/month/draft", data={"month": "2026-10"}, headers=headers)
    assert (shown.status_code, "나쁜정밀" in shown.text) == (409, True)
    assert "가나정밀" in shown.text
    assert "하하정밀" in shown.text
