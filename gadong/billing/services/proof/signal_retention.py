"""Retention of raw signals: how long they are kept, what they wait for, and what can no longer be
told without them.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from gadong.billing.domain.kept_statement import Statement
from gadong.billing.services.proof import signal_reach
from gadong.billing.services.proof.dossier import Unreadable, opened, read
from gadong.billing.services.proof.retired_inputs import restored
from gadong.billing.services.statement_document import (
    Computed,
    are_heard_before,
    document,
    reckon,
)
from gadong.billing.services.statement_inputs import Inputs
from gadong.billing.store import evidence
from gadong.booking.services.rules import rulebook
from gadong.core.database import Tx
from gadong.core.domain.calendar import Month
from gadong.core.domain.ids import CentreId
from gadong.core.domain.period import Period
from gadong.core.domain.problem import Problem, Refused
from gadong.machines.store import archives
from gadong.people.store import people


def horizon(tx: Tx, now: datetime) -> datetime | None:
    """Before which instant signals may be dropped now; None where none may.

    The installation's signals lie together, so the longest `signal_days` of its centres counts, and
    one that keeps them for good. Signals wait for statements that are open, and restored months
    for the end of that. All of them wait while evidence of an issued statement is missing: it may
    rest on a word from long before its month.
    """
    lengths = [rulebook.length_at(tx, centre, "signal_days", now) for centre in people.centres(tx)]
    if not lengths or max(lengths) == timedelta.max:
        return None
    before = waiting(tx, now - max(lengths))
    # A month that an administrator brought back can be corrected as long as was promised.
    in_use = archives.restored_from(tx)
    return min(before, in_use) if before and in_use else before


def waiting(tx: Tx, before: datetime) -> datetime | None:
    """Return up to where signals from before an instant may be dropped; None where none may."""
    if evidence.statements_without(tx, most=1):
        return None
    resting = evidence.horizon(tx)
    return before if resting is None else min(before, resting)


def is_retired(tx: Tx, centre_id: CentreId, period: Period) -> bool:
    """Return whether signals of a centre's month have retired."""
    return bool(signal_reach.retired_periods(tx, {centre_id: [period]}))


def need_month(tx: Tx, centre_id: CentreId, period: Period) -> None:
    """Raise Refused where signals of a month have retired: a document of it would miss what they
    said.
    """
    retired = signal_reach.retired_before(tx, centre_id, period)
    if retired is not None and period.start < retired:
        raise _refused(tx, centre_id, period, retired)


def need_signals(tx: Tx, statement: Statement) -> None:
    """Raise Refused where the signals behind a statement's month have retired: a new reading would
    miss them.
    """
    then, centre_id = document(statement), statement.centre_id
    # Free time, tiers and caps are the month's, also of a statement within it.
    need_month(tx, centre_id, Month.parse(then.month).period(ZoneInfo(then.zone)))
    begin = signal_reach.signals_begin(tx, centre_id, then.period)
    if are_heard_before(then.lines, begin):
        retired = signal_reach.retired_before(tx, centre_id, then.period)
        raise _refused(tx, centre_id, then.period, max(retired or begin, begin))


def need_words(tx: Tx, computed: Computed, statement: Statement | None = None) -> None:
    """Raise Refused where an amount would be another if a machine's last word were still there.

    A fee for not coming may rest on what the machine said last, long before its month. The evidence
    of the `statement` says what that was; without one the derived runs do.
    """
    centre_id, period = computed.inputs.centre.id, computed.inputs.stretch.month
    retired = signal_reach.retired_before(tx, centre_id, period)
    if retired is None:
        return
    whole = restored(tx, computed.inputs, _kept(tx, statement))
    if whole is computed.inputs:
        return
    then, now = reckon(whole).document, computed.document
    if then.totals != now.totals or {x.charge.key: x.charge.amount for x in then.lines} != {
        x.charge.key: x.charge.amount for x in now.lines
    }:
        begin = signal_reach.signals_begin(tx, centre_id, period)
        raise _refused(tx, centre_id, period, max(retired, begin))


def _kept(tx: Tx, statement: Statement | None) -> Inputs | None:
    kept = evidence.find(tx, statement.id) if statement else None
    try:
        return read(opened(kept)).inputs if kept else None
    except Unreadable:
        # Verifying says so; it is no reason to refuse what is in the company's favour.
        return None


def _refused(tx: Tx, centre_id: CentreId, period: Period, since: datetime) -> Refused:
    """Return the refusal: the signals lie in an archive, or they are gone."""
    if month := signal_reach.archived_month(tx, centre_id, period):
        return Refused([Problem(code="statement.archived", actual=month)])
    return Refused([Problem(code="statement.retired", actual=since.date().isoformat())])
