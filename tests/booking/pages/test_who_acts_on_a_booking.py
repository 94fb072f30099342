"""The page of a booking offers its viewer what they may do at the booking's own centre, alone."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from fastapi.testclient import TestClient

from gadong.core.database import Pool
from gadong.core.domain.access import Role
from gadong.core.domain.ids import CentreId, CompanyId
from gadong.people.services import members
from gadong.people.services.accounts import OPERATOR
from tests.support.page_fixtures import Visit
from tests.support.world import PASSWORD, World


def entered(
    visit: Visit, world: World, role: Role, centre: CentreId, company: CompanyId | None = None
) -> TestClient:
    """Somebody of a role at a centre, who may book for a company of another one."""
    email = f"{role}@who-acts.example"
    person = members.create_person(
        world.pool,
        OPERATOR,
        email=email,
        name=f"{role}",
        password=PASSWORD,
        centre=centre,
        roles={role},
        company=company,
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


def test_a_booking_at_another_centre_than_the_chosen_one_is_its_persons(
    visit: Visit, world: World, pool: Pool
) -> None:
    other = World.made(pool)
    company = other.company()
    start = datetime.now(UTC).replace(second=0, microsecond=0) + timedelta(days=1)
    booking = other.booked(other.machine("mill-9"), company, start)
    both = entered(visit, world, Role.MANAGER, world.centre.id, company.id)
    page = both.get(f"/bookings/{booking.id}", params={"centre": world.centre.slug})
    assert page.status_code == 200
    assert {"move", "cancel"} <= forms(page.text, booking.id)
