"""The form of a machine's entry in the register."""

from __future__ import annotations

from datetime import date
from itertools import zip_longest
from typing import Annotated, Any

from pydantic import BaseModel, Field

from gadong.booking.domain.seating import MAX_SEATS
from gadong.core.domain.problem import Invalid
from gadong.core.domain.typed_number import whole_number
from gadong.machines.domain.register import Funding, Registered
from gadong.machines.domain.register_fields import FIELDS

# The limit of the API's own register, docs/register.md.
LARGEST_SUM = 10**13

# Eleven years of a machine that never rests; the limit of the API as well.
MOST_HOURS = 100_000

TEXTS = (
    ("model", "maker", "serial", "nfec_number", "etube_number", "capacity"),
    ("place", "climate_sensor", "responsible", "deputy", "insurance", "disposal"),
)

DAYS = ("acquired_on", "in_service_from", "in_service_until", "insured_until", "serviced_on")

RegisterText = Annotated[str, Field(max_length=500)]

Day = Annotated[str, Field(max_length=10)]

Won = Annotated[str, Field(max_length=20)]


class MachineForm(BaseModel):
    """The form of a new machine or room."""

    slug: RegisterText = ""
    kind: Annotated[str, Field(max_length=60)] = ""
    name_ko: RegisterText = ""
    name_en: RegisterText = ""
    observed: Annotated[str, Field(max_length=20)] = ""
    seats: Annotated[int, Field(ge=1, le=MAX_SEATS)] = 1
    in_service_from: Day = ""


class EntryForm(BaseModel):
    """The form of one machine's entry; calibrations are rows of three columns."""

    reason: RegisterText = ""
    model: RegisterText = ""
    maker: RegisterText = ""
    serial: RegisterText = ""
    nfec_number: RegisterText = ""
    etube_number: RegisterText = ""
    capacity: RegisterText = ""
    place: RegisterText = ""
    climate_sensor: RegisterText = ""
    responsible: RegisterText = ""
    deputy: RegisterText = ""
    insurance: RegisterText = ""
    disposal: RegisterText = ""
    acquired_on: Day = ""
    in_service_from: Day = ""
    in_service_until: Day = ""
    insured_until: Day = ""
    serviced_on: Day = ""
    service_hours: Won = ""
    service_days: Won = ""
    price: Won = ""
    funding_national: Won = ""
    funding_province: Won = ""
    funding_city: Won = ""
    funding_own: Won = ""
    done_on: list[Day] = Field(default_factory=list, max_length=201)
    due_on: list[Day] = Field(default_factory=list, max_length=201)
    certificate: list[RegisterText] = Field(default_factory=list, max_length=201)
    file: list[RegisterText] = Field(default_factory=list, max_length=201)

    @property
    def calibrations(self) -> list[tuple[str, str, str, str]]:
        """Return the rows in which somebody wrote something, each with its file's digest."""
        rows = zip_longest(self.done_on, self.due_on, self.certificate, self.file, fillvalue="")
        return [row for row in rows if any(field.strip() for field in row[:3])]

    def document(self) -> dict[str, Any]:
        """Return the entry in JSON's types; raise Invalid for a day or a sum that is none."""
        if any(not done.strip() for done, *_ in self.calibrations):
            raise Invalid("A calibration needs the day on which it was done", field="done_on")
        shares = {f: _won(getattr(self, f"funding_{f}")) for f in Funding}
        return {
            **{name: getattr(self, name).strip() for group in TEXTS for name in group},
            **{name: day_of_form(getattr(self, name)) for name in DAYS},
            "price": _won(self.price),
            "service_hours": _count(self.service_hours, "service_hours"),
            "service_days": _count(self.service_days, "service_days"),
            "funding": {f.value: won for f, won in shares.items() if won is not None},
            "calibrations": [
                {
                    "done_on": day_of_form(done),
                    "due_on": day_of_form(due),
                    "certificate": text.strip(),
                    "file": file,
                }
                for done, due, text, file in self.calibrations
            ],
        }


def filled(shown: Registered) -> EntryForm:
    """Return the form of an entry as it stands."""
    names = EntryForm.model_fields.keys() & FIELDS.keys() - {"certificate"}
    rows = shown.entry.calibrations
    return EntryForm(
        **{name: FIELDS[name](shown) for name in names},
        done_on=[c.done_on.isoformat() for c in rows],
        due_on=[c.due_on.isoformat() if c.due_on else "" for c in rows],
        certificate=[c.certificate for c in rows],
        file=[c.file for c in rows],
    )


def day_of_form(text: str) -> str | None:
    """Return the day of a form's field, None for none; raise Invalid for what is no day."""
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip()).isoformat()
    except ValueError as trouble:
        raise Invalid("Write the day as in 2026-12-01", field="day") from trouble


def _count(text: str, field: str) -> int | None:
    digits = text.replace(",", "").strip()
    if not digits:
        return None
    number = whole_number(digits, MOST_HOURS)
    if number is None:
        raise Invalid("Write a whole number of hours or days", field=field)
    return number


def _won(text: str) -> int | None:
    digits = text.replace(",", "").strip()
    if not digits:
        return None
    number = whole_number(digits, LARGEST_SUM)
    if number is None:
        raise Invalid("Write a sum in whole won", field="price")
    return number
