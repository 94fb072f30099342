"""When a tax invoice is due: the tenth of the next month, or the next working day (billing §3.3)."""

from __future__ import annotations

from collections.abc import Container
from datetime import date, timedelta

from gadong.domain.calendar import Month

DUE_DAY = 10
SATURDAY = 5


def tax_invoice_due(month: Month, holidays: Container[date]) -> date:
    """By when the monthly tax invoice of a month is issued: Saturdays, Sundays and holidays pass it on."""
    due = date(month.following.year, month.following.number, DUE_DAY)
    while due.weekday() >= SATURDAY or due in holidays:
        due += timedelta(days=1)
    return due
