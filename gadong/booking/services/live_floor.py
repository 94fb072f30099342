"""Permission to operate machines."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from gadong.booking.services.centre_calendar import closures
from gadong.booking.services.centre_calendar.closures import Closing
from gadong.booking.store import closures as floor
from gadong.core.database import Pool, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.ids import CentreId, PersonId
from gadong.core.domain.period import Period
from gadong.machines.domain.machine import Machine
from gadong.people.services.customers import need_known


def grant_qualification(
    pool: Pool,
    who: Caller,
    *,
    centre: CentreId,
    person: PersonId,
    code: str,
    expires_at: datetime | None,
) -> None:
    """Record that a person was trained for machines that want it."""
    permit = who.need(centre, Right.DESK_WORK)
    with transaction(pool, permit) as tx:
        need_known(tx, centre, person)
        floor.grant_qualification(
            tx,
            centre_id=centre,
            person_id=person,
            code=code,
            granted_by=who.person_id,
            expires_at=expires_at,
        )


def close(
    pool: Pool,
    who: Caller,
    *,
    centre: CentreId,
    machine: Machine | None,
    period: Period,
    kind: str,
    reason: str,
) -> UUID:
    """Close the centre or a machine for a time; return the closure's id."""
    wanted = Closing(centre=centre, machine=machine, period=period, kind=kind, reason=reason)
    return closures.close(pool, who, wanted, now=datetime.now(UTC)).closure.id
