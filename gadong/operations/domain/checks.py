"""The one list of checks: what may be wrong with the service, and from which figure on.

`/readyz`, the page of checks, the metrics and the alerts all read this list
(docs/operate/watch.md#checks).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from gadong.core.domain.ids import CentreId
from gadong.operations.domain.disk import DiskUse


class Check(StrEnum):
    """A part of the service that is watched."""

    SIGNALS = "signals"
    DROPS = "drops"
    GAPS = "gaps"
    QUARANTINE = "quarantine"
    METERING = "metering"
    JOBS = "jobs"
    SCHEDULER = "scheduler"
    MAIL = "mail"
    DISK = "disk"
    MEMORY = "memory"
    BACKUP = "backup"
    TRIAL = "trial"
    ARCHIVE = "archive"
    CERTIFICATE = "certificate"
    CLOCK = "clock"


#: Checks that each centre has for itself; all others are the installation's.
OF_CENTRES = frozenset({Check.SIGNALS, Check.GAPS, Check.QUARANTINE})


class CheckLevel(StrEnum):
    """A check's result: good, somebody should look (warning), or somebody must act now (alarm)."""

    GOOD = "good"
    WARNING = "warning"
    ALARM = "alarm"

    @property
    def number(self) -> int:
        """Return 0, 1 or 2, the higher the worse."""
        return list(CheckLevel).index(self)


# A message of a gateway's outbox fills most gaps within minutes; an old gap is settled by a
# statement's decision, and no longer news.
GAP_AFTER, GAP_UNTIL = timedelta(minutes=10), timedelta(days=7)
# The same for what was dropped and what was set aside.
DROP_NEWS, DROP_UNTIL = timedelta(days=1), timedelta(days=7)
QUARANTINE_NEWS = timedelta(days=1)
# Messages are derived within a second; a minute is a backlog, and ten minutes are seen by
# everybody.
DERIVED_WITHIN, DERIVED_AT_MOST = timedelta(minutes=1), timedelta(minutes=10)
# A failed mail is tried again after a minute and after a quarter of an hour.
MAIL_WITHIN, MAIL_AT_MOST = timedelta(minutes=30), timedelta(hours=4)
# A backup a night: two hours of grace, and an alarm when three nights in a row had none.
BACKUP_WITHIN, BACKUP_AT_MOST = timedelta(hours=26), timedelta(days=3)
TRIAL_WITHIN, TRIAL_AT_MOST = timedelta(hours=50), timedelta(days=7)
# A month that is closed leaves within two nights; a second one in the database is a month too late.
ARCHIVE_WARN_MONTHS, ARCHIVE_ALARM_MONTHS = 2, 4
# A certificate is made anew by hand with one command; a month is time enough, a week is not.
CERTIFICATE_WARN, CERTIFICATE_ALARM = timedelta(days=30), timedelta(days=7)
CLOCK_NEWS = timedelta(days=1)
# The scheduler looks every half minute; six looks missed are an absence.
CHECKS_SILENT_AFTER = timedelta(minutes=3)
# Of the computer's memory, what programs can still have.
MEMORY_WARN_PERCENT, MEMORY_ALARM_PERCENT = 10.0, 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """A check's level at an instant, with the figures of its sentence."""

    check: Check
    level: CheckLevel
    centre_id: CentreId | None = None
    figures: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckState:
    """A check's last result, the beginning of its level, and when it was last looked at."""

    result: CheckResult
    since: datetime
    seen_at: datetime


def signals(centre_id: CentreId, *, is_received: bool) -> CheckResult:
    """Return the level of a centre's reception: an alarm while nothing is received."""
    level = CheckLevel.GOOD if is_received else CheckLevel.ALARM
    return CheckResult(check=Check.SIGNALS, level=level, centre_id=centre_id)


def drops(*, dropped: int, dropped_at: datetime | None, now: datetime) -> CheckResult:
    """Return the level of messages that the broker dropped: an alarm for a day, then a warning."""
    age = now - dropped_at if dropped_at else None
    level = _by_age(age, alarm_until=DROP_NEWS, warning_until=DROP_UNTIL)
    return CheckResult(check=Check.DROPS, level=level, figures={"messages": dropped})


def gaps(centre_id: CentreId, count: int) -> CheckResult:
    """Return a warning where numbers are missing in a device's sequence."""
    level = CheckLevel.WARNING if count else CheckLevel.GOOD
    return CheckResult(check=Check.GAPS, level=level, centre_id=centre_id, figures={"gaps": count})


def quarantine(centre_id: CentreId, causes: int) -> CheckResult:
    """Return a warning where messages were set aside within the last day."""
    level = CheckLevel.WARNING if causes else CheckLevel.GOOD
    return CheckResult(
        check=Check.QUARANTINE, level=level, centre_id=centre_id, figures={"causes": causes}
    )


def metering(*, waiting: int, oldest: timedelta) -> CheckResult:
    """Return the level of machines that wait to be derived, by the longest wait."""
    level = _by_wait(oldest if waiting else None, DERIVED_WITHIN, DERIVED_AT_MOST)
    figures = {"machines": waiting, "minutes": _minutes(oldest)}
    return CheckResult(check=Check.METERING, level=level, figures=figures)


