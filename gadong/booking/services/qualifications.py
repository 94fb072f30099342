"""Permission to operate machines, granted to a person who was trained."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from gadong.booking.domain.safety.qualified import ABOUT_TRAININGS
from gadong.booking.store import qualifications
from gadong.core.database import Pool, Tx, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.ids import CentreId, PersonId
from gadong.core.domain.problem import Problem
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


def named(tx: Tx, centre_id: CentreId, problems: Sequence[Problem]) -> list[Problem]:
    """Give the problems the names of the trainings that they call by their codes."""
    if not any(p.code in ABOUT_TRAININGS for p in problems):
        return list(problems)
    names = qualifications.names(tx, centre_id)
    return [p.saying(names=names) if p.code in ABOUT_TRAININGS else p for p in problems]
