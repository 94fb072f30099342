"""Jobs: what a machine worked on, from the run that began it to the state that ended it.

A result stays on a device's display for days and a name is repeated with every message, so neither
is an event. A job begins and ends where the machine's own runs do, once each. A job takes its name
and result from the words around.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from gadong.core.domain.machine_state import State
from gadong.core.domain.period import whole_second
from gadong.dialects.domain.signal import Channel, Signal, TimeRule
from gadong.metering.domain.run import Run

# A device says what it works on, or how it ended, within some seconds of the change itself;
# Moonraker and Bambu push every quarter to whole second, OctoPrint's 100 % precedes its end by 3 s
# (docs/reference/signals.md#job-results).
WORD_WITHIN = timedelta(seconds=10)
WORKING = frozenset({State.RUNNING, State.PAUSED})
#: A state of which nothing is known, or in which a job may be prepared further, ends none.
CARRYING = frozenset({State.UNKNOWN, State.SETUP})


class Result(StrEnum):
    """The result of a job, if the device reports one."""

    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


#: A cancellation is reported as a failure too, and a failure after 100 % as done
#: (docs/reference/signals.md#job-results).
STRONGEST = (Result.CANCELLED, Result.FAILED, Result.DONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One job. `is_start_known` is false if it already ran at the first message: that is no
    event.
    """

    start: datetime
    end: datetime | None
    is_start_known: bool
    name: str | None = None
    result: Result | None = None


def jobs(
    runs: Sequence[Run],
    signals: Iterable[Signal],
    *,
    carried: Job | None = None,
    before: State | None = None,
) -> list[Job]:
    """Return the jobs of one machine in its runs."""
    if not runs:
        return []
    words = [
        s for s in sorted(signals, key=lambda s: s.order) if s.time_rule is not TimeRule.RETAINED
    ]
    names = [
        (whole_second(s.event_time), s.text) for s in words if s.channel is Channel.JOB and s.text
    ]
    results = [
        (whole_second(s.event_time), Result(s.text))
        for s in words
        if s.channel is Channel.JOB_RESULT and s.text in set(Result)
    ]
    if carried and not any(carried.start - WORD_WITHIN <= at < runs[0].start for at, _ in names):
        carried = replace(carried, name=None)  # its name came later, and will be found there again
    found: list[Job] = []
    for job in _chains(runs, carried, before):
        # Messages before the first of these runs are settled in the carried job.
        since = runs[0].start if carried and job.start == carried.start else job.start - WORD_WITHIN
        found += _split(job, [n for n in names if n[0] >= since], results)
    return [
        _worded(job, names, results, _next_start(found, index)) for index, job in enumerate(found)
    ]


def _chains(runs: Sequence[Run], carried: Job | None, before: State | None) -> Iterator[Job]:
    """Yield periods of work.

    Each begins with a running or paused run, and ends at the first run that is neither and is not
    unknown.
    """
    current = replace(carried, end=None, result=None) if carried else None
    for run in runs:
        if run.state in WORKING:
            if current is None:
                is_known = before not in {None, State.UNKNOWN} and run.state is State.RUNNING
                current = Job(start=run.start, end=None, is_start_known=is_known)
        elif run.state not in CARRYING and current is not None:
            failed = Result.FAILED if run.state is State.FAULT else None
            yield replace(current, end=run.start, result=failed)
            current = None
        before = run.state
    if current is not None:
        yield current


def _split(
    job: Job, names: Sequence[tuple[datetime, str]], results: Sequence[tuple[datetime, Result]]
) -> Iterator[Job]:
    """Split a period of work into several jobs, at new names without a rest between."""
    own: str | None = job.name
    for at, name in names:
        if job.end is not None and at >= job.end:
            break
        is_other = name != own and at > job.start + WORD_WITHIN
        if own is not None and (is_other or (at > job.start and _ended(results, job.start, at))):
            yield replace(job, end=at, result=None)
            job = replace(job, start=at, is_start_known=True, name=name)
        own = name
    yield job


def _ended(results: Sequence[tuple[datetime, Result]], start: datetime, until: datetime) -> bool:
    return any(start < at <= until for at, _ in results)


def _next_start(found: Sequence[Job], index: int) -> datetime | None:
    return found[index + 1].start if index + 1 < len(found) else None


def _worded(
    job: Job,
    names: Sequence[tuple[datetime, str]],
    results: Sequence[tuple[datetime, Result]],
    following: datetime | None,
) -> Job:
    """Return the job with its name and its result.

    The name is the last one at its start, or else the first in it. The result is the one at its
    end.
    """
    near = [name for at, name in names if job.start - WORD_WITHIN <= at <= job.start + WORD_WITHIN]
    later = [name for at, name in names if at > job.start and (job.end is None or at < job.end)]
    name = next(iter([*near[-1:], *([job.name] if job.name else []), *later]), None)
    if job.end is None:
        return replace(job, name=name)
    last = job.end + WORD_WITHIN if following is None else min(job.end + WORD_WITHIN, following)
    said = {result for at, result in results if max(job.start, job.end - WORD_WITHIN) <= at <= last}
    return replace(
        job, name=name, result=next((r for r in STRONGEST if r in said), None) or job.result
    )
