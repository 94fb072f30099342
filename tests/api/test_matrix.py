"""Every operation of the API by every kind of caller, as tests/access/operations.txt has it."""

from __future__ import annotations

import re

from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.v1.rights import NEEDS, AccessCondition
from gadong.core.domain.access import Right
from tests.support.api.access import PLAIN, V1, Stage, bodies, stage
from tests.support.api.bodies import sent_body
from tests.support.matrix import (
    OTHERS,
    Row,
    broken_rules,
    callers,
    compare,
    kept_rows,
    rows_to_keep,
    verdict,
)
from tests.support.people.own_account import BODIES

__all__ = ["stage"]  # pytest finds fixtures by their names here
TABLE = "operations.txt"
OF_ACCOUNTS = {
    AccessCondition.SELF,
    AccessCondition.WHOLE,
    AccessCondition.ACCOUNT,
    AccessCondition.PROVEN,
}
OPEN = {
    f"{method.upper()} {V1}{path}": "needs no login"
    for (method, path), need in NEEDS.items()
    if AccessCondition.ANYBODY in need.standings
}
#: What answers with the caller's own things, or with those of the centres where the caller works.
OWN = {
    f"{method.upper()} {V1}{path}": "the caller's own"
    for (method, path), need in NEEDS.items()
    if need.standings & OF_ACCOUNTS and "_id}" not in path
} | {
    f"GET {V1}/jobs": "whoever works at a centre sees that centre's jobs",
    f"GET {V1}/reports/centres": "whoever may report at a centre sees that centre's row",
    f"GET {V1}/reports/centres.{{kind}}": "the same as a file",
    f"GET {V1}/reports/agency.{{kind}}": "likewise",
}
#: Sums of a centre without any company or person, which its agency sees as well.
OF_FIGURES = {
    f"{method.upper()} {V1}{path}"
    for (method, path), need in NEEDS.items()
    if Right.FIGURES_SEE in need.rights
}
#: A company's own affairs, which another company of the same centre must not see or touch.
OF_A_COMPANY = {
    f"{method.upper()} {V1}{path}"
    for (method, path), need in NEEDS.items()
    if need.standings & {AccessCondition.COMPANY, AccessCondition.OWNER}
    and f"{path}" != "/messages/{message_id}"
}


def rows(client: TestClient, application: FastAPI, found: Stage) -> list[Row]:
    """Ask every operation as everybody."""
    described, own = application.openapi(), bodies(found)
    people = callers(found)
    made: list[Row] = []
    kept = rows_to_keep(TABLE)
    for method, path in sorted(NEEDS, key=lambda entry: (entry[1], entry[0])):
        if row := kept.get(f"{method.upper()} {V1}{path}"):
            made.append(row)
            continue
        operation = described["paths"][f"{V1}{path}"][method]
        sent = BODIES.get((method, path)) or sent_body(
            described, operation, found, method, path, own
        )
        query = {
            p["name"]: found.ids.get(p["name"], PLAIN.get(p["name"], "1"))
            for p in operation.get("parameters", [])
            if p["in"] == "query" and p.get("required")
        }
        where = V1 + re.sub(r"\{(\w+)\}", lambda name: found.ids[name[1]], path)
        answers = {
            name: verdict(client.request(method, where, headers=headers, params=query, json=sent))
            for name, headers in people.items()
        }
        made.append(Row(f"{method.upper()} {V1}{path}", answers))
    return made


def test_every_operation_answers_as_the_table_says(
    client: TestClient, application: FastAPI, stage: Stage
) -> None:
    compare(TABLE, rows(client, application, stage))


def test_no_operation_lets_an_outsider_in() -> None:
    found = kept_rows(TABLE)
    wrong = broken_rules(found, open_to_all=OPEN, own=OWN, figures=OF_FIGURES)
    wrong += [
        f"{row.name}: {name} is of another company"
        for row in found
        if row.name in OF_A_COMPANY
        for name in OTHERS
        if row.signs[name] in "+v"
    ]
    assert not wrong, "\n".join(wrong)


def test_an_operation_without_a_row_is_missed(application: FastAPI) -> None:
    there = {
        f"{method.upper()} {path}"
        for path, operations in application.openapi()["paths"].items()
        if path.startswith(V1)
        for method in operations
    }
    assert {row.name for row in kept_rows(TABLE)} == there
