"""Instants of what is entered by its day: one that the statement on the page charges."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from gadong.billing.domain.kept_statement import Statement
from gadong.billing.services.statement_document import document


def noon(zone: ZoneInfo, statement: Statement, day: date) -> datetime:
    """Return noon of a day, or the nearest instant of it that the statement charges."""
    usual = datetime.combine(day, time(12), tzinfo=zone)
    near = within(statement, usual)
    return near if near.astimezone(zone).date() == day else usual


def within(statement: Statement, instant: datetime) -> datetime:
    """Return the instant that the statement charges which is nearest to another."""
    period = document(statement).period
    return min(max(instant, period.start), period.end - timedelta(microseconds=1))
