"""Signals that metering reads, and runs and jobs that it writes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from psycopg.rows import DictRow

from gadong.core.database import END_OF_TIME, Tx, many, one, run
from gadong.core.domain.ids import CentreId, MachineId, SourceId
from gadong.core.domain.machine_state import Grade, State
from gadong.core.domain.period import Period
from gadong.core.store.queries import statements
from gadong.core.store.values import by_key, open_range, to_period, to_range
from gadong.dialects.domain.signal import METERED_CHANNELS, Channel, Signal, TimeRule
from gadong.machines.domain.machine import Machine
from gadong.metering.domain.doubt import Cause, Doubt
from gadong.metering.domain.job import Job, Result
from gadong.metering.domain.live_state import LiveState
from gadong.metering.domain.meter_hold import PresentDraw
from gadong.metering.domain.run import Run

SQL = statements(__file__)
# A late message may move a job's edge by this much without making it another job.
RAISED_APART = timedelta(seconds=30)
# After this nobody runs to the machine because of it.
NEWS_FOR = timedelta(minutes=10)
# Words that say nothing when they are said again. A job of the same name may be another, a meter
# differs each time.
REPEATED = ["activity", "activity_hint", "power", "alarm", "condition", "setup"]


def lock_machine(tx: Tx, machine_id: MachineId) -> None:
    """Lock the machine for one derivation at a time, until the transaction ends."""
    tx.execute(SQL["lock_machine"], {"machine_id": machine_id})


def signals(
    tx: Tx,
    machine_id: MachineId,
    *,
    since: datetime,
    until: datetime,
    recorded_before: datetime,
    sparse: Mapping[SourceId, timedelta | None] | None = None,
    breaks: Sequence[datetime] = (),
    channels: Sequence[Channel] = METERED_CHANNELS,
) -> list[Signal]:
    """Return the metered signals of a period, as known before the instant.

    Signals of the `sparse` sources that merely repeat are left out, but for one in each step (None:
    there is no silence to tell). The `breaks` are in order: at each, all that was known is
    forgotten, so that the words after it count anew.
    """
    told = {
        "machine_id": machine_id,
        "channels": [c.value for c in channels],
        "since": since,
        "until": until,
        "recorded_before": recorded_before,
    }
    if not sparse:
        return [signal_of(row) for row in many(tx, SQL["signals"], **told)]
    rows = many(
        tx,
        SQL["sparse_signals"],
        sparse=list(sparse),
        steps=list(sparse.values()),
        repeated=REPEATED,
        breaks=list(breaks),
        **told,
    )
    return [signal_of(row) for row in rows]


def seeds(
    tx: Tx,
    source_ids: Iterable[SourceId],
    *,
    since: datetime,
    recorded_before: datetime,
    channels: Sequence[Channel] = METERED_CHANNELS,
) -> list[Signal]:
    """Return the last signal on every channel before the instant."""
    rows = many(
        tx,
        SQL["seeds"],
        source_ids=list(source_ids),
        channels=[c.value for c in channels],
        since=since,
        recorded_before=recorded_before,
    )
    return [signal_of(row) for row in rows]


def first_signal(
    tx: Tx, machine_id: MachineId, *, recorded_before: datetime = END_OF_TIME
) -> datetime | None:
    """Return the instant of the machine's first signal."""
    row = one(tx, SQL["first_signal"], machine_id=machine_id, recorded_before=recorded_before)
    return row["at"] if row else None


def first_signal_within(
    tx: Tx, machine_id: MachineId, period: Period, *, recorded_before: datetime
) -> datetime | None:
    """Return the instant of the machine's first signal in a period."""
    row = one(
        tx,
        SQL["first_signal_within"],
        machine_id=machine_id,
        since=period.start,
        until=period.end,
        recorded_before=recorded_before,
    )
    return row["at"] if row else None


def last_signal(tx: Tx, machine_id: MachineId) -> datetime | None:
    """Return the instant of the machine's last signal, trusted or not."""
    return (one(tx, SQL["last_signal"], machine_id=machine_id) or {}).get("at")


