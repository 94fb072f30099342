"""Personal data of one person: access and anonymisation."""

from __future__ import annotations

from typing import Any

from gadong.core.database import Tx, many, one, run
from gadong.core.domain.ids import PersonId
from gadong.core.store.queries import statements

SQL = statements(__file__)
LEAVING = (
    "leave_texts",
    "leave_phone",
    "leave_payer_names",
    "leave_payers",
    "leave_profiles",
    "leave_companies",
    "leave_centres",
    "leave_offers",
    "leave_pushes",
    "leave_browsers",
    "leave_credentials",
    "leave_feeds",
    "leave_notices",
    "leave_favourites",
    "leave_factors",
    "leave_calls",
    "leave_courses",
    "leave_course_waiting",
    "leave_answers",
    "leave_requests",
    "leave_reminders",
    "leave_passkeys",
    "leave_challenges",
    "leave_identities",
    "leave_sign_ons",
    "leave_links",
    "leave_people",
)


def known(tx: Tx, person_id: PersonId) -> dict[str, Any]:
    """Return everything that is stored about the person, by table."""
    row = one(tx, SQL["known"], person_id=person_id)
    found: dict[str, Any] = row["known"] if row else {}
    return found


def ahead(tx: Tx, person_id: PersonId) -> int:
    """Return the number of the person's future and present bookings."""
    row = one(tx, SQL["ahead"], person_id=person_id)
    return row["bookings"] if row else 0


def sole(tx: Tx, person_id: PersonId) -> list[str]:
    """Return the companies and centres that would be left without an owner or manager."""
    rows = [
        *many(tx, SQL["sole_owner"], person_id=person_id),
        *many(tx, SQL["sole_manager"], person_id=person_id),
    ]
    return [row["name"] for row in rows]


def leave(tx: Tx, person_id: PersonId, email: str) -> None:
    """Anonymise the person; records required by law stay under a number.

    Who has no login has no address, and no letter was sent to them.
    """
    if email:
        run(tx, SQL["leave_letters"], email=email)
    for name in LEAVING:
        run(tx, SQL[name], person_id=person_id)
