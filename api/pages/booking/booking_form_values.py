"""The values of a booking form as they were typed, from its address or its body."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Annotated

from fastapi import Depends, Form, Query, Request

from gadong.booking.domain.seating import MAX_SEATS

# As many questions as a rule book holds.
MOST_ANSWERS = 50
ANSWER = "answer."


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingForm:
    """The values of a form as they were typed."""

    company: str = ""
    start: str = ""
    minutes: int = 120
    purpose: str = ""
    override: str = ""
    usage_mode: str = ""
    person: str = ""
    person_name: str = ""
    person_phone: str = ""
    pledge: str = ""
    every_days: int = 7
    count: int = 1
    also: tuple[str, ...] = ()
    equipment: tuple[str, ...] = ()
    seats: int = 1
    until: str = ""
    # The day that the time picker shows.
    day: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)


def answers_of(given: Iterable[tuple[str, object]]) -> dict[str, str]:
    """Return the answers to the centre's questions from the form's fields, named by their keys."""
    named = ((name.removeprefix(ANSWER), value) for name, value in given if name.startswith(ANSWER))
    found = {key[:200]: value.strip()[:500] for key, value in named if isinstance(value, str)}
    return dict(islice(found.items(), MOST_ANSWERS))


async def _asked_by_query(
    request: Request,
    *,
    company: Annotated[str, Query(max_length=36)] = "",
    start: Annotated[str, Query(max_length=25)] = "",
    minutes: Annotated[int, Query(ge=1, le=44_640)] = 120,
    purpose: Annotated[str, Query(max_length=200)] = "",
    override: Annotated[str, Query(max_length=200)] = "",
    usage_mode: Annotated[str, Query(max_length=20)] = "",
    person: Annotated[str, Query(max_length=36)] = "",
    person_name: Annotated[str, Query(max_length=100)] = "",
    person_phone: Annotated[str, Query(max_length=40)] = "",
    pledge: Annotated[str, Query(max_length=200)] = "",
    every_days: Annotated[int, Query(ge=1, le=366)] = 7,
    count: Annotated[int, Query(ge=1, le=53)] = 1,
    also: Annotated[tuple[str, ...], Query(max_length=9)] = (),
    equipment: Annotated[tuple[str, ...], Query(max_length=20)] = (),
    seats: Annotated[int, Query(ge=1, le=MAX_SEATS)] = 1,
    until: Annotated[str, Query(max_length=25)] = "",
    day: Annotated[str, Query(max_length=10)] = "",
    slot: Annotated[str, Query(max_length=25)] = "",
) -> BookingForm:
    return BookingForm(
        company=company,
        # A start that was tapped holds before one that was typed earlier.
        start=slot or start,
        minutes=minutes,
        purpose=purpose,
        override=override,
        usage_mode=usage_mode,
        person=person,
        person_name=person_name,
        person_phone=person_phone,
        pledge=pledge,
        every_days=every_days,
        count=count,
        also=also,
        equipment=tuple(slug for slug in equipment if slug),
        seats=seats,
        until=until,
        day=day,
        answers=answers_of(request.query_params.multi_items()),
    )


async def _asked_by_form(
    request: Request,
    *,
    start: Annotated[str, Form(max_length=25)],
    company: Annotated[str, Form(max_length=36)] = "",
    minutes: Annotated[int, Form(ge=1, le=44_640)] = 120,
    purpose: Annotated[str, Form(max_length=200)] = "",
    override: Annotated[str, Form(max_length=200)] = "",
    usage_mode: Annotated[str, Form(max_length=20)] = "",
    person: Annotated[str, Form(max_length=36)] = "",
    person_name: Annotated[str, Form(max_length=100)] = "",
    person_phone: Annotated[str, Form(max_length=40)] = "",
    pledge: Annotated[str, Form(max_length=200)] = "",
    every_days: Annotated[int, Form(ge=1, le=366)] = 7,
    count: Annotated[int, Form(ge=1, le=53)] = 1,
    also: Annotated[tuple[str, ...], Form(max_length=9)] = (),
    equipment: Annotated[tuple[str, ...], Form(max_length=20)] = (),
    seats: Annotated[int, Form(ge=1, le=MAX_SEATS)] = 1,
    until: Annotated[str, Form(max_length=25)] = "",
) -> BookingForm:
    return BookingForm(
        company=company,
        start=start,
        minutes=minutes,
        purpose=purpose,
        override=override,
        usage_mode=usage_mode,
        person=person,
        person_name=person_name,
        person_phone=person_phone,
        pledge=pledge,
        every_days=every_days,
        count=count,
        also=also,
        equipment=tuple(slug for slug in equipment if slug),
        seats=seats,
        until=until,
        answers=answers_of((await request.form()).multi_items()),
    )


FormByQuery = Annotated[BookingForm, Depends(_asked_by_query)]
FormByBody = Annotated[BookingForm, Depends(_asked_by_form)]
