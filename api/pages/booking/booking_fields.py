"""Fields of the booking form, and the booking request that they ask for."""

from __future__ import annotations

from datetime import timedelta

from api.identity import Connections
from api.pages.booking.booking_form_values import BookingForm
from api.pages.frame.choices import chosen_company, chosen_person
from api.pages.frame.form_times import instant
from api.pages.frame.layout import Look
from api.pages.machines.machines import payer
from api.v1 import schemas
from api.v1.booking.booking_requests import booking_request
from gadong.booking.domain.rules.limits import Rules
from gadong.booking.services.bookings import Request as Wanted
from gadong.core.domain.access import Right
from gadong.core.domain.ids import CompanyId, PersonId
from gadong.core.domain.period import Period
from gadong.core.domain.problem import Invalid
from gadong.core.domain.usage_mode import UsageMode
from gadong.machines.domain.machine import Machine

#: Approval in some hours, as the form says it.
APPROVALS = {
    "qualified": "or a manager's approval",
    "manual": "a manager's approval",
}


def hours_in_words(looking: Look, rules: Rules) -> str:
    """Return the hours with special terms, each with its terms; empty if there are none."""
    say = looking.words.say
    parts: list[str] = []
    for rule in rules.hour_rules:
        hours = rule.hours
        days = ",".join(looking.words.weekday(day) for day in hours.weekdays)
        named = f"{days} " if len(hours.weekdays) < 7 else ""
        asked = [say("training {code}", code=code) for code in rule.trainings]
        asked += [say(APPROVALS[rule.approval])] if rule.approval in APPROVALS else []
        parts.append(f"{named}{hours.since:%H:%M}–{hours.until:%H:%M}: {', '.join(asked)}")
    return " · ".join(parts)


def company_field(looking: Look, pool: Connections, asked: BookingForm) -> CompanyId | None:
    """Return the chosen company, or the only one to choose from."""
    return chosen_company(asked.company) or payer(looking, pool)


def person_field(asked: BookingForm) -> PersonId | None:
    return chosen_person(asked.person)


def mode_field(asked: BookingForm) -> UsageMode | None:
    try:
        return UsageMode(asked.usage_mode) if asked.usage_mode else None
    except ValueError as trouble:
        raise Invalid("Choose from the list how it is used", field="usage_mode") from trouble


def period_of(looking: Look, start: str, minutes: int) -> Period:
    """Return a start and a length as a form holds them."""
    begins = instant(looking, start)
    return schemas.period_of(begins, begins + timedelta(minutes=minutes))


def wanted_request(
    looking: Look, pool: Connections, machine: Machine, asked: BookingForm, *, key: str | None
) -> Wanted:
    """Return the request; raise Invalid for a value that is not in its list."""
    company = company_field(looking, pool, asked)
    if company is None:
        raise Invalid("Name the company you book for", field="company")
    return booking_request(
        pool,
        looking.who,
        machine,
        also=asked.also,
        company=company,
        period=period_of(looking, asked.start, asked.minutes),
        purpose=asked.purpose,
        override=asked.override if looking.may(Right.DESK_WORK) else "",
        usage_mode=mode_field(asked),
        person=person_field(asked),
        contact=asked.person_name.strip() if looking.may(Right.DESK_WORK) else "",
        contact_phone=asked.person_phone.strip() if looking.may(Right.DESK_WORK) else "",
        pledge=asked.pledge,
        equipment=asked.equipment,
        seats=asked.seats,
        answers={key: answer for key, answer in asked.answers.items() if answer},
        key=key,
    )
