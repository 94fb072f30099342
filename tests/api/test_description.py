"""The OpenAPI description: complete enough to write a client from."""

from __future__ import annotations

from typing import Any

from fastapi.testclient import TestClient


def refs(value: Any) -> set[str]:
    """Every $ref in a description."""
    if isinstance(value, dict):
        own = {value["$ref"]} if isinstance(value.get("$ref"), str) else set()
        return own.union(*(refs(v) for v in value.values()))
    return set().union(*(refs(v) for v in value)) if isinstance(value, list) else set()


def test_every_operation_says_what_it_does_and_how_it_fails(client: TestClient) -> None:
    described = client.get("/openapi.json").json()
    known = {f"#/components/schemas/{name}" for name in described["components"]["schemas"]}
    assert refs(described) <= known
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            where = f"{method} {path}"
            assert operation.get("description"), where
            assert operation["tags"], where
            if path.startswith("/api/"):
                problem = operation["responses"]["422"]["content"]["application/problem+json"]
                assert problem["schema"]["$ref"].endswith("/ProblemDocument"), where
    for name, schema in described["components"]["schemas"].items():
        if name not in {
            "HTTPValidationError",
            "ValidationError",
            "JsonValue",
        } and not name.startswith("Page_"):
            assert schema.get("description"), name


def test_what_a_client_sends_has_examples(client: TestClient) -> None:
    schemas = client.get("/openapi.json").json()["components"]["schemas"]
    for name in (
        "BookingIn",
        "MachineIn",
        "SourceIn",
        "TariffIn",
        "StatementIn",
        "CompanyIn",
        "LogIn",
    ):
        fields = schemas[name]["properties"].values()
        assert any("examples" in field for field in fields), name
