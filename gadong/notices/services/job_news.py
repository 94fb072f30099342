"""News of jobs: whoever has the machine booked when a job begins or ends is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from gadong.booking.store import bookings
from gadong.core.database import END_OF_TIME, Tx
from gadong.core.domain.ids import MachineId
from gadong.core.domain.period import Period
from gadong.core.store.outbox import Letter

KINDS = frozenset({"job.started", "job.ended"})


def addressed(tx: Tx, letter: Letter) -> list[Letter]:
    """Return one letter for each claimed booking at a job's edge; none where nobody has the machine.

    Metering says which machine and when, and does not know bookings.
    """
    at = datetime.fromisoformat(letter.data["at"])
    moment = Period(at - timedelta(seconds=1), at + timedelta(seconds=1))
    machine = MachineId(UUID(letter.data["machine"]))
    held = bookings.as_known(tx, machine, moment, recorded_before=END_OF_TIME)
    return [
        replace(
            letter,
            id=uuid5(letter.id, str(booking.id)),
            data={
                **letter.data,
                "booking": str(booking.id),
                "person": str(booking.person_id),
                "company": str(booking.company_id),
            },
        )
        for booking in held
        if booking.claimed
    ]
