"""The register's fields: as a table in a centre's own columns, searched, and compared in its
history.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from gadong.core.domain.natural_order import NaturalKey, natural_key
from gadong.machines.domain.register import (
    CalibrationRecord,
    Funding,
    Registered,
    RegisterEntry,
)
from gadong.texts.machines import OBSERVED, REGISTER


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a centre's own table: its heading, and the field that fills it.

    None leaves it empty.
    """

    heading: str
    field: str | None


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


def search(
    rows: Sequence[Registered],
    wanted: RegisterSearch,
    *,
    today: date,
    due_by_hours: Collection[str] = (),
) -> list[Registered]:
    """Return the machines that fit a search, in its order; empty fields come last.

    Each word occurs in some field of the machine. Digits in a name count as a number.
    `due_by_hours` are the slugs of machines whose run time makes a service due.
    """
    words = wanted.text.casefold().split()
    show = FIELDS[wanted.order]

    def fits(row: Registered) -> bool:
        text = "\n".join(read(row) for read in FIELDS.values()).casefold()
        is_due = row.slug in due_by_hours or any(
            d.is_overdue(today) or d.is_soon(today) for d in row.due_dates(today)
        )
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


def _number(value: int | None) -> str:
    return "" if value is None else str(value)


def _share(funding: Funding) -> Callable[[Registered], str]:
    return lambda row: _number(row.entry.funding.get(funding))


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
    "price": lambda row: _number(row.entry.price),
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
    "serviced_on": lambda row: _day(row.entry.serviced_on),
    "service_hours": lambda row: _number(row.entry.service_hours),
    "service_days": lambda row: _number(row.entry.service_days),
    "observed": lambda row: OBSERVED[row.observed].ko,
}
#: The fields that a machine's entry does not hold, and those of its last calibration.
_BESIDE = {"slug", "name_ko", "name_en", "kind", "observed"}
_LAST = {"calibrated_on", "calibration_due_on", "certificate"}
PLAIN = tuple(Column(heading=REGISTER[name].ko, field=name) for name in FIELDS)


def table_of(rows: Sequence[Registered], columns: Sequence[Column]) -> list[list[str]]:
    """Return the register as a table with the columns' headings."""
    fields = [FIELDS[c.field] if c.field else None for c in columns]
    body = [[show(row) if show else "" for show in fields] for row in rows]
    return [[c.heading for c in columns], *body]


def columns_of(header: str) -> list[Column]:
    """Return the columns of a table by its first line, whose cells tabs, semicolons or commas part.

    A heading that is a field's name is filled by the field; the others stay empty until mapped.
    """
    mark = next((m for m in "\t;" if m in header), ",")
    headings = [cell.strip().strip('"').strip() for cell in header.strip("\r\n").split(mark)]
    known = {
        _plainly(name): field for field, text in REGISTER.items() for name in (text.ko, text.en)
    }
    return [Column(heading=h, field=known.get(_plainly(h))) for h in headings if h]


def _plainly(heading: str) -> str:
    return "".join(heading.casefold().split())


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """A field of an entry that was written anew; `calibrations` are all of an entry's."""

    field: str
    before: str
    after: str


def changes(before: RegisterEntry, after: RegisterEntry) -> list[FieldChange]:
    """Return the fields in which an entry differs from the one before it."""
    texts = [_texts(entry) for entry in (before, after)]
    return [
        FieldChange(field=name, before=was, after=texts[1][name])
        for name, was in texts[0].items()
        if was != texts[1][name]
    ]


def _texts(entry: RegisterEntry) -> dict[str, str]:
    row = Registered(slug="", name_ko="", name_en="", kind="", entry=entry)
    texts = {name: FIELDS[name](row) for name in FIELDS if name not in _BESIDE | _LAST}
    rows = sorted(entry.calibrations, key=lambda c: c.done_on)
    done = [
        " ".join(
            part for part in (_day(c.done_on), c.certificate, _due(c.due_on), _file(c)) if part
        )
        for c in rows
    ]
    return texts | {"calibrations": ", ".join(done)}


def _file(calibration: CalibrationRecord) -> str:
    """Return the beginning of the file's digest, by which another file is seen as a change."""
    return f"#{calibration.file[:6]}" if calibration.file else ""


def _due(day: date | None) -> str:
    return f"(~ {day})" if day else ""
