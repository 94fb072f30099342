"""Technicians on the register and the modes that need them."""

from __future__ import annotations

from typing import Any

from fastapi.testclient import TestClient

from gadong.core.domain.access import Role
from gadong.core.domain.ids import PersonId
from gadong.people.services import members
from tests.support.world import PASSWORD, World

MODES = ["assisted", "self"]


ALL_DAY = [{"weekday": day, "opens": "00:00:00", "closes": "00:00:00"} for day in range(7)]


def staff(world: World, name: str) -> PersonId:
    """Somebody of the centre's staff."""
    made = members.create_person(
        world.pool,
        world.manager,
        email=f"{name}@{world.centre.slug}.example",
        name=name,
        password=PASSWORD,
        centre=world.centre.id,
        roles={Role.TECHNICIAN},
    )
    return made.id


def register(
    client: TestClient, headers: dict[str, str], world: World, person: PersonId, **said: Any
) -> None:
    """The person assists at mills at any hour, unless something else is said."""
    body = {"kinds": ["mill"], "shifts": ALL_DAY} | said
    answer = client.put(technician_path(world, person), json=body, headers=headers)
    assert answer.status_code == 200, answer.text


def technician_path(world: World, person: PersonId) -> str:
    return f"/api/v1/centres/{world.centre.id}/technicians/{person}"
