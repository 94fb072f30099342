"""The machine register (장비대장): its list, and one machine's entry with its history."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, Response

from api.identity import Connections
from api.pages.frame.kinds import KINDS, kind_name
from api.pages.frame.layout import Look, Looking, go, page
from api.pages.frame.problem_page import reasons
from api.pages.frame.texts import OBSERVED
from api.pages.machines.register_columns import label_of
from api.pages.machines.register_form import (
    DAYS,
    TEXTS,
    EntryForm,
    MachineForm,
    day_of_form,
    filled,
)
from api.pages.machines.room_seats import room_of
from gadong.booking.domain.seating import MAX_SEATS
from gadong.booking.services import machine_setup, timeline
from gadong.core.domain import clock
from gadong.core.domain.access import Right
from gadong.core.domain.problem import GadongError, Invalid
from gadong.machines.domain.observation import Observed, observed_at
from gadong.machines.domain.register import (
    EMPTY,
    Registered,
    RegisterEntry,
    RegisterStep,
    due_dates,
)
from gadong.machines.domain.register_fields import (
    FIELDS,
    FieldChange,
    RegisterSearch,
    Standing,
    changes,
    search,
)
from gadong.machines.services import machines, observations, photos, register
from gadong.metering.services import machine_dues
from gadong.people.domain.centre import Centre
from gadong.texts.machines import OBSERVED as OBSERVED_BY

router = APIRouter(include_in_schema=False)

# A desk's screen shows about this many rows twice.
ROWS_A_PAGE = 50
ORDERS = ("slug", "name_ko", "kind", "place", "responsible", "acquired_on", "calibration_due_on")


@router.get("/register")
def show_list(
    request: Request,
    looking: Looking,
    pool: Connections,
    *,
    q: Annotated[str, Query(max_length=100)] = "",
    kind: Annotated[str, Query(max_length=60)] = "",
    standing: Standing = Standing.ALL,
    order: Annotated[str, Query(max_length=40)] = "slug",
    number: Annotated[int, Query(alias="page", ge=1, le=10_000)] = 1,
) -> HTMLResponse:
    """Show the register's list: searched, filtered, ordered and in pages."""
    asked = RegisterSearch(
        text=q, kind=kind, standing=standing, order=order if order in ORDERS else "slug"
    )
    return _list(request, looking, pool, asked, number=number)


@router.post("/register")
def add(
    request: Request,
    looking: Looking,
    pool: Connections,
    form: Annotated[MachineForm, Form()],
) -> Response:
    """Register a new machine or room, and go on to its entry."""
    try:
        centre = looking.need(Right.FLOOR_WORK)
        if form.observed not in set(Observed):
            raise Invalid("Choose from the list how it is observed", field="observed")
        if not form.kind.strip():
            raise Invalid("Name the kind of the machine", field="kind")
        begins = day_of_form(form.in_service_from)
        machine = machine_setup.register(
            pool,
            looking.who,
            centre=centre.id,
            slug=form.slug.strip(),
            kind=form.kind.strip(),
            name_ko=form.name_ko,
            name_en=form.name_en or form.name_ko,
            observed=Observed(form.observed),
            seats=form.seats,
        )
        if begins:
            reason = looking.words.say("Registered")
            document = {"in_service_from": begins}
            register.write(pool, looking.who, machine.id, document, reason=reason)
    except GadongError as trouble:
        why = reasons(trouble, looking.words)
        return _list(request, looking, pool, RegisterSearch(), form=form, why=why)
    said = looking.words.say("The machine is registered. Write down what is known of it.")
    return go(f"/register/{form.slug.strip()}", said=said)


