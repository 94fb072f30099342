"""A service falls due by run hours and by days, whichever comes first."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from gadong.machines.domain.register import (
    DueDate,
    RegisterEntry,
    ServiceHours,
    Subject,
    due_dates,
)

TODAY = date(2026, 11, 28)


@pytest.mark.parametrize(
    ("seconds", "is_overdue", "is_soon"),
    [
        (90 * 3600 - 1, False, False),
        (90 * 3600, False, True),
        (100 * 3600 - 1, False, True),
        (100 * 3600, True, False),
        (100 * 3600 + 1, True, False),
    ],
)
def test_hours_are_told_at_nine_tenths(seconds: int, is_overdue: bool, is_soon: bool) -> None:
    hours = ServiceHours(run_seconds=seconds, limit_hours=100)
    assert (hours.is_overdue, hours.is_soon) == (is_overdue, is_soon)


def test_days_count_from_the_last_service_or_the_first_day() -> None:
    entry = RegisterEntry(service_days=90, in_service_from=TODAY)
    day = TODAY + timedelta(days=90)
    assert due_dates(entry, TODAY) == [DueDate(subject=Subject.SERVICE, due_on=day)]
    later = RegisterEntry(
        service_days=90, in_service_from=TODAY, serviced_on=TODAY + timedelta(days=30)
    )
    assert due_dates(later, TODAY)[0].due_on == day + timedelta(days=30)
    assert due_dates(RegisterEntry(service_days=90), TODAY) == []


def test_an_interval_is_at_least_one() -> None:
    RegisterEntry(service_hours=1, service_days=1)
    with pytest.raises(ValueError, match="at least one hour or day"):
        RegisterEntry(service_hours=0)
    with pytest.raises(ValueError, match="at least one hour or day"):
        RegisterEntry(service_days=0)
