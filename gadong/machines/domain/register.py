"""The machine register (장비대장): what a centre has to know of each machine beside its use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from gadong.core.domain.ids import PersonId
from gadong.machines.domain.observation import Observed

LONGEST_TEXT = 200
# A laboratory takes some weeks to give a calibration's appointment.
SOON = timedelta(days=30)
HOUR = 3600


class Funding(StrEnum):
    """A payer of a machine."""

    NATIONAL = "national"  # 국비
    PROVINCE = "province"  # 도비
    CITY = "city"  # 시비
    OWN = "own"  # 자부담


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationRecord:
    """A calibration (검교정): its day, the day by which the next one is due, and its certificate.

    `certificate` is its number; `file` is the digest of the file that is kept, if one is.
    """

    done_on: date
    due_on: date | None = None
    certificate: str = ""
    file: str = ""

    def __post_init__(self) -> None:
        if self.due_on is not None and self.due_on <= self.done_on:
            raise ValueError("a calibration is due after it was done")


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterEntry:
    """A machine's entry in the register. Won; days on the centre's calendar.

    `in_service_from` is its first day of service, `in_service_until` the first day on which it is
    in service no more. The shares of `funding` add up to the price where any is named. A service is
    due after `service_hours` of run time and after `service_days`. Both are counted from the last
    service (`serviced_on`), else from the first day of service. `climate_sensor` is the slug of the
    room or the machine whose readings are the climate around this one.
    """

    model: str = ""
    maker: str = ""
    serial: str = ""
    nfec_number: str = ""
    etube_number: str = ""
    acquired_on: date | None = None
    price: int | None = None
    funding: Mapping[Funding, int] = field(default_factory=dict)
    place: str = ""
    responsible: str = ""
    deputy: str = ""
    in_service_from: date | None = None
    in_service_until: date | None = None
    disposal: str = ""
    insurance: str = ""
    insured_until: date | None = None
    capacity: str = ""
    calibrations: tuple[CalibrationRecord, ...] = ()
    service_hours: int | None = None
    service_days: int | None = None
    serviced_on: date | None = None
    climate_sensor: str = ""

    def __post_init__(self) -> None:
        if any(share < 0 for share in self.funding.values()) or (self.price or 0) < 0:
            raise ValueError("price and funding cannot be negative")
        if self.funding and self.price is not None and sum(self.funding.values()) != self.price:
            raise ValueError("the shares of funding add up to the price")
        if any(
            every is not None and every < 1 for every in (self.service_hours, self.service_days)
        ):
            raise ValueError("a service is due after at least one hour or day")
        begins, ends = self.in_service_from, self.in_service_until
        if begins is not None and ends is not None and ends <= begins:
            raise ValueError("service ends after it begins")

    @property
    def last_calibration(self) -> CalibrationRecord | None:
        """Return the calibration that was done last."""
        return max(self.calibrations, key=lambda c: c.done_on, default=None)

    @property
    def service_since(self) -> date | None:
        """Return the day from which the next service's hours and days count.

        None where none is known.
        """
        return self.serviced_on or self.in_service_from


EMPTY = RegisterEntry()


class Subject(StrEnum):
    """A subject that falls due."""

    CALIBRATION = "calibration"  # 검교정
    INSURANCE = "insurance"  # 보험
    SERVICE = "service"  # 정기 점검


@dataclass(frozen=True, slots=True, kw_only=True)
class DueDate:
    """A day by which a subject has to be renewed."""

    subject: Subject
    due_on: date

    def is_overdue(self, today: date) -> bool:
        """Return whether the day has passed."""
        return self.due_on < today

    def is_soon(self, today: date) -> bool:
        """Return whether the day is today or within thirty days."""
        return today <= self.due_on <= today + SOON


def due_dates(entry: RegisterEntry, today: date) -> list[DueDate]:
    """Return an entry's due dates, the earliest first; none for a machine out of service."""
    if entry.in_service_until is not None and entry.in_service_until <= today:
        return []
    last = entry.last_calibration
    days = {
        Subject.CALIBRATION: last.due_on if last else None,
        Subject.INSURANCE: entry.insured_until,
        Subject.SERVICE: service_day(entry),
    }
    dates = [DueDate(subject=s, due_on=day) for s, day in days.items() if day is not None]
    return sorted(dates, key=lambda due: (due.due_on, due.subject))


def service_day(entry: RegisterEntry) -> date | None:
    """Return the day on which a service is due by the calendar, if one is."""
    since = entry.service_since
    if since is None or entry.service_days is None:
        return None
    return since + timedelta(days=entry.service_days)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceHours:
    """The run time since a machine's last service, in seconds, and the hours after which one is
    due.
    """

    run_seconds: int
    limit_hours: int

    @property
    def is_overdue(self) -> bool:
        """Return whether the machine has run for the hours."""
        return self.run_seconds >= self.limit_hours * HOUR

    @property
    def is_soon(self) -> bool:
        """Return whether nine tenths of the hours have passed, and not all of them."""
        return not self.is_overdue and self.run_seconds * 10 >= self.limit_hours * HOUR * 9

    @property
    def run_hours(self) -> int:
        """Return the whole hours that the machine ran."""
        return self.run_seconds // HOUR


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterStep:
    """One state of a machine's entry in its history: who wrote it, why, and when."""

    entry: RegisterEntry
    reason: str
    written_by: PersonId | None
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """A machine with its entry, as the table names it."""

    slug: str
    name_ko: str
    name_en: str
    kind: str
    entry: RegisterEntry
    is_retired: bool = False
    observed: Observed = Observed.SIGNAL

    def is_in_service(self, today: date) -> bool:
        """Return whether the machine is neither retired nor past its last day of service."""
        until = self.entry.in_service_until
        return not self.is_retired and (until is None or today < until)

    def due_dates(self, today: date) -> list[DueDate]:
        """Return the machine's due dates; none once it is retired."""
        return [] if self.is_retired else due_dates(self.entry, today)
