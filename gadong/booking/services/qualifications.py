"""Permission to operate machines, granted to a person who was trained."""

from __future__ import annotations

from datetime import datetime

from gadong.booking.store import qualifications
from gadong.core.database import Pool, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.ids import CentreId, PersonId
from gadong.people.services.customers import need_known


def grant(
    pool: Pool,
    who: Caller,
    *,
    centre: CentreId,
    person: PersonId,
    code: str,
    expires_at: datetime | None,
) -> None:
    """Record that a person was trained for the machines that require the qualification."""
    permit = who.need(centre, Right.DESK_WORK)
    with transaction(pool, permit) as tx:
        need_known(tx, centre, person)
        qualifications.grant(
            tx,
            centre_id=centre,
            person_id=person,
            code=code,
            granted_by=who.person_id,
            expires_at=expires_at,
        )
