"""Inputs of documents that rest on retired signals."""

from __future__ import annotations

from datetime import datetime

from gadong.billing.services.statement_inputs import Inputs
from gadong.billing.store import evidence
from gadong.core.database import Tx
from gadong.core.domain.ids import MessageId
from gadong.metering.domain.run import Run


def rest_on_retired(tx: Tx, inputs: Inputs, begin: datetime) -> bool:
    """Return whether a run rests on a message or a counter from before the stored signals.

    The first run in the bounds may have begun long before them. It rests on the message that
    opened it, which retires before the bounds do.
    """
    runs = [run for facts in inputs.machines for run in facts.runs]
    return any(_is_before(run, begin) for run in runs) or _is_carried(tx, inputs, begin)


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
