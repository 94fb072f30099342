"""The machine register on the wire."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from api.v1.schemas import In, Out, Reason, Whole
from gadong.machines.domain.calibrations.certificate import MOST_BYTES
from gadong.machines.domain.register import LONGEST_TEXT, Funding

EntryText = Annotated[str, Field(max_length=LONGEST_TEXT)]
# Base64 writes three bytes in four letters.
MOST_LETTERS = (MOST_BYTES + 2) // 3 * 4
Won = Annotated[Whole, Field(ge=0, le=10**13)]


class CalibrationIO(In):
    """A calibration: its day, the day by which the next one is due, and its certificate."""

    done_on: date = Field(examples=["2026-03-02"])
    due_on: date | None = None
    certificate: EntryText = ""
    file: str = Field(
        default="",
        pattern="^([0-9a-f]{64})?$",
        description="The digest of the certificate's file, which `PUT …/calibrations` keeps.",
    )


class RegisterFields(In):
    """A machine's entry in the register. Won; days on the centre's calendar."""

    model: EntryText = ""
    maker: EntryText = ""
    serial: EntryText = ""
    nfec_number: EntryText = ""
    etube_number: EntryText = ""
    acquired_on: date | None = None
    price: Won | None = None
    funding: dict[Funding, Won] = Field(
        default_factory=dict, description="Its shares add up to the price."
    )
    place: EntryText = ""
    responsible: EntryText = Field(default="", description="정")
    deputy: EntryText = Field(default="", description="부")
    in_service_from: date | None = Field(
        default=None, description="Standard time counts from this day on."
    )
    in_service_until: date | None = Field(
        default=None, description="The first day without service."
    )
    disposal: EntryText = ""
    insurance: EntryText = ""
    insured_until: date | None = Field(default=None, description="The last insured day.")
    capacity: EntryText = ""
    calibrations: list[CalibrationIO] = Field(default_factory=list, max_length=200)
    service_hours: Whole | None = Field(
        default=None,
        ge=1,
        le=100_000,
        description="A service is due after so many hours of run time.",
    )
    service_days: Whole | None = Field(
        default=None, ge=1, le=3660, description="A service is due after so many days."
    )
    serviced_on: date | None = Field(
        default=None,
        description="The last service; both count from it, else from the first day of service.",
    )
    climate_sensor: EntryText = Field(
        default="",
        description="The slug of the room or machine whose readings are the climate around it.",
        examples=["room-1"],
    )


class RegisterIn(In):
    """A machine's entry as it is from now on, and why it changed."""

    entry: RegisterFields
    reason: Reason


class CertificateIn(In):
    """The file of a calibration's certificate: a PDF, JPEG or PNG of at most 5 MB."""

    data: Annotated[str, Field(max_length=MOST_LETTERS)] = Field(description="In base64.")
    reason: Reason


class CertificateOut(Out):
    """A certificate's file, by the digest of its bytes (SHA-256)."""

    file: str


class RegisterOut(Out):
    """A machine's entry."""

    machine: UUID
    machine_slug: str
    entry: dict[str, Any]


class RegisterStepOut(Out):
    """One state of an entry in its history."""

    entry: dict[str, Any]
    reason: str
    written_by: UUID | None
    recorded_at: datetime


class ColumnIO(In):
    """A column of a centre's own table: its heading, and the field that fills it.

    Null leaves it empty.
    """

    heading: EntryText = Field(examples=["장비명"])
    field: str | None = Field(default=None, max_length=60, examples=["name_ko"])


class ColumnsIO(In):
    """The columns of a centre's own table, in their order."""

    items: list[ColumnIO] = Field(min_length=1, max_length=100, examples=[[{"heading": "장비명"}]])
