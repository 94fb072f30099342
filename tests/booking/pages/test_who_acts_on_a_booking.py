"""The page of a booking offers its viewer what they may do at the booking's own centre, alone."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from fastapi.testclient import TestClient

from gadong.core.domain.access import Role
from gadong.core.domain.ids import CentreId
from gadong.people.services import members
from gadong.people.services.accounts import OPERATOR
from tests.support.page_fixtures import Visit
from tests.support.world import PASSWORD, World


def entered(visit: Visit, world: World, role: Role, centre: CentreId) -> TestClient:
    """Somebody of a role at a centre."""
    email = f"{role}@who-acts.example"
    person = members.create_person(
        world.pool,
        OPERATOR,
        email=email,
        name=f"{role}",
        password=PASSWORD,
        centre=centre,
        roles={role},
    )
    world.emails[person.id] = email
    return visit(replace(world.manager, person_id=person.id))


def forms(page: str, booking: object) -> set[str]:
    """Return the names of the actions on a booking that a page offers."""
    return set(re.findall(rf'action="/bookings/{booking}/([a-z-]+)"', page))


def test_an_auditor_is_offered_no_change_of_a_booking(visit: Visit, world: World) -> None:
    start = datetime.now(UTC).replace(second=0, microsecond=0) + timedelta(minutes=30)
    booking = world.booked(world.machine("mill-1"), world.company(), start)
    where = f"/bookings/{booking.id}"
    assert {"move", "cancel", "edit", "check-in"} <= forms(visit(None).get(where).text, booking.id)
    auditor = entered(visit, world, Role.AUDITOR, world.centre.id)
    page = auditor.get(where)
    assert (page.status_code, forms(page.text, booking.id)) == (200, set())
