"""Every reading operation, asked as the agency: no name, number or address in its answers."""

from __future__ import annotations

import re

from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.v1.rights import NEEDS
from gadong.core.database import Pool, transaction
from gadong.core.domain.access import SYSTEM
from tests.support.api.access import PLAIN, V1, Stage, stage
from tests.support.api.answer_text import readable

__all__ = ["stage"]  # pytest finds fixtures by their names here
#: Names as marked() writes them, addresses of tests, mobile numbers and registration numbers.
PERSONAL = re.compile(
    r"PERSON-\w+|FIRM-\w+|[\w.-]+@[\w.-]+\.example|01[016-9]-?\d{3,4}-?\d{4}\b|\d{3}-\d{2}-\d{5}\b"
)
OWN = "agency@matrix.example"


def marked(pool: Pool, stage: Stage) -> None:
    """Give everybody but the agency, and every company, a name that is found in any answer."""
    with transaction(pool, SYSTEM) as tx:
        tx.execute(
            "update people set name = 'PERSON-' || left(id::text, 8) where id <> %s",
            [stage.people["agency"]],
        )
        tx.execute("update companies set name = 'FIRM-' || left(id::text, 8)")


def personal(
    client: TestClient, application: FastAPI, stage: Stage, role: str
) -> tuple[int, set[tuple[str, str]]]:
    """Ask every GET as a role; return how many answered, and what is personal in any answer."""
    described, answered = application.openapi(), 0
    found: set[tuple[str, str]] = set()
    for method, path in sorted(NEEDS):
        for kind in ("csv", "xlsx") if "{kind}" in path and method == "get" else ("",):
            if method != "get":
                continue
            ids = {**stage.ids, "kind": kind}
            query = {
                p["name"]: ids.get(p["name"], PLAIN.get(p["name"], "1"))
                for p in described["paths"][f"{V1}{path}"][method].get("parameters", [])
                if p["in"] == "query" and p.get("required")
            }
            answer = client.get(V1 + path.format(**ids), headers=stage.headers(role), params=query)
            answered += answer.status_code == 200
            found |= {(path, word) for word in PERSONAL.findall(readable(answer)) if word != OWN}
    return answered, found


def test_the_agency_reads_no_name_number_or_address_anywhere(
    client: TestClient, application: FastAPI, stage: Stage, pool: Pool
) -> None:
    marked(pool, stage)
    answered, found = personal(client, application, stage, "agency")
    assert answered > 20
    assert found == set()
    # A manager is shown them by the same questions.
    _, of_manager = personal(client, application, stage, "manager")
    assert {word.partition("-")[0] for _, word in of_manager} >= {"PERSON", "FIRM"}
