"""Events of jobs, addressed to the booking that holds the machine when a job begins or ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from gadong.booking.store import booking_history
from gadong.core.database import END_OF_TIME, Tx
from gadong.core.domain.ids import MachineId
from gadong.core.domain.period import Period
from gadong.core.store.outbox import OutboxEvent

KINDS = frozenset({"job.started", "job.ended"})


def addressed(tx: Tx, event: OutboxEvent) -> list[OutboxEvent]:
    """Return one event for each claimed booking at a job's edge; none if nobody has the machine.

    Metering writes the event with the machine and the instant, because it does not know bookings.
    """
    at = datetime.fromisoformat(event.data["at"])
    moment = Period(at - timedelta(seconds=1), at + timedelta(seconds=1))
    machine = MachineId(UUID(event.data["machine"]))
    claimed = booking_history.as_known(tx, machine, moment, recorded_before=END_OF_TIME)
    return [
        replace(
            event,
            id=uuid5(event.id, str(booking.id)),
            data={
                **event.data,
                "booking": str(booking.id),
                "person": str(booking.person_id),
                "company": str(booking.company_id),
            },
        )
        for booking in claimed
        if booking.claimed
    ]
