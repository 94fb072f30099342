"""Somebody who compares centres as their agency."""

from __future__ import annotations

from gadong.core.domain.access import Caller, Role
from gadong.people.services import members
from gadong.people.services.accounts import OPERATOR
from tests.support.world import PASSWORD, World


def agency_of(*worlds: World) -> Caller:
    """Return somebody who is the agency at some centres; the first world knows their address."""
    first = worlds[0]
    email = f"agency@{first.centre.slug}.example"
    person = members.create_person(
        first.pool,
        OPERATOR,
        email=email,
        name="도청",
        password=PASSWORD,
        centre=first.centre.id,
        roles={Role.AGENCY},
    )
    for other in worlds[1:]:
        members.set_roles(first.pool, OPERATOR, other.centre.id, person.id, {Role.AGENCY})
    first.emails[person.id] = email
    return Caller(person_id=person.id, staff=frozenset((w.centre.id, Role.AGENCY) for w in worlds))
