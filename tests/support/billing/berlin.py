"""A centre whose clock jumps twice a year."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from gadong.booking.services.rules import rulebook
from gadong.booking.services.rules.rulebook import Level
from gadong.core.database import Pool
from gadong.core.domain.access import Caller, Role
from gadong.machines.services.machines import BEGINNING
from gadong.people.services import accounts, members
from gadong.people.services.accounts import OPERATOR
from tests.support.world import ALWAYS, LOOSE, PASSWORD, World

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def berlin(pool: Pool) -> World:
    """A centre whose clock jumps."""
    centre = accounts.create_centre(
        pool, OPERATOR, slug="berlin", name="베를린", zone="Europe/Berlin", hours=ALWAYS
    )
    person = members.create_person(
        pool,
        OPERATOR,
        email="manager@berlin.example",
        name="담당자",
        password=PASSWORD,
        centre=centre.id,
        roles={Role.MANAGER},
    )
    level = Level(centre=centre.id)
    rulebook.change(pool, OPERATOR, level, LOOSE, effective_from=BEGINNING, now=datetime.now(UTC))
    manager = Caller(person_id=person.id, staff=frozenset({(centre.id, Role.MANAGER)}))
    return World(pool, centre, manager, "manager@berlin.example")
