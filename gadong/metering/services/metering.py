"""Derivation of stored runs from stored signals: when due, and again on demand."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from hashlib import sha256

from gadong.core.database import END_OF_TIME, DatabaseAway, Pool, Tx, retried, transaction
from gadong.core.domain.access import SYSTEM, Caller, Right
from gadong.core.domain.document import canonical
from gadong.core.domain.ids import CentreId, MachineId, SourceId
from gadong.core.domain.machine_state import State
from gadong.core.domain.period import Period, whole_second
from gadong.core.domain.problem import GadongError
from gadong.dialects.domain.signal import Channel
from gadong.machines.domain.machine import Machine
from gadong.machines.domain.outage import Outage
from gadong.machines.domain.source_reading import Metering
from gadong.machines.services.archive import reading as archive
from gadong.machines.store import broker_sessions, device_accounts, machines
from gadong.metering.domain.fold import confirmed_by_time, fold
from gadong.metering.domain.job import jobs
from gadong.metering.domain.meter_hold import PresentDraw, present_draw
from gadong.metering.domain.run import Run
from gadong.metering.services import doubts, job_events
from gadong.metering.services.lasting_runs import midst
from gadong.metering.services.run_reading import read_runs
from gadong.metering.services.signal_history import look_back, read_signals
from gadong.metering.store import derived_runs, due_confirmations, marks, runs
from gadong.metering.store.derived_runs import Known

log = logging.getLogger(__name__)

# A month of ten-second signals takes two seconds; a year exceeds a statement's time and memory.
STRETCH = timedelta(days=31)
# A machine with unreadable facts needs a person; until then it is tried this often.
TRIED_AGAIN_AFTER = timedelta(minutes=5)


def catch_up(pool: Pool, *, most: int = 100) -> int:
    """Derive the runs of due machines, one transaction each; return their number."""
    done = 0
    while done < most:
        try:
            if not _next(pool):
                break
            done += 1
        except Underivable as trouble:
            log.exception("runs not derived", extra={"machine": str(trouble.machine_id)})
            with transaction(pool, SYSTEM) as tx:
                marks.defer(tx, trouble.machine_id, TRIED_AGAIN_AFTER)
                due_confirmations.defer(tx, trouble.machine_id, TRIED_AGAIN_AFTER)
    return done


class Underivable(RuntimeError):
    """One machine's runs cannot be derived; the cause says why. Other machines' runs can."""

    def __init__(self, machine_id: MachineId) -> None:
        """Keep the machine."""
        super().__init__(f"the runs of machine {machine_id} cannot be derived")
        self.machine_id = machine_id


@retried
def _next(pool: Pool) -> bool:
    with transaction(pool, SYSTEM) as tx:
        mark = marks.take(tx) or due_confirmations.take(tx)
        if mark is None:
            return False
        try:
            _derive(tx, mark.machine_id, mark.centre_id, mark.since)
        except DatabaseAway:
            raise
        except (GadongError, ArithmeticError, LookupError, TypeError, ValueError) as trouble:
            raise Underivable(mark.machine_id) from trouble
    return True


@retried
def rebuild(pool: Pool, who: Caller, machine: Machine, *, since: datetime | None = None) -> int:
    """Derive a machine's runs again from an instant on (None: all); return their number."""
    permit = who.need(machine.centre_id, Right.FLOOR_WORK)
    with transaction(pool, permit) as tx:
        runs.lock_machine(tx, machine.id)
        marks.take_of(tx, machine.id)
        first = runs.first_signal(tx, machine.id)
        if first is None:
            return 0
        start = since or first
        if since is None:
            runs.replace_from(tx, machine.id, machine.centre_id, first - timedelta(days=1), [])
            runs.replace_jobs_from(tx, machine.id, machine.centre_id, first - timedelta(days=1), [])
        _derive(tx, machine.id, machine.centre_id, start)
        return len(runs.of_machine(tx, machine.id, Period(first - timedelta(days=1), END_OF_TIME)))


def settle(tx: Tx, machine: Machine) -> None:
    """Derive a machine's runs now if due, so that the transaction reads complete runs."""
    if not due_confirmations.is_due(tx, machine.id):
        return
    runs.lock_machine(tx, machine.id)
    dues = [marks.take_of(tx, machine.id), due_confirmations.due_since(tx, machine.id)]
    if since := min((due for due in dues if due), default=None):
        _derive(tx, machine.id, machine.centre_id, since)


