"""Samples of commissioned work: received with a photo, kept, returned once, and followed."""

from __future__ import annotations

from base64 import b64encode
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from fastapi.testclient import TestClient

from gadong.commissions.services import commission_samples
from gadong.core.database import transaction
from tests.support.api_fixtures import LogIn
from tests.support.machines.photos import picture
from tests.support.world import World, nobody_may

V1 = "/api/v1"
CAME = {"name": "농축액 500 mL", "condition": "밀봉, 이상 없음"}


def day(days: int) -> str:
    return f"{(datetime.now(UTC) + timedelta(days=days)).astimezone(World.ZONE):%Y-%m-%d}"


def asked(client: TestClient, world: World, headers: dict[str, str]) -> str:
    path = f"{V1}/centres/{world.centre.id}/commissions"
    made = client.post(path, json={"subject": "홍삼 분석"}, headers=headers)
    return f"{V1}/commissions/{made.json()['id']}"


def test_a_sample_comes_and_goes_once(client: TestClient, world: World, bearer: LogIn) -> None:
    company = world.company()
    member = bearer(world.member(company))
    outsider = bearer(world.member(world.company()))
    client.headers.update(bearer(None))
    one = asked(client, world, member)
    number = client.get(one).json()["number"]
    assert client.post(f"{one}/samples", json=CAME, headers=member).status_code == 403
    photo = b64encode(picture()).decode()
    made = [
        client.post(f"{one}/samples", json={**CAME, **more})
        for more in ({"photo": photo, "keep_until": day(0)}, {"keep_until": day(30)})
    ]
    assert [m.status_code for m in made] == [201, 201], made[0].text
    assert [m.json()["number"] for m in made] == [f"{number}-S1", f"{number}-S2"]
    seen = client.get(f"{one}/samples", headers=member).json()["items"]
    assert [s["has_photo"] for s in seen] == [True, False]
    first = f"{V1}/commission-samples/{seen[0]['id']}"
    shown = client.get(f"{first}/photo", headers=member)
    assert (shown.headers["content-type"], shown.content[:3]) == ("image/jpeg", b"\xff\xd8\xff")
    assert client.get(f"{first}/photo", headers=outsider).status_code == 404
    none = client.get(f"{V1}/commission-samples/{seen[1]['id']}/photo")
    assert none.status_code == 404
    back = {"outcome": "returned", "words": "김재배"}
    assert client.post(f"{first}/end", json=back, headers=member).status_code == 403
    assert client.post(f"{first}/end", json=back).json()["outcome"] == "returned"
    again = client.post(f"{first}/end", json={**back, "outcome": "discarded"})
    assert (again.status_code, again.json()["code"]) == (409, "conflict")
    nobody_may(world.pool, "update commission_samples set condition = 'x'")
    nobody_may(world.pool, "delete from commission_sample_ends")


def test_a_member_writes_no_sample(client: TestClient, world: World, bearer: LogIn) -> None:
    who = world.member(world.company())
    one = asked(client, world, bearer(who))
    with (
        pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"),
        transaction(world.pool, who.reach()) as tx,
    ):
        tx.execute(
            """
            insert into commission_samples (id, commission_id, centre_id, company_id, position,
                name, condition, received_at, recorded_at)
            select gen_random_uuid(), id, centre_id, company_id, 0, 'x', 'x', now(), now()
            from commissions where id = %(id)s
            """,
            {"id": one.rsplit("/", 1)[1]},
        )


@pytest.mark.parametrize(("days", "overdue"), [(-1, 0), (0, 0), (1, 1)])
def test_a_sample_is_overdue_on_the_day_after_its_last(
    client: TestClient, world: World, bearer: LogIn, days: int, overdue: int
) -> None:
    member = bearer(world.member(world.company()))
    client.headers.update(bearer(None))
    one = asked(client, world, member)
    early = client.post(f"{one}/samples", json={**CAME, "keep_until": day(-1)})
    assert (early.status_code, early.json()["field"]) == (422, "keep_until")
    made = client.post(f"{one}/samples", json={**CAME, "keep_until": day(3)}).json()
    today = (datetime.now(UTC) + timedelta(days=3 + days)).astimezone(World.ZONE).date()
    count = commission_samples.overdue(world.pool, world.manager, world.centre.id, today=today)
    assert count == overdue
    gone = {"outcome": "discarded", "words": "폐기물 위탁"}
    client.post(f"{V1}/commission-samples/{made['id']}/end", json=gone)
    assert not commission_samples.overdue(world.pool, world.manager, world.centre.id, today=today)
