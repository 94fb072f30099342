"""Parameters of the rule book through the API."""

from __future__ import annotations

from typing import Any

from fastapi.testclient import TestClient


def put(client: TestClient, headers: dict[str, str], **body: Any) -> None:
    """Set parameters."""
    answer = client.put("/api/v1/policy", json=body, headers=headers)
    assert answer.status_code == 204, answer.text