#: Runs that were read from signals during a verification, by machine and period.
Memory = dict[tuple[MachineId, Period], Known]


def as_known(
    tx: Tx,
    machine: Machine,
    bounds: Period,
    *,
    recorded_before: datetime,
    memory: Memory | None = None,
) -> tuple[Sequence[Run], Sequence[datetime]]:
    """Return the runs by the facts recorded before an instant, and the starts of jobs.

    Runs that still last end at the recording instant. A period that was over by then is kept, and
    read again while its facts are unchanged. A verification trusts no kept runs and brings a
    `memory` of runs that were read from the signals.
    """
    metering = machines.meterings(tx, machine.id, recorded_before=recorded_before)
    if not metering:
        # No device was bound by then, so that there is no signal to read.
        return (), ()
    is_over = bounds.end <= recorded_before
    kept = None
    if is_over:
        kept = (
            derived_runs.find(tx, machine.id, bounds)
            if memory is None
            else memory.get((machine.id, bounds))
        )
    if kept and _still_holds(tx, machine, bounds, kept, metering, recorded_before):
        return kept.runs, kept.job_starts
    end = min(bounds.end, recorded_before)
    signals, late = read_signals(
        tx,
        machine.id,
        machine.centre_id,
        metering,
        bounds.start,
        until=end,
        recorded_before=recorded_before,
    )
    since = min((s.event_time for s in signals), default=bounds.start)
    outages = broker_sessions.outages(
        tx, machine.centre_id, since=since, recorded_before=recorded_before
    )
    aside = device_accounts.set_aside_of(
        tx, [m.source_id for m in metering], recorded_before=recorded_before
    )
    found = fold(metering, signals, outages, end, late)
    inside = Period(bounds.start, end) if end > bounds.start else None
    runs_ = tuple(
        replace(run, start=part.start, end=part.end)
        for run in found
        if inside and (part := run.clipped(inside))
    )
    started = tuple(
        job.start
        for job in jobs(found, signals)
        if job.is_start_known and bounds.contains(job.start)
    )
    # Runs read without signals that left the database would outlast the return of these.
    if is_over and not archive.missing_signals(tx, machine.centre_id, bounds):
        rest = _rest(metering, outages, aside)
        fresh = Known(
            recorded_before=recorded_before, since=since, rest=rest, runs=runs_, job_starts=started
        )
        if memory is None:
            derived_runs.keep(tx, machine, bounds, fresh)
        else:
            memory[machine.id, bounds] = fresh
    return runs_, started


def _still_holds(
    tx: Tx,
    machine: Machine,
    bounds: Period,
    kept: Known,
    metering: Sequence[Metering],
    recorded_before: datetime,
) -> bool:
    """Return whether the kept runs rest on the facts recorded before the instant."""
    if derived_runs.heard_between(
        tx, machine.id, [kept.recorded_before, recorded_before], until=bounds.end
    ):
        return False
    outages = broker_sessions.outages(
        tx, machine.centre_id, since=kept.since, recorded_before=recorded_before
    )
    aside = device_accounts.set_aside_of(
        tx, [m.source_id for m in metering], recorded_before=recorded_before
    )
    return kept.rest == _rest(metering, outages, aside)


def _rest(
    metering: Sequence[Metering],
    outages: Sequence[Outage],
    aside: Sequence[tuple[SourceId, Period]],
) -> bytes:
    return sha256(canonical([metering, outages, aside])).digest()


def _derive(tx: Tx, machine_id: MachineId, centre_id: CentreId, since: datetime) -> None:
    """Replace the runs that a signal at `since` or later can have changed, in 31-day chunks."""
    runs.lock_machine(tx, machine_id)
    last = runs.last_signal(tx, machine_id) if since < datetime.now(UTC) - STRETCH else None
    if last is not None:
        until = max(since, runs.first_signal(tx, machine_id) or since) + STRETCH
        while until < last:
            _derive_until(tx, machine_id, centre_id, since, until)
            since, until = until, until + STRETCH
    _derive_until(tx, machine_id, centre_id, since, END_OF_TIME)


