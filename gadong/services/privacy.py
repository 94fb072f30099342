"""A person's rights over what is kept about them (PIPA §35, §36): to have it, and to leave. docs/privacy.md is the table."""

from __future__ import annotations

from typing import Any

from gadong.domain.access import SYSTEM, Caller
from gadong.domain.problem import Conflict, NotFound
from gadong.services.proving import need_password
from gadong.store import people, privacy
from gadong.store.database import Pool, transaction


def known(pool: Pool, who: Caller) -> dict[str, Any]:
    """Everything that is kept about the caller, by table; for themselves alone."""
    with transaction(pool, SYSTEM) as tx:
        return privacy.known(tx, who.person_id)


def leave(pool: Pool, who: Caller, password: str) -> None:
    """Leave: name and address go, nothing opens any more, and what the law wants kept stays under a number.

    Conflict while others rest on the person: bookings that are to come, a company or a centre nobody else speaks for.
    """
    need_password(pool, who, password)
    with transaction(pool, SYSTEM) as tx:
        person = people.person(tx, who.person_id)
        if person is None:
            raise NotFound
        if privacy.ahead(tx, who.person_id):
            raise Conflict("You have bookings to come; cancel them or hand them over first")
        if left := privacy.sole(tx, who.person_id):
            raise Conflict(f"Nobody else speaks for {', '.join(left)}; name another first")
        privacy.leave(tx, who.person_id, person.email)