def jobs(failed: list[str]) -> CheckResult:
    """Return a warning where a job's last slot failed."""
    level = CheckLevel.WARNING if failed else CheckLevel.GOOD
    return CheckResult(check=Check.JOBS, level=level, figures={"jobs": ", ".join(sorted(failed))})


def mail(*, waiting: int, oldest: timedelta, failed: int) -> CheckResult:
    """Return the level of mail: by the longest wait, and a warning where some was given up."""
    level = _by_wait(oldest if waiting else None, MAIL_WITHIN, MAIL_AT_MOST)
    if failed and level is CheckLevel.GOOD:
        level = CheckLevel.WARNING
    figures = {"waiting": waiting, "failed": failed, "minutes": _minutes(oldest)}
    return CheckResult(check=Check.MAIL, level=level, figures=figures)


def disk(use: DiskUse) -> CheckResult:
    """Return the level of the database's disk."""
    level = (
        CheckLevel.ALARM
        if use.is_full
        else CheckLevel.WARNING
        if use.is_scarce
        else CheckLevel.GOOD
    )
    return CheckResult(check=Check.DISK, level=level, figures={"percent": int(use.percent)})


def memory(*, available: int, total: int) -> CheckResult:
    """Return the level of the computer's memory, in bytes that programs can still have."""
    percent = 100.0 * available / total if total else 0.0
    level = CheckLevel.GOOD
    if percent < MEMORY_ALARM_PERCENT:
        level = CheckLevel.ALARM
    elif percent < MEMORY_WARN_PERCENT:
        level = CheckLevel.WARNING
    return CheckResult(check=Check.MEMORY, level=level, figures={"percent": int(percent)})


def backup(*, last: datetime | None, installed: datetime, now: datetime) -> CheckResult:
    """Return the level of the last backup's age; before the first, of the installation's age."""
    return _aged(Check.BACKUP, last, installed, now, (BACKUP_WITHIN, BACKUP_AT_MOST))


def trial(*, last: datetime | None, installed: datetime, now: datetime) -> CheckResult:
    """Return the level of the age of the last backup that was restored for trial."""
    return _aged(Check.TRIAL, last, installed, now, (TRIAL_WITHIN, TRIAL_AT_MOST))


def archive(*, months_behind: int) -> CheckResult:
    """Return the level of closed months that should have left the database for files."""
    level = CheckLevel.GOOD
    if months_behind >= ARCHIVE_ALARM_MONTHS:
        level = CheckLevel.ALARM
    elif months_behind >= ARCHIVE_WARN_MONTHS:
        level = CheckLevel.WARNING
    return CheckResult(check=Check.ARCHIVE, level=level, figures={"months": months_behind})


def certificate(*, name: str, until: datetime, now: datetime) -> CheckResult:
    """Return the level of the certificate that ends first."""
    left = until - now
    level = CheckLevel.GOOD
    if left < CERTIFICATE_ALARM:
        level = CheckLevel.ALARM
    elif left < CERTIFICATE_WARN:
        level = CheckLevel.WARNING
    # Days that are begun do not count: on its last day a certificate has none left.
    return CheckResult(
        check=Check.CERTIFICATE, level=level, figures={"file": name, "days": max(left.days, 0)}
    )


def clock(
    *, step: timedelta, seen_at: datetime | None, now: datetime, settled: timedelta
) -> CheckResult:
    """Return the level of the clock: an alarm while slots wait after a step,
    then a day's warning.
    """
    age = abs(now - seen_at) if seen_at else None
    level = _by_age(age, alarm_until=settled, warning_until=CLOCK_NEWS)
    return CheckResult(
        check=Check.CLOCK, level=level, figures={"seconds": int(step.total_seconds())}
    )


def scheduler(*, seen_at: datetime | None, now: datetime) -> CheckResult:
    """Return an alarm where nobody has checked for minutes: then the scheduler is not running."""
    is_seen = seen_at is not None and now - seen_at < CHECKS_SILENT_AFTER
    return CheckResult(
        check=Check.SCHEDULER, level=CheckLevel.GOOD if is_seen else CheckLevel.ALARM
    )


def _by_age(
    age: timedelta | None, *, alarm_until: timedelta, warning_until: timedelta
) -> CheckLevel:
    """Return the level of an event that becomes less urgent with its age; good without one."""
    if age is None or age >= warning_until:
        return CheckLevel.GOOD
    return CheckLevel.ALARM if age < alarm_until else CheckLevel.WARNING


def _by_wait(wait: timedelta | None, warn_after: timedelta, alarm_after: timedelta) -> CheckLevel:
    """Return the level of a wait that becomes more urgent; good without one."""
    if wait is None or wait <= warn_after:
        return CheckLevel.GOOD
    return CheckLevel.ALARM if wait > alarm_after else CheckLevel.WARNING


def _aged(
    check: Check,
    last: datetime | None,
    installed: datetime,
    now: datetime,
    limits: tuple[timedelta, timedelta],
) -> CheckResult:
    age = now - (last or installed)
    figures: dict[str, str | int] = {"hours": int(age.total_seconds() // 3600)}
    if last:
        figures["last"] = last.isoformat()
    return CheckResult(check=check, level=_by_wait(age, *limits), figures=figures)


def _minutes(length: timedelta) -> int:
    return int(length.total_seconds() // 60)
