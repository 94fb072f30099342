"""Wrong names of a statement, corrected through the API."""

from __future__ import annotations

from typing import Any

from fastapi.testclient import TestClient

from gadong.billing.domain.kept_statement import Statement
from tests.support.billing.hometax import API
from tests.support.world import World


def naming(client: TestClient, statement: Statement, **query: str) -> Any:
    found = client.get(f"{API}/statements/{statement.id}/naming", params=query)
    assert found.status_code == 200, found.text
    return found.json()


def corrected_names(
    client: TestClient, statement: Statement, digest: str, *, status: int = 201, **more: str
) -> Any:
    body = {"digest": digest, "reason": "대표자 오기", **more}
    answer = client.post(f"{API}/statements/{statement.id}/naming-corrections", json=body)
    assert answer.status_code == status, answer.text
    return answer.json()


def represented(world: World, client: TestClient, representative: str) -> None:
    """Say who represents the first company."""
    where = f"{API}/centres/{world.centre.id}/companies/{world.companies[0].id}/party"
    body = {"representative": representative, "email": "kim@company.example"}
    assert client.put(where, json=body).status_code == 204
