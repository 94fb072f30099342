"""The machine register (장비대장): what a centre has to know of each machine beside its use."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from gadong.core.domain.ids import PersonId
from gadong.core.domain.natural_order import NaturalKey, natural_key
from gadong.texts.machines import REGISTER

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
    """A calibration (검교정): its day, the day by which the next one is due, and its certificate."""

    done_on: date
    due_on: date | None = None
    certificate: str = ""

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
class Column:
    """A column of a centre's own table: its heading, and the field that fills it.

    None leaves it empty.
    """

    heading: str
    field: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """A machine with its entry, as the table names it."""

    slug: str
    name_ko: str
    name_en: str
    kind: str
    entry: RegisterEntry
    is_retired: bool = False

    def is_in_service(self, today: date) -> bool:
        """Return whether the machine is neither retired nor past its last day of service."""
        until = self.entry.in_service_until
        return not self.is_retired and (until is None or today < until)

    def due_dates(self, today: date) -> list[DueDate]:
        """Return the machine's due dates; none once it is retired."""
        return [] if self.is_retired else due_dates(self.entry, today)


class Standing(StrEnum):
    """A filter of the list."""

    ALL = "all"
    IN_SERVICE = "in_service"
    OUT_OF_SERVICE = "out_of_service"
    DUE = "due"  # overdue, or due within thirty days


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterSearch:
    """A search of the register: words, a kind, a standing, and the field that orders the list."""

    text: str = ""
    kind: str = ""
    standing: Standing = Standing.ALL
    order: str = "slug"


def search(rows: Sequence[Registered], wanted: RegisterSearch, *, today: date) -> list[Registered]:
    """Return the machines that fit a search, in its order; empty fields come last.

    Each word occurs in some field of the machine. Digits in a name count as a number.
    """
    words = wanted.text.casefold().split()
    show = FIELDS[wanted.order]

    def fits(row: Registered) -> bool:
        text = "\n".join(read(row) for read in FIELDS.values()).casefold()
        is_due = any(d.is_overdue(today) or d.is_soon(today) for d in row.due_dates(today))
        stands = {
            Standing.ALL: True,
            Standing.IN_SERVICE: row.is_in_service(today),
            Standing.OUT_OF_SERVICE: not row.is_in_service(today),
            Standing.DUE: is_due,
        }
        is_kind = not wanted.kind or row.kind == wanted.kind
        return is_kind and stands[wanted.standing] and all(word in text for word in words)

    def place(row: Registered) -> tuple[bool, NaturalKey, NaturalKey]:
        return (not show(row), natural_key(show(row)), natural_key(row.slug))

    return sorted(filter(fits, rows), key=place)


def _day(value: date | None) -> str:
    return value.isoformat() if value else ""


def _won(value: int | None) -> str:
    return "" if value is None else str(value)


def _share(funding: Funding) -> Callable[[Registered], str]:
    return lambda row: _won(row.entry.funding.get(funding))


def _calibration(text: Callable[[CalibrationRecord], str]) -> Callable[[Registered], str]:
    return lambda row: text(row.entry.last_calibration) if row.entry.last_calibration else ""


#: Every field that a column may show, in the order of the plain table.
FIELDS: Mapping[str, Callable[[Registered], str]] = {
    "slug": lambda row: row.slug,
    "name_ko": lambda row: row.name_ko,
    "name_en": lambda row: row.name_en,
    "kind": lambda row: row.kind,
    "model": lambda row: row.entry.model,
    "maker": lambda row: row.entry.maker,
    "serial": lambda row: row.entry.serial,
    "nfec_number": lambda row: row.entry.nfec_number,
    "etube_number": lambda row: row.entry.etube_number,
    "acquired_on": lambda row: _day(row.entry.acquired_on),
    "price": lambda row: _won(row.entry.price),
    "funding_national": _share(Funding.NATIONAL),
    "funding_province": _share(Funding.PROVINCE),
    "funding_city": _share(Funding.CITY),
    "funding_own": _share(Funding.OWN),
    "place": lambda row: row.entry.place,
    "climate_sensor": lambda row: row.entry.climate_sensor,
    "responsible": lambda row: row.entry.responsible,
    "deputy": lambda row: row.entry.deputy,
    "in_service_from": lambda row: _day(row.entry.in_service_from),
    "in_service_until": lambda row: _day(row.entry.in_service_until),
    "disposal": lambda row: row.entry.disposal,
    "insurance": lambda row: row.entry.insurance,
    "insured_until": lambda row: _day(row.entry.insured_until),
    "capacity": lambda row: row.entry.capacity,
    "calibrated_on": _calibration(lambda c: c.done_on.isoformat()),
    "calibration_due_on": _calibration(lambda c: _day(c.due_on)),
    "certificate": _calibration(lambda c: c.certificate),
}
PLAIN = tuple(Column(heading=REGISTER[name].ko, field=name) for name in FIELDS)


def table_of(rows: Sequence[Registered], columns: Sequence[Column]) -> list[list[str]]:
    """Return the register as a table with the columns' headings."""
    fields = [FIELDS[c.field] if c.field else None for c in columns]
    body = [[show(row) if show else "" for show in fields] for row in rows]
    return [[c.heading for c in columns], *body]