def _list(
    request: Request,
    looking: Look,
    pool: Connections,
    asked: RegisterSearch,
    *,
    number: int = 1,
    form: MachineForm | None = None,
    why: list[str] | None = None,
) -> HTMLResponse:
    centre, now = looking.need(Right.FLOOR_SEE), datetime.now(UTC)
    today = clock.day_of(now, centre.zone)
    rows = register.rows(pool, looking.who, centre.id)
    by_hours = (
        {
            d.machine.slug: d
            for d in machine_dues.waiting(pool, looking.who, centre.id, now=now)
            if d.hours
        }
        if asked.standing is Standing.DUE
        else {}
    )
    matches = search(rows, asked, today=today, due_by_hours=by_hours)
    last = max(1, -(-len(matches) // ROWS_A_PAGE))
    number = min(number, last)
    query = urlencode(
        {"q": asked.text, "kind": asked.kind, "standing": asked.standing, "order": asked.order}
    )
    return page(
        request,
        looking,
        "machines/register.html",
        status=409 if why else 200,
        reasons=why or [],
        form=form
        or MachineForm(
            in_service_from=today.isoformat(), observed=_usual_way(looking, pool, centre)
        ),
        by_hours=by_hours,
        usual_kinds=[(kind, kind_name(looking.words, kind)) for kind in KINDS],
        ways=[(how.value, looking.words.say(name)) for how, name in OBSERVED.items()],
        rows=matches[(number - 1) * ROWS_A_PAGE : number * ROWS_A_PAGE],
        count=len(matches),
        asked=asked,
        kinds=sorted({row.kind for row in rows}),
        orders=[(name, label_of(looking.words, name)) for name in ORDERS],
        number=number,
        last=last,
        query=query,
        today=today,
    )


def _usual_way(looking: Look, pool: Connections, centre: Centre) -> str:
    """Return how a new machine is observed unless the form says otherwise; nothing for no guess.

    Where no device ever spoke, a machine that waits for signals would have unknown time for ever.
    A ledger would pass over the signals of a device that is bound later.
    """
    has_devices = any(s.live for s in timeline.seen(pool, looking.who, centre=centre.id))
    return Observed.SIGNAL if has_devices else ""


@router.get("/register/{slug}")
def show(request: Request, slug: str, looking: Looking, pool: Connections) -> HTMLResponse:
    """Show one machine's entry with its due dates and history."""
    return entry_page(request, slug, looking, pool)


@router.post("/register/{slug}")
def write(
    request: Request,
    slug: str,
    looking: Looking,
    pool: Connections,
    form: Annotated[EntryForm, Form()],
) -> Response:
    """Write one machine's entry."""
    try:
        centre = looking.need(Right.FLOOR_WORK)
        machine = machines.find(pool, looking.who, slug, centre=centre.id)
        register.write(pool, looking.who, machine.id, form.document(), reason=form.reason)
    except GadongError as trouble:
        why = reasons(trouble, looking.words)
        return entry_page(request, slug, looking, pool, form=form, why=why)
    return go(f"/register/{slug}", said=looking.words.say("The register is written."))


@router.post("/register/{slug}/seats")
def set_seats(
    request: Request,
    slug: str,
    looking: Looking,
    pool: Connections,
    seats: Annotated[int, Form(ge=1, le=MAX_SEATS)],
) -> Response:
    """Say how many seats a room has; a refusal lists the bookings that need more."""
    try:
        centre = looking.need(Right.FLOOR_WORK)
        machine = machines.find(pool, looking.who, slug, centre=centre.id)
        machine_setup.change_seats(pool, looking.who, machine, seats, now=datetime.now(UTC))
    except GadongError as trouble:
        why = reasons(trouble, looking.words)
        return entry_page(request, slug, looking, pool, seats=seats, why=why)
    return go(f"/register/{slug}", said=looking.words.say("The room has {n} seats now.", n=seats))


def entry_page(
    request: Request,
    slug: str,
    looking: Look,
    pool: Connections,
    *,
    form: EntryForm | None = None,
    seats: int | None = None,
    why: list[str] | None = None,
) -> HTMLResponse:
    """Return the page of one machine's entry, with the reasons of a refusal."""
    centre = looking.need(Right.FLOOR_SEE)
    now = datetime.now(UTC)
    today = clock.day_of(now, centre.zone)
    machine = machines.find(pool, looking.who, slug, centre=centre.id)
    _, entry = register.find(pool, looking.who, machine.id)
    shown = Registered(
        slug=slug,
        name_ko=machine.name_ko,
        name_en=machine.name_en,
        kind=machine.kind,
        entry=entry,
        is_retired=machine.retired_at is not None,
        observed=observed_at(observations.of_machine(pool, looking.who, machine.id)[1], now),
    )
    history = register.history(pool, looking.who, machine.id)
    return page(
        request,
        looking,
        "machines/register_entry.html",
        status=409 if why else 200,
        reasons=why or [],
        machine=machine,
        shown=shown,
        form=form or filled(shown),
        photo=photos.digests(pool, looking.who, centre.id).get(machine.id),
        facts=[
            (label_of(looking.words, name), _read(looking, shown, name, read(shown)))
            for name, read in FIELDS.items()
            if read(shown)
        ],
        dues=[] if shown.is_retired else due_dates(entry, today),
        history=[(step, _changes(looking, step, before)) for step, before in _pairs(history)],
        writers=register.writers(pool, looking.who, machine.id),
        is_entry_refused=form is not None,
        room=room_of(looking, pool, machine, seats, now=now),
        texts=TEXTS,
        days=DAYS,
        labels={name: label_of(looking.words, name) for name in FIELDS},
        by_hours=machine_dues.hours_of(pool, looking.who, machine, entry, now=now),
        today=today,
    )


def _pairs(history: Sequence[RegisterStep]) -> Iterator[tuple[RegisterStep, RegisterEntry]]:
    """Yield each step, the latest first, with the entry before it."""
    before = [*(step.entry for step in history[1:]), EMPTY]
    return zip(history, before, strict=True) if history else iter(())


def _changes(
    looking: Look, step: RegisterStep, before: RegisterEntry
) -> list[tuple[str, FieldChange]]:
    """Return what a step wrote anew, each field with its label."""
    every = looking.words.say("Calibrations")
    return [
        (every if change.field == "calibrations" else label_of(looking.words, change.field), change)
        for change in changes(before, step.entry)
    ]


def _read(looking: Look, shown: Registered, name: str, text: str) -> str:
    """Return a field's text as people read it: sums are grouped, a kind is in words."""
    if name == "observed":
        return looking.words.either(*OBSERVED_BY[shown.observed])
    if name == "kind":
        return kind_name(looking.words, text)
    is_sum = name == "price" or name.startswith("funding_")
    return looking.words.number(int(text)) if is_sum else text
