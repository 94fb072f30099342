"""Notices of commissioned work: to who asked, or to the firm where that person has left it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from fastapi.testclient import TestClient

from gadong.core.database import transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.ids import PersonId
from gadong.notices.services import notice_delivery
from gadong.operations.services import privacy
from gadong.people.services import members
from tests.support.api_fixtures import LogIn
from tests.support.commissions import ANALYSIS
from tests.support.world import PASSWORD, World, in_session

V1 = "/api/v1"


def told(world: World, kind: str) -> set[PersonId]:
    """Publish what happened, and return whom a kind of notice reached."""
    with transaction(world.pool, SYSTEM) as tx:
        notice_delivery.publish_outbox(tx)
        rows = tx.execute("select person_id from notices where kind = %s", [kind]).fetchall()
    return {row["person_id"] for row in rows}


@pytest.mark.parametrize("way", ["stays", "is taken out", "leaves Gadong"])
def test_a_firm_is_told_of_its_work_whoever_asked(
    client: TestClient, world: World, bearer: LogIn, way: str
) -> None:
    world.tariff(goods=[ANALYSIS])
    company = world.company()
    owner, asker, other = (world.member(company) for _ in range(3))
    asking = bearer(asker)
    client.headers.update(bearer(None))
    goods = [{"good": "ginsenoside", "quantity": "1"}]
    body = {"subject": "신제품 X 성분 분석", "goods": goods}
    made = client.post(f"{V1}/centres/{world.centre.id}/commissions", json=body, headers=asking)
    assert made.status_code == 201, made.text
    if way == "is taken out":
        members.take_out(world.pool, owner, company.id, asker.person_id)
    elif way == "leaves Gadong":
        privacy.leave(world.pool, in_session(asker), PASSWORD)
    one = f"{V1}/commissions/{made.json()['id']}"
    due = f"{datetime.now(UTC).astimezone(World.ZONE):%Y-%m-%d}"
    assert client.post(f"{one}/quote", json={"goods": goods, "due_on": due}).status_code == 200
    there = {owner.person_id, other.person_id}
    assert told(world, "commission.quoted") == ({asker.person_id} if way == "stays" else there)
