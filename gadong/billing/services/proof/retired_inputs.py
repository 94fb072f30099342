"""Inputs of documents that rest on retired signals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from gadong.billing.services.statement_inputs import Inputs
from gadong.billing.store import evidence
from gadong.booking.services.machine_ledger import MachineFacts
from gadong.core.database import Tx
from gadong.core.domain.ids import MessageId
from gadong.core.domain.machine_state import State
from gadong.core.domain.period import Period, span
from gadong.machines.domain.observation import Observed, observed_at
from gadong.metering.domain.run import Run
from gadong.metering.store import runs as stored_runs


def rest_on_retired(tx: Tx, inputs: Inputs, begin: datetime) -> bool:
    """Return whether a run rests on a message or a counter from before the stored signals.

    The first run in the bounds may have begun long before them. It rests on the message that
    opened it, which retires before the bounds do.
    """
    runs = [run for facts in inputs.machines for run in facts.runs]
    return any(_is_before(run, begin) for run in runs) or _is_carried(tx, inputs, begin)


def restored(tx: Tx, inputs: Inputs, kept: Inputs | None) -> Inputs:
    """Return the inputs with what is on record of the time before a machine's first signal.

    Its last word before that may have retired. The runs of the `kept` evidence, or else the derived
    ones, still say what followed from it. Inputs that lack nothing are returned as they are.
    """
    known = {facts.machine.id: facts.runs for facts in kept.machines} if kept else {}
    machines = tuple(
        _restored(tx, facts, known.get(facts.machine.id), inputs.recorded_before)
        for facts in inputs.machines
    )
    return inputs if machines == inputs.machines else replace(inputs, machines=machines)


def _restored(
    tx: Tx, facts: MachineFacts, kept: Sequence[Run] | None, until: datetime
) -> MachineFacts:
    start = facts.bounds.start
    first = next((r.start for r in facts.runs if r.state is not State.UNKNOWN), facts.bounds.end)
    silent = span(start, min(first, until))
    if silent is None or observed_at(facts.observations, start) is not Observed.SIGNAL:
        return facts
    on_record = stored_runs.of_machine(tx, facts.machine.id, silent) if kept is None else kept
    lost = [
        replace(run, start=part.start, end=part.end)
        for run in on_record
        if run.state is not State.UNKNOWN and (part := run.clipped(silent))
    ]
    if not lost:
        return facts
    told = Period(start, max(run.end or first for run in lost))
    left = (
        replace(run, start=max(run.start, told.end))
        for run in facts.runs
        if run.end is None or run.end > told.end
    )
    return replace(facts, runs=(*lost, *left))


def _is_before(run: Run, begin: datetime) -> bool:
    is_heard = run.opened_by and run.start < begin
    return bool(is_heard or (run.held_from and run.held_from < begin))


def _is_carried(tx: Tx, inputs: Inputs, begin: datetime) -> bool:
    """Return whether the message of a first run has retired; none has while nothing did."""
    if evidence.retired_before(tx) is None:
        return False
    opened = (_opened(facts.runs, facts.bounds.start) for facts in inputs.machines)
    ids = {message for message in opened if message}
    there = {m.id for m in evidence.messages(tx, ids) if m.received_at >= begin}
    return bool(ids - there)


def _opened(runs: tuple[Run, ...], start: datetime) -> MessageId | None:
    """Return the message of the run that the reading began in."""
    first = runs[0] if runs else None
    return first.opened_by if first and first.start == start else None
