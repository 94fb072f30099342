"""Shared parts of all wire formats: unknown fields are refused, instants carry their offset."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import partial
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Depends, Query
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    Strict,
    field_validator,
    model_validator,
)

from gadong.core.domain.name import LONGEST, LONGEST_MACHINE, LONGEST_SHORT, name_of
from gadong.core.domain.period import Period
from gadong.core.domain.problem import Invalid

Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$", examples=["prusa-1"])]
MonthText = Annotated[str, Field(pattern=r"^\d{4}-\d{2}$", examples=["2026-11"])]
# A name is kept as the domain's one rule has it (gadong/core/domain/name.py), and nothing else is
# one.
Name = Annotated[
    str, Field(min_length=1, max_length=LONGEST), AfterValidator(partial(name_of, longest=LONGEST))
]
ShortName = Annotated[
    str,
    Field(min_length=1, max_length=LONGEST_SHORT),
    AfterValidator(partial(name_of, longest=LONGEST_SHORT)),
]
MachineName = Annotated[
    str,
    Field(min_length=1, max_length=LONGEST_MACHINE),
    AfterValidator(partial(name_of, longest=LONGEST_MACHINE)),
]
Accepted = Annotated[bool, Query(description="Keep it although it would change issued statements.")]
Reason = Annotated[str, Field(max_length=500, examples=["전화로 받은 예약"])]

# A number is written as one: true is not 1, and "10" may have been meant as a name.
Whole = Annotated[int, Strict()]
Number = Annotated[float, Strict()]


def _of_our_time(instant: datetime) -> datetime:
    if not 2000 <= instant.year <= 2999:
        raise ValueError("an instant lies in the years 2000 to 2999")
    return instant


# The same years as a month's: room for every rule to look around an instant without leaving the
# calendar.
Instant = Annotated[AwareDatetime, AfterValidator(_of_our_time)]


# A stretch of time in a query is `from` and `to`; in bodies and answers it is `start` and `end`.
From = Annotated[Instant, Query(alias="from", description="The beginning of the stretch of time.")]
To = Annotated[
    Instant, Query(alias="to", description="The end of the stretch of time, not included.")
]


HALF = re.compile("[\ud800-\udfff]")


class In(BaseModel):
    """A request body.

    Each of its texts is made of whole characters, whatever a field's own type would take. JSON can
    name half of one ("\\ud800"), and nothing can keep, encrypt or send that.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _whole_characters(cls, given: object) -> object:
        if not _is_whole(given):
            raise ValueError("a text is made of whole characters")
        return given


def _is_whole(given: object) -> bool:
    """Return whether no text of a JSON value, and no name in it, holds half of a character."""
    # No recursion: whoever sends a body chooses how deep it is.
    left = [given]
    while left:
        one = left.pop()
        if isinstance(one, str) and HALF.search(one):
            return False
        if isinstance(one, dict):
            left += [*one, *one.values()]
        elif isinstance(one, list):
            left += one
    return True


class Out(BaseModel):
    """A response body. Every instant is written in UTC, as in `2026-11-24T01:00:00Z`."""

    model_config = ConfigDict(frozen=True)

    @field_validator("*", mode="after")
    @classmethod
    def _in_utc(cls, value: object) -> object:
        return _as_utc(value)


def _as_utc(value: object) -> object:
    """Return the value with its instants, also those in lists and mappings, in UTC."""
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    if isinstance(value, list):
        return [_as_utc(one) for one in value]
    if isinstance(value, dict):
        return {key: _as_utc(one) for key, one in value.items()}
    return value


class Created(Out):
    """The id of a created thing."""

    id: UUID


class BrokenRule(Out):
    """One broken rule."""

    code: str = Field(examples=["booking.too_long"])
    limit: str | int | None = Field(examples=[240])
    actual: str | int | None = Field(examples=[360])
    overridable_by: str | None = Field(examples=["manager"])
    details: dict[str, str | int | None] = Field(default_factory=dict)
    ko: str = Field(
        examples=["한 번에 최대 4시간까지 예약할 수 있습니다(요청은 6시간). 나누어 예약하세요."]
    )
    en: str = Field(examples=["Book at most 4 h at a time (you asked for 6 h). Split the booking."])


class FreePeriod(Out):
    """A period that every rule would accept, and the machine."""

    machine: UUID = Field(description="The machine's id.")
    machine_slug: str = Field(examples=["prusa-2"])
    start: datetime
    end: datetime


class WrongField(Out):
    """A field that is not acceptable, named as it was sent; dots part a field inside another."""

    field: str = Field(examples=["answers.material"])
    place: Literal["body", "query", "path", "header", "cookie"] = Field(
        alias="in", examples=["body"]
    )
    message: str


class ProblemDocument(Out):
    """A problem (RFC 9457) with a code for programs.

    A refusal lists every broken rule and the alternatives.
    """

    type: str = Field(examples=["urn:gadong:problem:slot_taken"])
    title: str = Field(examples=["Somebody else holds the machine in that time"])
    title_ko: str = Field(examples=["이미 예약된 시간입니다"])
    status: int = Field(examples=[409])
    detail: str
    code: str = Field(examples=["slot_taken"])
    instance: str = Field(description="The request, by its X-Request-Id.")
    field: str | None = Field(default=None, description="The first field that is not acceptable.")
    fields: list[WrongField] = Field(default_factory=list)
    problems: list[BrokenRule] = Field(default_factory=list)
    alternatives: list[FreePeriod] = Field(default_factory=list)


async def during(
    start: Annotated[
        Instant | None, Query(alias="from", description="Only what ends after it.")
    ] = None,
    end: Annotated[
        Instant | None, Query(alias="to", description="Only what begins before it.")
    ] = None,
) -> Period | None:
    """Return the stretch of time that a list is of; Invalid where half of it is missing."""
    if (start is None) != (end is None):
        raise Invalid("Give both from and to, or neither", field="to" if end is None else "from")
    return period_of(start, end) if start and end else None


During = Annotated[Period | None, Depends(during)]


def period_of(start: datetime, end: datetime) -> Period:
    """Return a period from two instants; Invalid where it ends before it starts."""
    if start >= end:
        raise Invalid("It must end after it starts", field="end")
    return Period(start, end)
