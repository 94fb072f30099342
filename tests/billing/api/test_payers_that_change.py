"""Corrections where one programme's payer owes what another's did: the sums stay, and the payers
differ.
"""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from gadong.billing.services.proof import verification
from gadong.machines.domain.machine import Machine
from tests.support.billing.lines_by_their_own_day import (
    API,
    at,
    day_text,
    issued,
    mill,
    programme,
    proved,
    published,
    used,
)
from tests.support.world import World

__all__ = ["mill"]


@pytest.mark.parametrize(
    ("rate", "status"),
    [("99.5", 409), ("100", 201)],  # two hours of it at half: 99 won, and 100
)
def test_a_part_that_another_payer_owes_is_corrected(
    rate: str, status: int, world: World, manager: TestClient, mill: Machine
) -> None:
    both = [programme(50), {**programme(50), "name": "시험", "payer": "창원"}]
    item = {"kind": "mill", "rate_per_hour": rate, "basis": "actual_run"}
    published(world, manager, item, subsidies=both, document_unit=1)
    proved(world, manager, "바우처", "2026-01-01")
    used(world, mill, at(world, 12))
    statement = issued(world)
    proved(world, manager, "바우처", "2026-01-01", day_text(world, 5))
    proved(world, manager, "시험", day_text(world, 5))
    where = f"{API}/statements/{statement.id}"
    found = manager.get(f"{where}/difference").json()
    part = 100 if status == 201 else 99
    assert found["payers"] == [
        {"programme": "바우처", "payer": "경남", "was": part, "now": 0},
        {"programme": "시험", "payer": "창원", "was": 0, "now": part},
    ]
    assert [s["now"] - s["was"] for s in found["steps"]] == [0] * 6
    assert (found["difference"], found["is_material"]) == (0, status == 201)
    body = {"digest": found["digest"], "reason": "협약"}
    made = manager.post(f"{where}/corrections", json=body)
    assert made.status_code == status, made.text
    if status == 201:
        assert made.json()["document"]["direction"] == "credit"
        assert [v.differences for v in verification.verify(world.pool, world.manager)] == [(), ()]
        again = manager.get(f"{where}/difference").json()
        assert (again["changes"], again["is_material"]) == ([], False)
        page = manager.get(f"/statements/{statement.id}")
        assert page.status_code in {200, 303}
        assert (
            manager.get(f"{where}/corrections/{made.json()['id']}/document.pdf").status_code == 200
        )
