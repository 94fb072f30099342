"""Stays that are entered or ended for past days: each names the issued statements that it would
change, before it is kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime

from gadong.billing.domain.kept_statement import Statement
from gadong.billing.services.month_locks import need_chargeable
from gadong.billing.services.prices import backdating
from gadong.billing.services.statement_inputs import Inputs, lots_of, tenancies_of
from gadong.billing.store import statements
from gadong.core.database import END_OF_TIME, Tx, clock
from gadong.core.domain.calendar import Month
from gadong.core.domain.problem import NotFound, Problem, Refused
from gadong.people.domain.centre import Centre
from gadong.people.store import people
from gadong.stays.domain.days import Days
from gadong.stays.domain.stay_change import StayChange
from gadong.stays.services.stay_checks import StayCheck


def asked(*, is_accepted: bool) -> StayCheck:
    """Return the check of a change: Refused with every issued statement that it would change.

    That may be accepted. Refused in any case where a locked month has no statement to correct.
    """

    def check(tx: Tx, change: StayChange) -> None:
        centre = people.centre(tx, change.centre_id)
        if centre is None:
            raise NotFound
        months = list(_months(change.days.first, clock(tx), centre))
        if change.is_more:
            for month in months:
                days = change.days.common(Days.of_month(month))
                # Bills within a month follow each other: its first and its last day may have none.
                for day in sorted({days.first, days.last}) if days.count else ():
                    at = change.charged_at(day, centre.zone)
                    need_chargeable(tx, centre, change.company_id, at)
        if not is_accepted and (problems := _problems(tx, change, months)):
            raise Refused(problems)

    return check


def _problems(tx: Tx, change: StayChange, months: list[Month]) -> list[Problem]:
    """Name the issued statements that come to something else. The desk enters goods too, and need
    not see amounts, so that none are named.
    """
    found: list[Statement] = [
        s
        for s in statements.issued_in(tx, [change.centre_id], [str(month) for month in months])
        if s.company_id == change.company_id
    ]
    return [
        Problem(
            code="stay.changes_issued",
            actual=one.number,
            details={"company": one.company_name, "month": one.month},
        )
        for one in backdating.changed(
            tx,
            found,
            lambda inputs: _with_stays(tx, inputs, change.recorded_at),
            lambda inputs: _with_stays(tx, inputs, END_OF_TIME),
        )
    ]


def _with_stays(tx: Tx, inputs: Inputs, recorded_before: datetime) -> Inputs:
    """Return a statement's inputs with the stays that were recorded before an instant."""
    known = replace(inputs.buyer, recorded_before=recorded_before)
    return replace(
        inputs,
        tenancies=tenancies_of(tx, known, inputs.stretch),
        lots=lots_of(tx, known, inputs.stretch),
    )


def _months(first: date, now: datetime, centre: Centre) -> Iterator[Month]:
    """Yield the months from a day's until the one that runs."""
    month, last = Month(first.year, first.month), Month.of(now, centre.zone)
    while month <= last:
        yield month
        month = month.following
