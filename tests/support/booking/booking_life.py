"""Steps of a booking's life through the API."""

from __future__ import annotations

from typing import Any

from fastapi.testclient import TestClient


def post(
    client: TestClient,
    path: str,
    headers: dict[str, str],
    body: dict[str, Any] | None = None,
    status: int = 200,
) -> Any:
    """The answer to a call that must end so."""
    answer = client.post(f"/api/v1{path}", json=body or {}, headers=headers)
    assert answer.status_code == status, answer.text
    return answer.json()
