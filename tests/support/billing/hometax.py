"""Names on the list for Hometax."""

from __future__ import annotations

from fastapi.testclient import TestClient

from tests.support.people.parties import WHO
from tests.support.world import World

API = "/api/v1"


def named(world: World, client: TestClient) -> None:
    """The centre and its first two companies have what a tax invoice wants."""
    assert client.put(f"{API}/centres/{world.centre.id}/party", json=WHO).status_code == 204
    for company in world.companies[:2]:
        where = f"{API}/centres/{world.centre.id}/companies/{company.id}/party"
        body = {"representative": "김대표", "email": "kim@company.example"}
        assert client.put(where, json=body).status_code == 204
