"""Every answer has a request's id.

Instants and wrong fields have one form; a cancel is done once.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from gadong.logs import name_request
from tests.support.world import World

V1 = "/api/v1"
START = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(days=2)
KST = timedelta(hours=9)
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f-]{21}")
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")
ONE_FORM = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


def wish(world: World, **more: Any) -> dict[str, Any]:
    """Return a wish for the first hour, said on the centre's clock."""
    start = START.astimezone(World.ZONE)
    span = {"start": start.isoformat(), "end": (start + timedelta(hours=1)).isoformat()}
    return {"machine_slug": "mill-1", "centre": str(world.centre.id), **span, **more}


def texts(value: Any) -> Iterator[str]:
    """Yield every text of an answer."""
    if isinstance(value, dict):
        for inner in value.values():
            yield from texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner)
    elif isinstance(value, str):
        yield value


def test_every_answer_names_its_request(client: TestClient, bearer: Any, world: World) -> None:
    headers = bearer(None)
    seen = set()
    for path, status in (
        ("/me", 200),
        ("/machines/nobody", 404),
        ("/bookings?limit=0", 422),
        ("/nowhere", 404),
    ):
        answer = client.get(f"{V1}{path}", headers=headers)
        name = answer.headers["x-request-id"]
        assert (answer.status_code, bool(ID.fullmatch(name))) == (status, True), path
        if status >= 400:
            assert answer.json()["instance"] == f"urn:gadong:request:{name}"
        seen.add(name)
    assert len(seen) == 4
    assert "x-request-id" in client.get("/healthz").headers
    assert "x-request-id" in client.get("/login").headers


def test_an_error_that_nobody_expected_is_logged_under_its_requests_id(
    application: FastAPI, client: TestClient, bearer: Any, caplog: pytest.LogCaptureFixture
) -> None:
    headers = bearer(None)
    caplog.handler.addFilter(name_request)
    quiet = TestClient(application, raise_server_exceptions=False, headers=dict(headers))
    kept, application.state.pool = application.state.pool, None
    try:
        answer = quiet.get(f"{V1}/me")
    finally:
        application.state.pool = kept
        caplog.handler.removeFilter(name_request)
    assert (answer.status_code, answer.json()["code"]) == (500, "error")
    (record,) = [r for r in caplog.records if r.message == "request failed"]
    assert record.levelno == logging.ERROR
    assert getattr(record, "request_id", "") == answer.headers["x-request-id"]


def test_instants_are_written_in_utc_whatever_was_sent(
    client: TestClient, bearer: Any, world: World
) -> None:
    world.machine("mill-1")
    headers = bearer(world.member(world.company()))
    made = client.post(f"{V1}/bookings", json=wish(world), headers=headers)
    assert made.status_code == 201, made.text
    assert made.json()["start"] == START.isoformat().replace("+00:00", "Z")
    span = {"from": START.isoformat(), "to": (START + timedelta(hours=2)).isoformat()}
    refused = client.post(
        f"{V1}/bookings", json=wish(world), headers=bearer(world.member(world.company()))
    )
    assert (refused.status_code, bool(refused.json()["alternatives"])) == (409, True)
    paths = (f"/bookings/{made.json()['id']}", "/bookings", "/machines/mill-1/timeline")
    answers = [made, refused, *(client.get(f"{V1}{path}", headers=headers) for path in paths)]
    answers.append(
        client.get(
            f"{V1}/calendar", params={"centre": str(world.centre.id), **span}, headers=headers
        )
    )
    for answer in answers:
        instants = [text for text in texts(answer.json()) if INSTANT.match(text)]
        assert instants, answer.url
        assert [text for text in instants if not ONE_FORM.fullmatch(text)] == [], answer.url


@pytest.mark.parametrize(
    ("body", "query", "field", "place"),
    [
        ({"start": "soon"}, "", "start", "body"),
        ({"answers": {"a": 1}}, "", "answers.a", "body"),
        ({"also": ["mill-2"]}, "", "also.0", "body"),
        ({"colour": "red"}, "", "colour", "body"),
    ],
)
def test_a_wrong_field_is_named_as_it_was_sent(
    body: dict[str, Any],
    query: str,
    field: str,
    place: str,
    client: TestClient,
    bearer: Any,
    world: World,
) -> None:
    refused = client.post(f"{V1}/bookings{query}", json=wish(world, **body), headers=bearer(None))
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid")
    first = refused.json()["fields"][0]
    assert (refused.json()["field"], first["field"], first["in"]) == (field, field, place)


def test_fields_of_queries_paths_headers_and_rules_have_the_same_form(
    client: TestClient, bearer: Any, world: World
) -> None:
    world.machine("mill-1")
    headers = bearer(world.member(world.company()))
    backwards = wish(world, end=START.isoformat())
    for answer, field in (
        (client.get(f"{V1}/bookings?limit=0", headers=headers), "limit"),
        (client.get(f"{V1}/bookings/1", headers=headers), "booking_id"),
        (client.post(f"{V1}/bookings", json=backwards, headers=headers), "end"),
        (
            client.post(
                f"{V1}/bookings", json=wish(world), headers={**headers, "Idempotency-Key": "1"}
            ),
            "Idempotency-Key",
        ),
    ):
        assert (answer.status_code, answer.json()["field"]) == (422, field)


def test_a_second_cancel_is_the_same_cancel(client: TestClient, bearer: Any, world: World) -> None:
    world.machine("mill-1")
    headers = bearer(world.member(world.company()))
    made = client.post(f"{V1}/bookings", json=wish(world), headers=headers)
    where = f"{V1}/bookings/{made.json()['id']}"
    tagged = {**headers, "If-Match": made.headers["etag"]}
    first = client.post(f"{where}/cancel", headers=tagged)
    again = client.post(f"{where}/cancel", headers=tagged)
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json() == again.json()
    assert first.json()["state"] == "cancelled"
    history = client.get(where, headers=headers).json()["history"]
    assert [e["action"] for e in history].count("cancel") == 1
    # A booking that is over otherwise is not cancelled by asking twice.
    stranger = bearer(world.member(world.company()))
    assert client.post(f"{where}/cancel", headers=stranger).status_code == 404


def test_every_operation_refuses_a_query_parameter_that_it_does_not_have(
    client: TestClient,
) -> None:
    asked = 0
    for path, operations in client.get("/openapi.json").json()["paths"].items():
        if not path.startswith(V1):
            continue
        for method in operations:
            where = re.sub(r"\{\w+\}", str(uuid4()), path)
            refused = client.request(method, where, params={"colour": "red"})
            code = (refused.status_code, refused.json()["code"], refused.json()["field"])
            assert code == (422, "invalid", "colour"), f"{method} {path}"
            asked += 1
    assert asked > 200


def test_a_query_parameter_that_an_operation_has_is_taken(client: TestClient, bearer: Any) -> None:
    headers = bearer(None)
    for query, status in (("limit=1", 200), ("limit=1&Limit=1", 422), ("limit", 422)):
        assert client.get(f"{V1}/bookings?{query}", headers=headers).status_code == status, query
