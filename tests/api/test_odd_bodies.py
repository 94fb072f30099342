"""Values that no client means, in every field of every body and question: never a 500.

The suite sends some values to each field, others to the next; `GADONG_ODD_FORMS=1` sends them all.
"""

from __future__ import annotations

import copy
import json
import os
import re
from collections.abc import Iterator, Sequence
from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.v1.rights import NEEDS
from tests.support.api.access import PLAIN, V1, Stage, bodies, stage
from tests.support.api.bodies import sent_body
from tests.support.people.own_account import BODIES

__all__ = ["stage"]  # pytest finds fixtures by their names here
ODD: Sequence[Any] = (
    "a\0b", "\ud800", "9" * 5000, "1e99999999", "NaN", "-1", "0001-01-01", "9999-12-31",
    "0001-01-01T00:00:00Z", "9999-12-31T23:59:59+09:00", "23:59:59.999999", "²", "\u3000",
    "x" * 20_000, 10**400, 2**63, 2**31, -1, 0, 1e308, True, None, [], {}, [[[]]],
)  # fmt: skip
#: Values for each field and run of the suite.
SOME = 1
#: It ends the session that the others need.
LEFT_OUT = {("delete", "/sessions/current")}
Way = tuple[str | int, ...]


def ways(document: Any, so_far: Way = ()) -> Iterator[Way]:
    """Yield the way to each value of a body, and to each list."""
    if isinstance(document, dict):
        for key, value in document.items():
            yield from ways(value, (*so_far, key))
    elif isinstance(document, list):
        yield so_far
        for index, value in enumerate(document):
            yield from ways(value, (*so_far, index))
    elif so_far:
        yield so_far


def changed(document: Any, way: Way, value: Any) -> Any:
    """Return a copy of a body with another value at one place."""
    changed_one = copy.deepcopy(document)
    at = changed_one
    for step in way[:-1]:
        at = at[step]
    at[way[-1]] = value
    return changed_one


def test_no_field_of_an_operation_answers_500(
    client: TestClient, application: FastAPI, stage: Stage
) -> None:
    described, own = application.openapi(), bodies(stage)
    client.headers.update(stage.headers("manager"))
    every = bool(os.environ.get("GADONG_ODD_FORMS"))
    failed: list[str] = []
    asked = 0

    def values() -> Sequence[Any]:
        return ODD if every else [ODD[(asked + n) % len(ODD)] for n in range(SOME)]

    for method, path in sorted(NEEDS):
        if (method, path) in LEFT_OUT:
            continue
        operation = described["paths"][f"{V1}{path}"][method]
        where = V1 + re.sub(r"\{(\w+)\}", lambda name: stage.ids[name[1]], path)
        named = [p for p in operation.get("parameters", []) if p["in"] == "query"]
        query = {
            p["name"]: stage.ids.get(p["name"], PLAIN.get(p["name"], "1"))
            for p in named
            if p.get("required")
        }
        body = BODIES.get((method, path)) or sent_body(
            described, operation, stage, method, path, own
        )
        sendings: list[tuple[str, dict[str, str], Any]] = []
        for p in named:
            for odd in values():
                text = odd if isinstance(odd, str) else json.dumps(odd)
                text = text.encode(errors="replace").decode()
                sendings.append((f"?{p['name']}={text[:20]}", {**query, p["name"]: text}, body))
                asked += 1
        for way in ways(body):
            for odd in values():
                said = f"{way}={str(odd)[:20]!r}"
                sendings.append((said, query, changed(body, way, odd)))
                asked += 1
        for said, params, sent in sendings:
            answer = client.request(
                method,
                where,
                params=params,
                # As JSON writes it: half a character too.
                content=None if sent is None else json.dumps(sent),
                headers={"content-type": "application/json"},
            )
            if answer.status_code >= 500:
                failed.append(f"{method} {path} {said}: {answer.status_code}")
    assert not failed, "\n".join(failed)
    assert asked > 500
