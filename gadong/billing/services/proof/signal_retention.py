"""Retention of raw signals: how long they are kept, what they wait for, and what can no longer be
told without them.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from gadong.billing.domain.kept_statement import Statement
from gadong.billing.services.proof.evidence import Unreadable, opened, read
from gadong.billing.services.proof.retired_inputs import rest_on_retired
from gadong.billing.services.statement_document import are_heard_before, document
from gadong.billing.store import evidence
from gadong.booking.services import rulebook
from gadong.core.database import Tx
from gadong.core.domain.period import Period
from gadong.core.domain.problem import Problem, Refused
from gadong.people.store import people


def horizon(tx: Tx, now: datetime) -> datetime | None:
    """Before which instant signals may be dropped now; None where some centre keeps them for good.

    The installation's signals lie together, so the longest `signal_days` of its centres counts.
    Signals wait for statements that are open, and for the evidence of those that are issued.
    """
    lengths = [rulebook.length_at(tx, centre, "signal_days", now) for centre in people.centres(tx)]
    if not lengths or max(lengths) == timedelta.max:
        return None
    before = now - max(lengths)
    resting = evidence.horizon(tx)
    return before if resting is None else min(before, resting)


def is_retired(tx: Tx, period: Period) -> bool:
    """Return whether signals of a month have retired."""
    retired = evidence.retired_before(tx)
    return retired is not None and period.start < retired


def need_month(tx: Tx, period: Period) -> None:
    """Raise Refused where signals of a month have retired: a document of it would miss what they
    said.
    """
    retired = evidence.retired_before(tx)
    if retired is not None and period.start < retired:
        raise _refused(retired)


def need_signals(tx: Tx, statement: Statement) -> None:
    """Raise Refused where the signals behind a statement's month have retired: a new reading would
    miss them.
    """
    then = document(statement)
    need_month(tx, then.period)
    retired = evidence.retired_before(tx)
    begin = evidence.signals_begin(tx)
    is_gone = are_heard_before(then.lines, begin)
    if is_gone or (retired is not None and _is_evidence_retired(tx, statement, begin)):
        raise _refused(begin if retired is None else max(retired, begin))


def _is_evidence_retired(tx: Tx, statement: Statement, begin: datetime) -> bool:
    """Return whether a run of the kept evidence rests on signals from before an instant.

    A fee for not coming may rest on what the machine said last, long before its month.
    """
    kept = evidence.find(tx, statement.id)
    try:
        return kept is not None and rest_on_retired(tx, read(opened(kept)).inputs, begin)
    except Unreadable:
        # Verifying says so; it is no reason to refuse what is in the company's favour.
        return False


def _refused(since: datetime) -> Refused:
    return Refused([Problem(code="statement.retired", actual=since.date().isoformat())])