def _derive_until(
    tx: Tx, machine_id: MachineId, centre_id: CentreId, since: datetime, until: datetime
) -> None:
    """Replace those runs by the signals before an instant."""
    metering = machines.meterings(tx, machine_id)
    affected = _affected(tx, metering, since)
    read = partial(read_runs, tx, machine_id, centre_id, metering, until=until)
    # Nearly every word comes while a run has lasted for long: its beginning is not read again.
    begun = midst(tx, machine_id, metering, affected)
    found = read(begun.at) if begun else None
    joined = begun.joined(tx, machine_id, metering, found) if begun and found else None
    if begun is None or found is None or joined is None:
        first = runs.start_before(tx, machine_id, affected) or runs.first_signal(tx, machine_id)
        found = read(whole_second(first or since))
        before = runs.ending_at(tx, machine_id, found.start)
    else:
        before = begun.run
    start, fresh = found.start, found.runs
    carried = runs.job_at(tx, machine_id, start)
    worked = jobs(fresh, found.signals, carried=carried, before=before.state if before else None)
    runs.replace_jobs_from(tx, machine_id, centre_id, start, worked)
    for job in worked:
        job_events.post(tx, machine_id, centre_id, job)
    if joined:
        fresh = joined
    elif fresh and before and before.state is fresh[0].state:
        start, fresh = before.start, [_continued(before, fresh[0]), *fresh[1:]]
    runs.replace_from(tx, machine_id, centre_id, start, fresh)
    doubts.tell(tx, machine_id, centre_id, fresh)
    # Last, and once: ingest writes into the same row, and waits for it until the transaction ends.
    if until == END_OF_TIME:
        if fresh:
            holds = _holds_until(fresh[-1], metering, found.outages, found.now)
            draw = present_draw(found.signals, found.outages)
            _set_live(tx, machine_id, centre_id, fresh, holds, draw)
        due = confirmed_by_time(metering, found.signals, found.outages, now=found.now)
        since = max((s.event_time for s in found.signals), default=since)
        due_confirmations.set_due(tx, machine_id, since=since, at=due if fresh else None)
    log.debug(
        "runs derived",
        extra={"machine": str(machine_id), "since": start.isoformat(), "runs": len(fresh)},
    )


def _continued(before: Run, first: Run) -> Run:
    """Return the run that ended where a run of its own state begins, with that one's end."""
    held = before if before.doubt and not first.doubt else first
    return replace(
        before,
        end=first.end,
        counted_seconds=first.counted_seconds,
        bridged_seconds=before.bridged_seconds + first.bridged_seconds,
        grade=held.grade,
        doubt=held.doubt,
    )


def _set_live(
    tx: Tx,
    machine_id: MachineId,
    centre_id: CentreId,
    fresh: Sequence[Run],
    holds_until: datetime | None,
    draw: PresentDraw | None,
) -> None:
    """Set the present state: the last run, or the one before it while that holds."""
    is_held = holds_until is not None and len(fresh) > 1
    shown, until = (fresh[-2], holds_until) if is_held else (fresh[-1], None)
    runs.set_live(tx, machine_id, centre_id, shown, holds_until=until, draw=draw)


def _holds_until(
    last: Run, metering: Sequence[Metering], outages: Sequence[Outage], now: datetime
) -> datetime | None:
    """Return until when the state before the last run holds; None where that run is the present.

    Where a heartbeat is owed, the run after the last word is unknown, and stands once that is
    overdue. What a will or an outage leaves unknown is so at once.
    """
    if last.state is not State.UNKNOWN:
        return None
    unheard = {whole_second(outage.period.start) for outage in outages}
    present = {source.source_id: source for source in metering}  # of each its latest version
    limits = [source.stale for source in present.values() if source.stale]
    is_silence = last.opened_by is None and last.start not in unheard
    if is_silence and last.held_from and limits:
        return max(last.held_from + max(limits), last.start)
    # Of several sources one may be gone while another is still believed.
    return last.start if last.start > now else None


def _affected(tx: Tx, metering: Sequence[Metering], since: datetime) -> datetime:
    """Return the earliest instant whose state a signal at `since` can have changed.

    A meter without a heartbeat may have been silent for days while its last reading held.
    """
    earliest = since
    patient = [m.source_id for m in metering if m.thresholds and m.stale is None]
    for last in runs.seeds(tx, patient, since=since, recorded_before=END_OF_TIME):
        if last.channel is Channel.POWER_WATTS:
            earliest = min(earliest, last.event_time)
    return earliest - look_back(metering)
