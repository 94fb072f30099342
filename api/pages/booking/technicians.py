"""Technicians: skills and shifts, absences, and the agenda of what they assist."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response

from api.identity import Connections
from api.pages.frame.choices import chosen_person
from api.pages.frame.form_times import instant
from api.pages.frame.layout import Look, Looking, go, page
from api.pages.frame.listing import ListAsked, ListSearch, listing, machine_text
from api.pages.frame.problem_page import reasons
from api.pages.people.week_grid import hours_of_lines
from api.v1.schemas import period_of
from gadong.booking.services import timeline
from gadong.booking.services.booking_steps import Hand
from gadong.booking.services.staff import technicians
from gadong.core.domain.access import Right
from gadong.core.domain.calendar import OpeningHours
from gadong.core.domain.ids import BookingId, CentreId, PersonId
from gadong.core.domain.period import Period
from gadong.core.domain.problem import GadongError, NotFound
from gadong.people.services import accounts, members

router = APIRouter(include_in_schema=False)

# The agenda of two weeks, and absences of a quarter.
AGENDA = timedelta(days=14)
AHEAD = timedelta(days=93)

Time = Annotated[str, Form(max_length=25)]


@router.get("/technicians")
def every(request: Request, looking: Looking, pool: Connections, asked: ListAsked) -> HTMLResponse:
    """Show who assists at what and when, and what they are held for."""
    return _shown(request, looking, pool, asked=asked)


@router.post("/technicians")
def put(
    request: Request,
    looking: Looking,
    pool: Connections,
    person: Annotated[UUID, Form()],
    kinds: Annotated[str, Form(max_length=1000)] = "",
    shifts: Annotated[str, Form(max_length=5000)] = "",
) -> Response:
    """Register somebody of the staff, or change their skills and shifts."""

    def work(centre: CentreId) -> str:
        technicians.put(
            pool,
            looking.who,
            centre,
            PersonId(person),
            kinds=frozenset(kind.strip() for kind in kinds.split(",") if kind.strip()),
            shifts=hours_of_lines(shifts),
        )
        return looking.words.say("Kept.")

    return _done(request, looking, pool, Right.STAFF_WORK, work)


@router.post("/technicians/{technician_id}/remove")
def remove(request: Request, technician_id: UUID, looking: Looking, pool: Connections) -> Response:
    """Remove a technician whom no booking holds."""

    def work(centre: CentreId) -> str:
        technicians.remove(
            pool, looking.who, centre, PersonId(technician_id), now=datetime.now(UTC)
        )
        return looking.words.say("Removed.")

    _need_technician(looking, pool, Right.STAFF_WORK, technician_id)
    return _done(request, looking, pool, Right.STAFF_WORK, work)


@router.post("/technicians/{technician_id}/absences")
def be_away(
    request: Request,
    technician_id: UUID,
    looking: Looking,
    pool: Connections,
    start: Time,
    end: Time,
) -> Response:
    """Enter an absence."""

    def work(centre: CentreId) -> str:
        period = period_of(instant(looking, start), instant(looking, end))
        now = datetime.now(UTC)
        away = technicians.be_away(
            pool, looking.who, centre, PersonId(technician_id), period, now=now
        )
        return looking.words.say(
            "Entered. {n} bookings went to others, {left} have nobody.",
            n=len(away.reassigned),
            left=len(away.unassigned),
        )

    _need_technician(looking, pool, Right.DESK_WORK, technician_id)
    return _done(request, looking, pool, Right.DESK_WORK, work)


@router.post("/absences/{absence_id}/remove")
def come_back(request: Request, absence_id: UUID, looking: Looking, pool: Connections) -> Response:
    """Remove an absence."""

    def work(_: CentreId) -> str:
        technicians.come_back(pool, looking.who, absence_id)
        return looking.words.say("Removed.")

    return _done(request, looking, pool, Right.DESK_WORK, work)


@router.post("/bookings/{booking_id}/technician")
def assign(
    request: Request,
    booking_id: UUID,
    looking: Looking,
    pool: Connections,
    technician: Annotated[str, Form(max_length=36)] = "",
) -> Response:
    """Give an assisted booking to another technician, or to the least loaded one."""

    def work(_: CentreId) -> str:
        hand = Hand(who=looking.who, booking=BookingId(booking_id))
        person = chosen_person(technician, field="technician")
        technicians.reassign(pool, hand, person, now=datetime.now(UTC))
        return looking.words.say("Kept.")

    return _done(request, looking, pool, Right.DESK_WORK, work)


def _need_technician(looking: Look, pool: Connections, right: Right, person: UUID) -> None:
    """Raise NotFound unless the person is a technician of the centre that is looked at."""
    centre = looking.need(right).id
    if person not in {one.person_id for one in technicians.listed(pool, looking.who, centre)}:
        raise NotFound("The person is no technician of the centre")


def _done(
    request: Request,
    looking: Look,
    pool: Connections,
    right: Right,
    work: Callable[[CentreId], str],
) -> Response:
    try:
        said = work(looking.need(right).id)
    except GadongError as trouble:
        return _shown(request, looking, pool, why=reasons(trouble, looking.words))
    return go("/technicians", said=said)


def _shown(
    request: Request,
    looking: Look,
    pool: Connections,
    *,
    asked: ListSearch | None = None,
    why: list[str] | None = None,
) -> HTMLResponse:
    asked = asked or ListSearch()
    centre, now = looking.need(Right.DESK_SEE), datetime.now(UTC)
    found = technicians.listed(pool, looking.who, centre.id)
    staff = members.staff(pool, looking.who, centre.id) if looking.may(Right.STAFF_WORK) else []
    hall = {s.machine.id: s.machine for s in timeline.seen(pool, looking.who, centre=centre.id)}
    names = {one.person_id: one.name for one in found}
    companies = {c.id: c.name for c in accounts.companies(pool, looking.who, centre.id)}

    def assisting(person: PersonId | None) -> str:
        return names.get(person, "") if person else ""

    return page(
        request,
        looking,
        "booking/technicians.html",
        status=409 if why else 200,
        reasons=why or [],
        technicians=[(one, _lines(looking, one.shifts)) for one in found],
        listed=listing(
            "/technicians",
            [(one, _lines(looking, one.shifts)) for one in found],
            asked.of("technicians"),
            text=lambda row: f"{row[0].name} {' '.join(sorted(row[0].kinds))}",
        ),
        names=names,
        staff=[member.person for member in staff],
        kinds=sorted({machine.kind for machine in hall.values()}),
        absences=technicians.absences(pool, looking.who, centre.id, Period(now, now + AHEAD)),
        agenda=listing(
            "/technicians",
            technicians.agenda(pool, looking.who, centre.id, Period(now, now + AGENDA)),
            asked.of(""),
            text=lambda e: (
                f"{machine_text(hall.get(e.machine_id))} "
                f"{companies.get(e.company_id, '')} {assisting(e.technician_id)}"
            ),
        ),
        hall=hall,
        companies=companies,
    )


def _lines(looking: Look, hours: Sequence[OpeningHours]) -> list[str]:
    """Write a week as the form reads it, the days of equal hours together."""
    days: dict[str, list[str]] = {}
    for entry in hours:
        span = f"{entry.opens:%H:%M}-{entry.closes:%H:%M}"
        days.setdefault(span, []).append(looking.words.weekday(entry.weekday))
    return [f"{','.join(names)} {span}" for span, names in days.items()]