def start_before(tx: Tx, machine_id: MachineId, at: datetime) -> datetime | None:
    """Return the start of the run before the one that contains the instant."""
    row = one(tx, SQL["before"], machine_id=machine_id, at=at)
    return row["start"] if row else None


def latest_at(tx: Tx, machine_id: MachineId, at: datetime) -> list[Run]:
    """Return the stored run that contains the instant, and the one before it."""
    return [_run(row) for row in many(tx, SQL["latest_at"], machine_id=machine_id, at=at)]


def ending_at(tx: Tx, machine_id: MachineId, at: datetime) -> Run | None:
    """Return the stored run that ends at the instant."""
    row = one(tx, SQL["ending_at"], machine_id=machine_id, at=at)
    return _run(row) if row else None


def replace_from(
    tx: Tx, machine_id: MachineId, centre_id: CentreId, since: datetime, runs: Sequence[Run]
) -> None:
    """Replace all runs that reach past the instant."""
    run(tx, SQL["delete_from"], machine_id=machine_id, since=since)
    for item in runs:
        run(
            tx,
            SQL["insert"],
            centre_id=centre_id,
            machine_id=machine_id,
            during=open_range(item.start, item.end),
            state=item.state.value,
            grade=item.grade.value,
            opened_by=item.opened_by,
            held_from=item.held_from,
            counted_seconds=item.counted_seconds,
            uncertain_seconds=item.uncertain_seconds,
            bridged_seconds=item.bridged_seconds,
            **_doubt_columns(item.doubt),
        )


def job_at(tx: Tx, machine_id: MachineId, at: datetime) -> Job | None:
    """Return the stored job that lasted at the instant, or ended at it."""
    row = one(tx, SQL["job_at"], machine_id=machine_id, at=at)
    return _job(row) if row else None


def replace_jobs_from(
    tx: Tx, machine_id: MachineId, centre_id: CentreId, since: datetime, jobs: Sequence[Job]
) -> None:
    """Replace all jobs that reach to the instant or past it."""
    run(tx, SQL["delete_jobs_from"], machine_id=machine_id, since=since)
    for item in jobs:
        run(
            tx,
            SQL["insert_job"],
            centre_id=centre_id,
            machine_id=machine_id,
            during=open_range(item.start, item.end),
            is_start_known=item.is_start_known,
            name=item.name,
            result=item.result.value if item.result else None,
        )


def raise_job(tx: Tx, machine_id: MachineId, centre_id: CentreId, job: Job, *, kind: str) -> bool:
    """Record that the job `started` or `ended`; return False if done before or no longer news."""
    at = job.start if kind == "started" else job.end
    if at is None:
        return False
    done = run(
        tx,
        SQL["raise_job"],
        centre_id=centre_id,
        machine_id=machine_id,
        kind=kind,
        at=at,
        name=job.name,
        result=job.result.value if job.result and kind == "ended" else None,
        since=job.start - RAISED_APART,
        until=(job.end or END_OF_TIME - RAISED_APART) + RAISED_APART,
        news_seconds=NEWS_FOR.total_seconds(),
    )
    return bool(done)


def jobs_of_machine(tx: Tx, machine_id: MachineId, bounds: Period) -> list[Job]:
    """Return the machine's jobs that reach into the bounds, uncut and in order."""
    return [
        _job(row)
        for row in many(tx, SQL["jobs_of_machine"], machine_id=machine_id, during=to_range(bounds))
    ]


def set_live(
    tx: Tx,
    machine_id: MachineId,
    centre_id: CentreId,
    last: Run,
    *,
    holds_until: datetime | None,
    draw: PresentDraw | None = None,
) -> None:
    """Store the machine's present state, its expiry, and its draw if it has a meter."""
    run(
        tx,
        SQL["set_live"],
        machine_id=machine_id,
        centre_id=centre_id,
        state=last.state.value,
        since=last.start,
        holds_until=holds_until,
        is_metered=draw is not None,
        power_watts=draw.watts if draw else None,
    )


