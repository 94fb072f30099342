"""Names on the list for Hometax, and its sheets."""

from __future__ import annotations

import io
from typing import Any

from fastapi.testclient import TestClient
from openpyxl import load_workbook

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


def sheet(
    client: TestClient, world: World, month: str, name: str, heads: int = 1
) -> list[dict[str, Any]]:
    """Return the rows of a sheet of the month's invoices, by the headings in a row of it."""
    where = f"{API}/centres/{world.centre.id}/hometax.xlsx"
    content = client.get(where, params={"month": month}).content
    rows = [[c.value for c in r] for r in load_workbook(io.BytesIO(content))[name].iter_rows()]
    return [dict(zip(rows[heads], row, strict=True)) for row in rows[heads + 1 :]]
