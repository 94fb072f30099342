"""The description has ids, ways in, headers, enumerations and webhooks."""

from __future__ import annotations

import re
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.description import TAGS, operations
from api.preconditions import SHOWN_AT
from api.v1.rights import NEEDS, AccessCondition
from gadong.booking.domain.booking import BookingState
from gadong.texts.notices import NOTICES

V1 = "/api/v1"


@pytest.fixture
def described(client: TestClient) -> dict[str, Any]:
    """The description as it is served."""
    found: dict[str, Any] = client.get("/openapi.json").json()
    return found


def test_operation_ids_are_words_and_each_is_one_operations(described: dict[str, Any]) -> None:
    ids = [operation["operationId"] for _, _, operation in operations(described)]
    assert len(set(ids)) == len(ids)
    # A verb and what it is done to; neither the path nor the method.
    assert [name for name in ids if not re.fullmatch(r"[a-z]+(_[a-z]+)+", name)] == []
    assert {"request_booking", "list_bookings", "move_booking", "join_waiting_list"} <= set(ids)


def test_every_operation_says_how_one_logs_in(described: dict[str, Any]) -> None:
    known = set(described["components"]["securitySchemes"])
    assert known == {"bearerToken", "sessionCookie"}
    for path, method, operation in operations(described):
        need = NEEDS.get((method, path.removeprefix(V1)))
        ways = {name for way in operation["security"] for name in way}
        is_open = need is None or AccessCondition.ANYBODY in need.standings
        assert (ways == set()) is is_open, f"{method} {path}"
        assert ways <= known
    tokens = described["paths"][f"{V1}/tokens"]["post"]
    assert tokens["security"] == [{"sessionCookie": []}], "no token makes another"


def test_answers_say_their_headers(described: dict[str, Any]) -> None:
    for path, method, operation in operations(described):
        where = f"{method} {path}"
        for status, answer in operation["responses"].items():
            headers = answer["headers"]
            assert "X-Request-Id" in headers, where
            assert ("Retry-After" in headers) is (status in {"429", "503"}), where
        names = {p["name"] for p in operation.get("parameters", [])}
        if method == "put" and SHOWN_AT[path.removeprefix(V1)]:
            assert "If-Match" in names, where
    for path in ("/closures", "/bookings", "/statements"):
        created = described["paths"][f"{V1}{path}"]["post"]
        assert "Idempotency-Key" in {p["name"] for p in created["parameters"]}


def test_states_are_enumerations(described: dict[str, Any]) -> None:
    schemas = described["components"]["schemas"]
    assert schemas["BookingState"]["enum"] == [state.value for state in BookingState]
    assert schemas["BookingOut"]["properties"]["state"]["$ref"].endswith("/BookingState")
    for name in (
        "State",
        "Grade",
        "StatementState",
        "Action",
        "UsageMode",
        "Latch",
        "BookingOrder",
    ):
        assert schemas[name]["enum"], name


def test_every_event_is_a_webhook_and_every_tag_has_words(described: dict[str, Any]) -> None:
    assert described["webhooks"].keys() == NOTICES.keys()
    assert {tag["name"] for tag in described["tags"]} <= TAGS.keys()
