"""Work by the kilogram: quantities to the gram, priced to the won by the one rounding."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from gadong.billing.services.proof import verification
from gadong.people.services.accounts import OPERATOR
from tests.support.api_fixtures import LogIn
from tests.support.commissions import POUCH
from tests.support.world import World

V1 = "/api/v1"
# Freeze-drying as centres price it: by the kilogram that goes in.
DRYING_KG = {
    "code": "drying-kg",
    "kind": "commission",
    "name_ko": "동결건조",
    "name_en": "Freeze-drying",
    "measure": "kg",
    "price": "8500",
}


def ago(minutes: int) -> str:
    return (datetime.now(UTC) - timedelta(minutes=minutes)).isoformat()


def today() -> str:
    return f"{datetime.now(UTC).astimezone(World.ZONE):%Y-%m-%d}"


def received(client: TestClient, world: World, company: Any, *goods: dict[str, str]) -> str:
    body = {"company": str(company), "subject": "동결건조", "goods": list(goods), "at": ago(3)}
    made = client.post(f"{V1}/centres/{world.centre.id}/commissions", json=body)
    assert made.status_code == 201, made.text
    one = f"{V1}/commissions/{made.json()['id']}"
    taken = client.post(f"{one}/receive", json={"due_on": today(), "at": ago(2)})
    assert taken.status_code == 200, taken.text
    return one


def test_what_was_dried_is_charged_to_the_gram(
    client: TestClient, world: World, bearer: LogIn
) -> None:
    world.tariff(goods=[DRYING_KG, POUCH])
    company = world.company()
    client.headers.update(bearer(None))
    asked = {"good": "drying-kg", "quantity": "12"}, {"good": "pouch", "quantity": "200"}
    one = received(client, world, company.id, *asked)
    done = [{"good": "drying-kg", "quantity": "12.345"}, {"good": "pouch", "quantity": "198"}]
    assert client.post(f"{one}/finish", json={"goods": done, "at": ago(1)}).status_code == 200
    path = f"{V1}/centres/{world.centre.id}/companies/{company.id}/bill-now"
    billed = client.post(path, json={"accept": []})
    assert billed.status_code == 201, billed.text
    document = billed.json()["document"]
    # 12.345 kg at 8,500 are 104,932.5, rounded to even; 198 pouches at 300 are 59,400.
    # The tariff truncates the supply to ten won.
    amounts = sorted(line["charge"]["amount"] for line in document["lines"])
    assert amounts == [59_400, 104_932]
    sums = document["totals"]
    assert (sums["supply"], sums["vat"], sums["total"]) == (164_330, 16_433, 180_763)
    assert any("12.345 kg" in line["sentence_ko"] for line in document["lines"])
    number = billed.json()["number"]
    verdicts = verification.verify(world.pool, OPERATOR, number=number)
    assert [v.kind for v in verdicts] == [verification.Kind.HOLDS]


@pytest.mark.parametrize(
    ("quantity", "status"), [("0.001", 200), ("0.0001", 422), ("1.2345", 422), ("999.999", 200)]
)
def test_a_kilogram_has_three_places(
    client: TestClient, world: World, bearer: LogIn, quantity: str, status: int
) -> None:
    world.tariff(goods=[DRYING_KG])
    client.headers.update(bearer(None))
    one = received(client, world, world.company().id, {"good": "drying-kg", "quantity": "1"})
    done = [{"good": "drying-kg", "quantity": quantity}]
    assert client.post(f"{one}/finish", json={"goods": done}).status_code == status
