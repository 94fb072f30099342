"""The limits of the list of checks: just below, at and just above."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from gadong.core.domain.ids import CentreId, new_id
from gadong.operations.domain import checks
from gadong.operations.domain.checks import Check, CheckLevel, CheckResult
from gadong.operations.domain.disk import DiskUse
from gadong.texts.checks import CHECKS, NEVER, wrong

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
CENTRE = CentreId(new_id())
SECOND = timedelta(seconds=1)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("age", "level"),
    [
        (26 * HOUR, CheckLevel.GOOD),
        (26 * HOUR + SECOND, CheckLevel.WARNING),
        (3 * DAY, CheckLevel.WARNING),
        (3 * DAY + SECOND, CheckLevel.ALARM),
    ],
)
def test_a_backup_is_late_after_26_hours_and_an_alarm_after_three_days(
    age: timedelta, level: CheckLevel
) -> None:
    long_ago = NOW - 100 * DAY
    found = checks.backup(last=NOW - age, installed=long_ago, now=NOW)
    assert (found.check, found.level) == (Check.BACKUP, level)
    # Before the first backup the age of the installation counts.
    assert checks.backup(last=None, installed=NOW - age, now=NOW).level is level


@pytest.mark.parametrize(
    ("age", "level"),
    [
        (50 * HOUR, CheckLevel.GOOD),
        (50 * HOUR + SECOND, CheckLevel.WARNING),
        (7 * DAY, CheckLevel.WARNING),
        (7 * DAY + SECOND, CheckLevel.ALARM),
    ],
)
def test_a_trial_is_late_after_two_nights_and_an_alarm_after_a_week(
    age: timedelta, level: CheckLevel
) -> None:
    found = checks.trial(last=NOW - age, installed=NOW - 100 * DAY, now=NOW)
    assert (found.check, found.level) == (Check.TRIAL, level)


@pytest.mark.parametrize(
    ("left", "level", "days"),
    [
        (30 * DAY, CheckLevel.GOOD, 30),
        (30 * DAY - SECOND, CheckLevel.WARNING, 29),
        (7 * DAY, CheckLevel.WARNING, 7),
        (7 * DAY - SECOND, CheckLevel.ALARM, 6),
        (SECOND, CheckLevel.ALARM, 0),
        (-DAY, CheckLevel.ALARM, 0),
    ],
)
def test_a_certificate_is_watched_from_its_last_month_on(
    left: timedelta, level: CheckLevel, days: int
) -> None:
    found = checks.certificate(name="server.crt", until=NOW + left, now=NOW)
    assert (found.level, found.figures["days"]) == (level, days)


@pytest.mark.parametrize(
    ("available", "level"),
    [
        (100, CheckLevel.GOOD),
        (99, CheckLevel.WARNING),
        (50, CheckLevel.WARNING),
        (49, CheckLevel.ALARM),
    ],
)
def test_memory_is_scarce_below_a_tenth(available: int, level: CheckLevel) -> None:
    assert checks.memory(available=available, total=1000).level is level


@pytest.mark.parametrize(
    ("free", "level"),
    [
        (201, CheckLevel.GOOD),
        (200, CheckLevel.WARNING),
        (51, CheckLevel.WARNING),
        (50, CheckLevel.ALARM),
    ],
)
def test_a_disk_warns_at_80_percent_and_alarms_at_95(free: int, level: CheckLevel) -> None:
    assert checks.disk(DiskUse(total=1000, free=free)).level is level


@pytest.mark.parametrize(
    ("age", "level"),
    [
        (timedelta(0), CheckLevel.ALARM),
        (DAY - SECOND, CheckLevel.ALARM),
        (DAY, CheckLevel.WARNING),
        (7 * DAY - SECOND, CheckLevel.WARNING),
        (7 * DAY, CheckLevel.GOOD),
    ],
)
def test_dropped_messages_are_news_for_a_day_and_known_for_a_week(
    age: timedelta, level: CheckLevel
) -> None:
    assert checks.drops(dropped=3, dropped_at=NOW - age, now=NOW).level is level


@pytest.mark.parametrize(
    ("age", "level"),
    [
        (59 * SECOND, CheckLevel.ALARM),
        (60 * SECOND, CheckLevel.WARNING),
        (DAY - SECOND, CheckLevel.WARNING),
        (DAY, CheckLevel.GOOD),
    ],
)
@pytest.mark.parametrize("direction", [1, -1])
def test_a_clock_alarms_while_slots_wait(age: timedelta, level: CheckLevel, direction: int) -> None:
    found = checks.clock(
        step=timedelta(hours=2), seen_at=NOW - direction * age, now=NOW, settled=60 * SECOND
    )
    assert (found.level, found.figures["seconds"]) == (level, 7200)


@pytest.mark.parametrize(
    ("oldest", "level"),
    [
        (timedelta(minutes=1), CheckLevel.GOOD),
        (timedelta(minutes=1) + SECOND, CheckLevel.WARNING),
        (timedelta(minutes=10), CheckLevel.WARNING),
        (timedelta(minutes=10) + SECOND, CheckLevel.ALARM),
    ],
)
def test_machines_that_wait_to_be_derived(oldest: timedelta, level: CheckLevel) -> None:
    assert checks.metering(waiting=1, oldest=oldest).level is level
    assert checks.metering(waiting=0, oldest=oldest).level is CheckLevel.GOOD


@pytest.mark.parametrize(
    ("oldest", "failed", "level"),
    [
        (timedelta(minutes=30), 0, CheckLevel.GOOD),
        (timedelta(minutes=30), 1, CheckLevel.WARNING),
        (timedelta(minutes=30) + SECOND, 0, CheckLevel.WARNING),
        (4 * HOUR, 0, CheckLevel.WARNING),
        (4 * HOUR + SECOND, 0, CheckLevel.ALARM),
    ],
)
def test_mail_that_waits_or_was_given_up(oldest: timedelta, failed: int, level: CheckLevel) -> None:
    assert checks.mail(waiting=1, oldest=oldest, failed=failed).level is level


@pytest.mark.parametrize(
    ("age", "level"),
    [(3 * 60 * SECOND - SECOND, CheckLevel.GOOD), (3 * 60 * SECOND, CheckLevel.ALARM)],
)
def test_checks_that_nobody_makes_are_the_schedulers_alarm(
    age: timedelta, level: CheckLevel
) -> None:
    assert checks.scheduler(seen_at=NOW - age, now=NOW).level is level
    assert checks.scheduler(seen_at=None, now=NOW).level is CheckLevel.ALARM


def test_a_centre_s_checks_are_its_own() -> None:
    found = [
        checks.signals(CENTRE, is_received=False),
        checks.gaps(CENTRE, 1),
        checks.quarantine(CENTRE, 1),
    ]
    assert {result.check for result in found} == checks.OF_CENTRES
    assert [result.level for result in found] == [
        CheckLevel.ALARM,
        CheckLevel.WARNING,
        CheckLevel.WARNING,
    ]
    assert {result.centre_id for result in found} == {CENTRE}
    good = [checks.signals(CENTRE, is_received=True), checks.gaps(CENTRE, 0)]
    assert {result.level for result in good} == {CheckLevel.GOOD}


#: A bad result of each check, made by its own rule.
BAD: dict[Check, Callable[[], CheckResult]] = {
    Check.SIGNALS: lambda: checks.signals(CENTRE, is_received=False),
    Check.DROPS: lambda: checks.drops(dropped=3, dropped_at=NOW, now=NOW),
    Check.GAPS: lambda: checks.gaps(CENTRE, 2),
    Check.QUARANTINE: lambda: checks.quarantine(CENTRE, 2),
    Check.METERING: lambda: checks.metering(waiting=2, oldest=HOUR),
    Check.JOBS: lambda: checks.jobs(["retention"]),
    Check.SCHEDULER: lambda: checks.scheduler(seen_at=None, now=NOW),
    Check.MAIL: lambda: checks.mail(waiting=2, oldest=DAY, failed=1),
    Check.DISK: lambda: checks.disk(DiskUse(total=100, free=1)),
    Check.MEMORY: lambda: checks.memory(available=1, total=100),
    Check.BACKUP: lambda: checks.backup(last=NOW - 9 * DAY, installed=NOW - 9 * DAY, now=NOW),
    Check.TRIAL: lambda: checks.trial(last=NOW - 9 * DAY, installed=NOW - 9 * DAY, now=NOW),
    Check.ARCHIVE: lambda: checks.archive(months_behind=3),
    Check.CERTIFICATE: lambda: checks.certificate(name="server.crt", until=NOW, now=NOW),
    Check.CLOCK: lambda: checks.clock(step=HOUR, seen_at=NOW, now=NOW, settled=HOUR),
}


@pytest.mark.parametrize("check", Check)
def test_every_check_says_in_both_languages_what_is_wrong(check: Check) -> None:
    result = BAD[check]()
    assert result.check is check
    assert result.level is not CheckLevel.GOOD
    korean, english = (wrong(check, result.figures, language) for language in ("ko", "en"))
    for figure, value in result.figures.items():
        if figure != "last":
            assert str(value) in korean, figure
            assert str(value) in english, figure
    text = CHECKS[check]
    for sentence in (text.name, text.done, text.advice):
        assert sentence.ko != sentence.en
    if check in NEVER:
        assert wrong(check, {"hours": 30}, "en") == NEVER[check].en


def test_there_is_no_text_of_a_check_that_is_not_made() -> None:
    assert set(CHECKS) == {check.value for check in Check}


@pytest.mark.parametrize(
    ("months", "level"),
    [
        (0, CheckLevel.GOOD),
        (1, CheckLevel.GOOD),
        (2, CheckLevel.WARNING),
        (3, CheckLevel.WARNING),
        (4, CheckLevel.ALARM),
    ],
)
def test_an_archive_that_is_behind_is_told_from_the_second_month_on(
    months: int, level: CheckLevel
) -> None:
    assert checks.archive(months_behind=months).level is level
