"""Logged use: a machine's use as people wrote it down, where no signal reports it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from gadong.core.domain.ids import BookingId, CentreId, CompanyId, LoggedUseId, MachineId, PersonId
from gadong.core.domain.machine_state import Grade, State
from gadong.core.domain.period import Period, union, without
from gadong.metering.domain.run import Run


class UseOrigin(StrEnum):
    """The way in which an entry came into the ledger."""

    CHECK_IN = "check_in"  # from a check-in to its check-out
    LEDGER = "ledger"  # entered on the day of the use
    PAPER = "paper"  # entered on a later day
    TABLE = "table"  # one line of a pasted table


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedUse:
    """An entry of the ledger. Without a company it is the centre's own use.

    It is never edited: an entry that `reverses` another takes it back. `is_correction` says that it
    was recorded after its month was locked, or its company's statement issued.
    """

    id: LoggedUseId
    centre_id: CentreId
    machine_id: MachineId
    company_id: CompanyId | None
    person_id: PersonId | None
    booking_id: BookingId | None
    period: Period
    origin: UseOrigin
    reason: str
    is_correction: bool
    reverses: LoggedUseId | None
    recorded_by: PersonId | None
    recorded_at: datetime


def overlaid(runs: Sequence[Run], uses: Sequence[LoggedUse], bounds: Period) -> list[Run]:
    """Return the runs with logged use (grade L) in the time that no signal speaks of.

    Time that signals know stays as it is, whatever was written down.
    """
    if not uses:
        return list(runs)
    parts = [(run, part) for run in runs if (part := run.clipped(bounds))]
    known = union(part for run, part in parts if run.state is not State.UNKNOWN)
    logged = [
        Run(start=part.start, end=part.end, state=State.RUNNING, grade=Grade.LEDGER, logged=use.id)
        for use in uses
        if (inside := use.period.overlap(bounds))
        for part in without([inside], known)
    ]
    written = [use.period for use in uses]
    rest = [left for run in runs for left in _left(run, written, bounds)]
    return sorted([*rest, *logged], key=lambda run: run.start)


def _left(run: Run, written: Sequence[Period], bounds: Period) -> Iterable[Run]:
    """Yield what is left of a run beside the logged use: all of it, unless it is unknown time."""
    part = run.clipped(bounds)
    if run.state is not State.UNKNOWN or part is None or not any(w.overlap(part) for w in written):
        yield run
        return
    for left in without([part], written):
        # A counter's word on the whole gap says nothing of a part of it.
        held = run.held_from if left.start == part.start else None
        yield replace(run, start=left.start, end=left.end, held_from=held, counted_seconds=None)
