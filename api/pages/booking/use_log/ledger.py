"""The ledger of use: a day's entries, a table that is pasted, and how machines are observed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, Response

from api.identity import Connections
from api.pages.booking.use_log.ledger_entries import ORIGINS, Box, LedgerText
from api.pages.frame.choices import chosen_booking, chosen_company
from api.pages.frame.form_times import day_in, instant
from api.pages.frame.layout import Look, Looking, go, page
from api.pages.frame.listing import ListAsked, Listing, ListSearch, listing, machine_text
from api.pages.frame.problem_page import reasons
from api.pages.frame.texts import OBSERVED
from api.v1.schemas import period_of
from gadong.booking.services.centre_calendar import agenda
from gadong.booking.services.use_log import entries, tables
from gadong.booking.services.use_log.entries import Listed, Written
from gadong.booking.services.use_log.tables import ReadLine, Table
from gadong.core.domain import clock
from gadong.core.domain.access import Right
from gadong.core.domain.ids import CompanyId, MachineId
from gadong.core.domain.period import Period
from gadong.core.domain.problem import GadongError, Invalid, Problem, Refused
from gadong.machines.domain.machine import Machine
from gadong.machines.domain.observation import Observed, observed_at
from gadong.machines.services import machines, observations
from gadong.metering.domain.use_table import UnreadableRow, samples_in
from gadong.people.services import accounts

router = APIRouter(include_in_schema=False)

MOST = 500

Time = Annotated[str, Form(max_length=40)]


@router.get("/ledger")
def ledger(
    request: Request,
    looking: Looking,
    pool: Connections,
    asked: ListAsked,
    day: Annotated[str, Query(max_length=10)] = "",
    booking: Annotated[str, Query(max_length=36)] = "",
) -> HTMLResponse:
    """A day's ledger, today's unless another is asked for; its form may be filled by a booking."""
    return _ledger(request, looking, pool, day=day, asked=asked, given={"booking": booking})


@router.post("/ledger")
def log_use(
    request: Request,
    looking: Looking,
    pool: Connections,
    *,
    machine: Annotated[str, Form(max_length=63)],
    start: Time,
    end: Time,
    reason: LedgerText = "",
    company: Annotated[str, Form(max_length=36)] = "",
    person: Annotated[str, Form(max_length=254)] = "",
    booking: Annotated[str, Form(max_length=36)] = "",
    samples: Annotated[str, Form(max_length=20)] = "",
    is_correction: Box = False,
) -> Response:
    """Write a use down."""
    given = {
        "machine": machine,
        "start": start,
        "end": end,
        "reason": reason,
        "company": company,
        "person": person,
        "booking": booking,
        "samples": samples,
    }
    try:
        centre = looking.need(Right.DESK_WORK)
        written = Written(
            machine=machines.find(pool, looking.who, machine, centre=centre.id),
            period=period_of(instant(looking, start), instant(looking, end)),
            company=chosen_company(company),
            person_name=person,
            booking=chosen_booking(booking),
            samples=_samples(samples),
            reason=reason,
            is_correction=is_correction,
        )
        made = entries.log(pool, looking.who, written, now=datetime.now(UTC))
    except GadongError as trouble:
        return _ledger(
            request, looking, pool, day=start[:10], given=given, why=reasons(trouble, looking.words)
        )
    on = clock.day_of(made.period.start, centre.zone)
    return go(f"/ledger?day={on}", said=looking.words.say("The use is in the ledger."))


@router.post("/ledger/table")
def paste(
    request: Request,
    looking: Looking,
    pool: Connections,
    *,
    text: Annotated[str, Form(max_length=400_000)] = "",
    do: Annotated[str, Form(pattern="^(preview|keep|keep_good)$")] = "preview",
    is_correction: Box = False,
) -> Response:
    """Show a pasted table line by line; then keep it, or its good lines."""
    centre = looking.need(Right.DESK_WORK)
    now = datetime.now(UTC)
    table = Table(text=text, is_correction=is_correction, keeps_good=do == "keep_good")
    try:
        if do == "preview":
            read = tables.preview(pool, looking.who, centre.id, table, now=now)
            return _ledger(request, looking, pool, table=table, read=read)
        kept = tables.keep(pool, looking.who, centre.id, table, now=now)
    except GadongError as trouble:
        return _ledger(request, looking, pool, table=table, why=reasons(trouble, looking.words))
    bad = [line.text for line in kept if line.problems]
    said = looking.words.say("{n} uses are in the ledger.", n=len(kept) - len(bad))
    if not bad:
        return go("/ledger", said=said)
    # The lines that could not be entered stay on the page, to be mended and pasted again.
    rest = Table(
        text="\n".join([text.lstrip("\n").splitlines()[0], *bad]), is_correction=is_correction
    )
    return _ledger(
        request,
        looking,
        pool,
        table=rest,
        read=tables.preview(pool, looking.who, centre.id, rest, now=now),
        said=said,
    )


@router.post("/ledger/observed")
def observe(
    request: Request,
    looking: Looking,
    pool: Connections,
    machine: Annotated[str, Form(max_length=63)],
    observed: Annotated[Observed, Form()],
    since: Annotated[str, Form(max_length=10)],
) -> Response:
    """Say how a machine is observed from a day on."""
    try:
        centre = looking.need(Right.FLOOR_WORK)
        found = machines.find(pool, looking.who, machine, centre=centre.id)
        at = clock.midnight(day_in(since), centre.zone)
        observations.declare(pool, looking.who, found.id, observed, since=at)
    except GadongError as trouble:
        return _ledger(request, looking, pool, why=reasons(trouble, looking.words))
    return go("/ledger", said=looking.words.say("It is observed so from that day on."))


def _ledger(
    request: Request,
    looking: Look,
    pool: Connections,
    *,
    day: str = "",
    asked: ListSearch | None = None,
    given: dict[str, str] | None = None,
    table: Table | None = None,
    read: list[ReadLine] | None = None,
    why: list[str] | None = None,
    said: str = "",
) -> HTMLResponse:
    centre, now = looking.need(Right.DESK_SEE), datetime.now(UTC)
    today = clock.day_of(now, centre.zone)
    try:
        shown = day_in(day) if day else today
    except Invalid as trouble:
        why, shown = reasons(trouble, looking.words), today
    start = clock.midnight(shown, centre.zone)
    period = Period(start, clock.midnight(shown + timedelta(days=1), centre.zone))
    known = observations.of_centre(pool, looking.who, centre.id)
    rows = agenda.of_centre(pool, looking.who, centre.id, period, kind=None, now=now)
    hall = {row.machine.id: row.machine for row in rows}
    observed = {m: observed_at(known[m], period.start) for m in hall}
    booked = [
        b for row in rows if observed[row.machine.id] is not Observed.SIGNAL for b in row.taken
    ]
    booked.sort(key=lambda b: b.period)
    names = {c.id: c.name for c in accounts.companies(pool, looking.who, centre.id)}
    asked = asked or ListSearch()
    listed = _entries(looking, pool, shown, period, names, hall, asked)
    field = looking.words.field
    blank = {
        **dict.fromkeys(("machine", "company", "person", "booking", "samples", "reason"), ""),
        "start": field(start)[:11] + "09:00",
        "end": field(start)[:11] + "10:00",
    }
    chosen = next((b for b in booked if str(b.id) == (given or {}).get("booking")), None)
    if chosen and chosen.period.start < now:
        blank |= {
            "machine": hall[chosen.machine_id].slug,
            "company": str(chosen.company_id),
            "start": field(chosen.period.start),
            "end": field(min(chosen.period.end, now)),
            "reason": chosen.purpose,
        }
    return page(
        request,
        looking,
        "booking/use_log/ledger.html",
        status=409 if why else 200,
        reasons=why or [],
        said=said,
        day=shown,
        before=shown - timedelta(days=1),
        after=shown + timedelta(days=1) if shown < today else None,
        entries=listed,
        machines=listing(
            "/ledger",
            list(hall.values()),
            asked.of("machines"),
            text=machine_text,
            orders={"name": ("Name", lambda m: looking.words.either(m.name_ko, m.name_en))},
            kept={"day": str(shown)},
        ),
        people=entries.names_of(pool, looking.who, [entry for entry, _ in listed.rows]),
        samples=entries.samples_of(pool, looking.who, [entry for entry, _ in listed.rows]),
        bookings=booked,
        chosen=chosen,
        now=now,
        hall=hall,
        observed=observed,
        ways=[(how, looking.words.say(name)) for how, name in OBSERVED.items()],
        origins={key: looking.words.say(name) for key, name in ORIGINS.items()},
        names=names,
        given=blank | (given or {}) | {"booking": str(chosen.id) if chosen else ""},
        table=table or Table(text=""),
        read=read,
        good=sum(not line.problems for line in read or ()),
    )


def _entries(
    looking: Look,
    pool: Connections,
    day: date,
    period: Period,
    names: Mapping[CompanyId, str],
    hall: Mapping[MachineId, Machine],
    asked: ListSearch,
) -> Listing[Listed]:
    """Return a page of a day's entries, searched by machine, company and reason."""
    centre, found = looking.need_centre(), list[Listed]()
    before: UUID | None = None
    while part := entries.of_centre(pool, looking.who, centre.id, period, before=before, most=MOST):
        found += part
        before = part[-1][0].id

    def machine(listed: Listed) -> str:
        return machine_text(hall.get(MachineId(listed[0].machine_id)))

    def company(listed: Listed) -> str:
        return names.get(listed[0].company_id, "") if listed[0].company_id else ""

    return listing(
        "/ledger",
        found,
        asked.of(""),
        text=lambda listed: f"{machine(listed)} {company(listed)} {listed[0].reason}",
        orders={
            "time": ("Time", lambda listed: listed[0].period.start.isoformat()),
            "machine": ("Machine", machine),
            "company": ("Company", company),
        },
        kept={"day": str(day)},
    )


def _samples(text: str) -> int | None:
    try:
        return samples_in({"samples": text})
    except UnreadableRow as trouble:
        raise Refused([Problem(code=trouble.code, actual=trouble.cell)]) from trouble
