"""Who may operate what, and when the floor is closed."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from gadong.booking.store import closures
from gadong.core.database import Pool, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.ids import CentreId, PersonId
from gadong.core.domain.period import Period
from gadong.core.domain.problem import Invalid
from gadong.machines.domain.machine import Machine
from gadong.people.services.customers import need_known


def grant_qualification(
    pool: Pool, who: Caller, *, centre: CentreId, person: PersonId, code: str, expires_at: datetime | None
) -> None:
    """Record that a person was trained for machines that want it."""
    permit = who.need(centre, Right.DESK_WORK)
    with transaction(pool, permit) as tx:
        need_known(tx, centre, person)
        closures.grant_qualification(
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
    """Close the centre or a machine for a time (`closed` or `maintenance`); bookings there stay."""
    permit = who.need(centre, Right.DESK_WORK)
    if kind not in {"closed", "maintenance"}:
        raise Invalid("A closure is closed or maintenance", field="kind")
    with transaction(pool, permit) as tx:
        return closures.insert_closure(
            tx,
            centre_id=centre,
            machine_id=machine.id if machine else None,
            period=period,
            kind=kind,
            reason=reason,
        )
