"""A shared booking that moves to a sister machine asks each company again for the same parts."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from fastapi.testclient import TestClient

from gadong.booking.services.centre_calendar import closures
from gadong.booking.services.centre_calendar.closures import Closing
from gadong.core.database import transaction
from gadong.core.domain.access import SYSTEM
from gadong.machines.store import machines
from tests.support.api_fixtures import LogIn
from tests.support.booking.closures import letters
from tests.support.booking.cost_shares import API, Shared, shared, states

__all__ = ["shared"]  # pytest finds a fixture by its name here


def close(shared: Shared) -> None:
    """Close the machine of the shared booking in its time, and give it a sister."""
    world = shared.world
    world.machine("mill-2")
    with transaction(world.pool, SYSTEM) as tx:
        machine = machines.by_id(tx, shared.booking.machine_id)
    closures.close(
        world.pool,
        world.manager,
        Closing(
            centre=world.centre.id,
            machine=machine,
            period=shared.booking.period,
            kind="maintenance",
            reason="스핀들",
        ),
        now=datetime.now(UTC),
    )


@pytest.mark.parametrize("is_desk", [False, True])
def test_each_company_is_asked_again_for_the_same_parts(
    client: TestClient, shared: Shared, bearer: LogIn, is_desk: bool
) -> None:
    booker, second, third = (bearer(who) for who in (shared.booker, *shared.members))
    client.post(shared.address, headers=booker, json={**shared.wanted, "booker_parts": 2})
    answer = {"request": 1}
    client.post(f"{shared.address}/consent", headers=second, json=answer)
    close(shared)
    taken = client.post(
        f"{API}/bookings/{shared.booking.id}/sister",
        headers=bearer(None) if is_desk else booker,
        json={"machine_slug": "mill-2"},
    )
    assert taken.status_code == 201, taken.text
    address = f"{API}/bookings/{taken.json()['id']}/cost-shares"
    found = client.get(address, headers=booker)
    assert states(found) == ["asked", "asked"]
    told = found.json()
    assert (told["request"], told["booker_parts"], told["pays"]) == (1, 2, [])
    assert [(s["company"], s["parts"]) for s in told["shares"]] == [
        (str(shared.second.id), 1),
        (str(shared.third.id), 1),
    ]
    mailed = [m["company"] for m in letters(shared.world.pool, "booking.share_asked")]
    # Both at one instant, in whatever order.
    assert sorted(mailed[-2:]) == sorted([str(shared.second.id), str(shared.third.id)])
    for headers in (second, third):
        given = client.post(f"{address}/consent", headers=headers, json=answer)
    assert [p["parts"] for p in given.json()["pays"]] == [2, 1, 1]


def test_who_had_refused_is_not_asked_again(
    client: TestClient, shared: Shared, bearer: LogIn
) -> None:
    booker, second, third = (bearer(who) for who in (shared.booker, *shared.members))
    client.post(shared.address, headers=booker, json=shared.wanted)
    client.post(f"{shared.address}/consent", headers=second, json={"request": 1})
    client.post(f"{shared.address}/refuse", headers=third, json={"request": 1})
    close(shared)
    path = f"{API}/bookings/{shared.booking.id}/sister"
    taken = client.post(path, headers=booker, json={"machine_slug": "mill-2"})
    address = f"{API}/bookings/{taken.json()['id']}/cost-shares"
    found = client.get(address, headers=booker)
    assert states(found) == ["asked"]
    # The part of who said no stays with the booker.
    assert (found.json()["booker_parts"], found.json()["shares"][0]["parts"]) == (2, 1)
    assert client.get(address, headers=third).status_code == 404


def test_nobody_is_asked_where_the_booker_had_taken_it_back(
    client: TestClient, shared: Shared, bearer: LogIn
) -> None:
    booker, second = bearer(shared.booker), bearer(shared.members[0])
    client.post(shared.address, headers=booker, json=shared.wanted)
    assert client.post(f"{shared.address}/take-back", headers=booker).status_code == 200
    close(shared)
    path = f"{API}/bookings/{shared.booking.id}/sister"
    taken = client.post(path, headers=booker, json={"machine_slug": "mill-2"})
    address = f"{API}/bookings/{taken.json()['id']}/cost-shares"
    assert client.get(address, headers=booker).json()["shares"] == []
    assert client.get(address, headers=second).status_code == 404
