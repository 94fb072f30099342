"""Events of jobs that began or ended, each added once."""

from __future__ import annotations

from gadong.core.database import Tx
from gadong.core.domain.clock import write_instant
from gadong.core.domain.ids import CentreId, MachineId
from gadong.core.store import outbox
from gadong.metering.domain.job import Job
from gadong.metering.store import runs


def post(tx: Tx, machine_id: MachineId, centre_id: CentreId, job: Job) -> None:
    """Add one event when a job began and one when it ended; the notices look up the booking.

    A job that already ran when the machine was first heard did not begin now.
    """
    edges = (("started", job.start if job.is_start_known else None), ("ended", job.end))
    for kind, at in edges:
        if at is not None and runs.raise_job(tx, machine_id, centre_id, job, kind=kind):
            outbox.add(
                tx,
                centre_id,
                f"job.{kind}",
                machine=str(machine_id),
                at=write_instant(at),
                name=job.name,
                result=job.result.value if job.result else None,
            )