def running_of(
    tx: Tx, machine_ids: Iterable[MachineId], bounds: Period
) -> dict[MachineId, list[tuple[datetime, datetime | None]]]:
    """Return each machine's running periods inside the bounds; None ends what still runs."""
    found: dict[MachineId, list[tuple[datetime, datetime | None]]] = {}
    for row in many(tx, SQL["running_of"], machine_ids=list(machine_ids), during=to_range(bounds)):
        found.setdefault(row["machine_id"], []).append((row["during"].lower, row["during"].upper))
    return found


def of_machine(tx: Tx, machine_id: MachineId, bounds: Period) -> list[Run]:
    """Return the machine's runs that reach into the bounds, uncut and in order."""
    rows = many(tx, SQL["of_machine"], machine_id=machine_id, during=to_range(bounds))
    return [_run(row) for row in rows]


def of_machines(
    tx: Tx, machine_ids: Iterable[MachineId], bounds: Period
) -> dict[MachineId, list[Run]]:
    """Return each machine's runs that reach into the bounds, uncut and in order."""
    rows = many(tx, SQL["of_machines"], machine_ids=list(machine_ids), during=to_range(bounds))
    return by_key((row["machine_id"], _run(row)) for row in rows)


def jobs_of_machines(
    tx: Tx, machine_ids: Iterable[MachineId], bounds: Period
) -> dict[MachineId, list[Job]]:
    """Return each machine's jobs that reach into the bounds, uncut and in order."""
    rows = many(tx, SQL["jobs_of_machines"], machine_ids=list(machine_ids), during=to_range(bounds))
    return by_key((row["machine_id"], _job(row)) for row in rows)


def live(tx: Tx, machine_ids: Iterable[MachineId]) -> dict[MachineId, LiveState]:
    """Return the machines' live states; a machine without a signal has none."""
    rows = many(tx, SQL["live"], machine_ids=list(machine_ids))
    return {r["machine_id"]: LiveState(**{**r, "state": State(r["state"])}) for r in rows}


def running(tx: Tx) -> list[MachineId]:
    """Return the machines that run now."""
    return [row["machine_id"] for row in many(tx, SQL["running"])]


def tell_ghost(tx: Tx, machine: Machine, since: datetime) -> bool:
    """Record the notice of an unbooked run; return whether it is the first."""
    return (
        one(tx, SQL["tell_ghost"], centre_id=machine.centre_id, machine_id=machine.id, since=since)
        is not None
    )


def all_waiting(tx: Tx, *, older_than: datetime) -> int:
    """Count the machines that have been due since before the instant."""
    row = one(tx, SQL["waiting"], older_than=older_than)
    return row["machines"] if row else 0


def signal_of(row: DictRow) -> Signal:
    """Return a row as a signal."""
    uncertain = timedelta(seconds=row.pop("uncertain_seconds"))
    channel, rule = Channel(row.pop("channel")), TimeRule(row.pop("time_rule"))
    return Signal(**row, channel=channel, time_rule=rule, uncertain=uncertain)


def _job(row: DictRow) -> Job:
    return Job(
        start=row["during"].lower,
        end=row["during"].upper,
        is_start_known=row["is_start_known"],
        name=row["name"],
        result=Result(row["result"]) if row["result"] else None,
    )


def _run(row: DictRow) -> Run:
    return Run(
        start=row["during"].lower,
        end=row["during"].upper,
        state=State(row["state"]),
        grade=Grade(row["grade"]),
        opened_by=row["opened_by"],
        held_from=row["held_from"],
        counted_seconds=row["counted_seconds"],
        uncertain_seconds=row["uncertain_seconds"],
        bridged_seconds=row["bridged_seconds"],
        doubt=_doubt(row),
    )


def _doubt(row: DictRow) -> Doubt | None:
    cause, during = row["doubt_cause"], row["doubt_during"]
    return Doubt(Cause(cause), to_period(during), row["doubt_seconds"]) if cause else None


def _doubt_columns(doubt: Doubt | None) -> dict[str, object]:
    cause, during, seconds = (
        (doubt.cause, to_range(doubt.period), doubt.seconds) if doubt else (None,) * 3
    )
    return {"doubt_cause": cause, "doubt_during": during, "doubt_seconds": seconds}
