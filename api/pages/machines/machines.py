"""Finding a machine, and one machine with its week."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Annotated

from fastapi import APIRouter, File, Form, Query, Request, UploadFile
from fastapi.responses import HTMLResponse, Response
from markupsafe import Markup

from api.identity import Connections
from api.pages.booking import day_strip
from api.pages.frame.form_times import instant
from api.pages.frame.layout import Look, Looking, go, page
from api.pages.frame.listing import ListAsked, listing, machine_text
from api.pages.frame.problem_page import reasons
from api.pages.frame.texts import Words
from api.pages.machines.free_bar import free_bar
from api.v1.schemas import period_of
from gadong.billing.domain.tariff import RateItem
from gadong.billing.services.prices import tariffs
from gadong.booking.domain.booking import BookingState
from gadong.booking.domain.booking_filter import BookingFilter
from gadong.booking.services import booking_lists, timeline
from gadong.booking.services.centre_calendar import agenda, closures
from gadong.booking.services.centre_calendar.closures import Closing
from gadong.booking.services.timeline import MachineView
from gadong.booking.services.waiting import earliest_slots
from gadong.core.domain.access import Right
from gadong.core.domain.ids import CompanyId, MachineId
from gadong.core.domain.period import Period
from gadong.core.domain.problem import GadongError, NotFound
from gadong.machines.domain.capability import Abilities
from gadong.machines.domain.machine import Machine
from gadong.machines.domain.shared_device import channels_of
from gadong.machines.services import favourites, machines, photos
from gadong.metering.domain.live_state import LiveState
from gadong.operations.services import health
from gadong.people.services import accounts
from gadong.training.services import lapsing_trainings

router = APIRouter(include_in_schema=False)

DAYS = 7
# A person's machines of this season and the next; more than four would be a second catalogue.
RECENT, MOST_RECENT, MOST_LOOKED_AT = timedelta(days=90), 4, 50
NOW_STATES = frozenset({BookingState.CONFIRMED, BookingState.CHECKED_IN, BookingState.IN_USE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A machine that fits: what it does now, its earliest free time, its price, and its day."""

    machine: Machine
    live: LiveState | None
    first: Period | None
    price: tuple[Decimal, str] | None
    materials: tuple[str, ...]
    today: Markup | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recent:
    """A machine that the viewer booked lately, and for how many minutes the last time."""

    machine: Machine
    minutes: int


@router.get("/machines")
def find(
    request: Request,
    looking: Looking,
    pool: Connections,
    asked: ListAsked,
    *,
    kind: Annotated[str, Query(max_length=60)] = "",
    material: Annotated[str, Query(max_length=60)] = "",
    minutes: Annotated[int, Query(ge=10, le=44_640)] = 120,
) -> HTMLResponse:
    """Machines that fit, each with its earliest free time for one's own company."""
    centre, now = looking.need_centre(), datetime.now(UTC)
    seen = timeline.seen(pool, looking.who, centre=centre.id)
    company, trouble = payer(looking, pool), []
    first: dict[str, Period] = {}
    try:
        needs = Abilities(materials=(material.strip(),)) if material.strip() else Abilities()
        fit = machines.fit_for(pool, looking.who, kind=kind or None, needs=needs, centre=centre.id)
        if company:
            found = earliest_slots.earliest(
                pool,
                looking.who,
                company=company,
                wanted=fit,
                length=timedelta(minutes=minutes),
                not_before=now,
                now=now,
            )
            first = {c.machine: c.period for c in found}
    except NotFound:
        fit = []
    except GadongError as refused:
        fit, trouble = [], reasons(refused, looking.words)
    fitting = {m.id for m in fit}
    able = machines.abilities_of_centre(pool, looking.who, centre.id)
    views = [s for s in seen if s.machine.id in fitting and s.machine.retired_at is None]
    marked = favourites.of_caller(pool, looking.who, centre.id)
    # Favourites come first. Then the earliest time decides the order, and so the page: it alone is
    # read of every machine.
    views.sort(
        key=lambda s: (
            s.machine.id not in marked,
            s.machine.slug not in first,
            _start(first, s.machine, now),
        )
    )
    rows = listing(
        "/machines",
        views,
        asked.of(""),
        text=lambda s: machine_text(s.machine),
        kept={"kind": kind, "material": material, "minutes": str(minutes)},
    )
    return page(
        request,
        looking,
        "machines/machines.html",
        rows=rows,
        cards=_cards(looking, pool, rows.rows, first, able, now),
        favourites=marked,
        recent=_recent(
            looking, pool, [s.machine for s in seen if s.machine.retired_at is None], now
        ),
        reception=health.reception(pool, centre, now=now),
        photos=photos.digests(pool, looking.who, centre.id),
        kinds=sorted({s.machine.kind for s in seen}),
        materials=sorted({x for m in able.values() for x in m.materials}, key=str.casefold),
        asked={"kind": kind, "material": material, "minutes": minutes},
        reasons=trouble,
    )


def _start(first: Mapping[str, Period], machine: Machine, now: datetime) -> datetime:
    return first[machine.slug].start if machine.slug in first else now


def _cards(
    looking: Look,
    pool: Connections,
    shown: Sequence[MachineView],
    first: Mapping[str, Period],
    able: Mapping[MachineId, Abilities],
    now: datetime,
) -> list[Found]:
    """Return the cards of a page's machines, with their prices and their days."""
    centre = looking.need_centre()
    today = now.astimezone(centre.zone).date()
    day = day_strip.day_of(today, centre.zone)
    ids = {s.machine.id for s in shown}
    days = {
        r.machine.id: free_bar(r, day, looking.words, now=now)
        for r in agenda.of_centre(pool, looking.who, centre.id, day, kind=None, only=ids, now=now)
    }
    version = tariffs.in_force(pool, looking.who, centre.id, today)
    item_of = version.tariff.item_for if version else lambda *_: None
    return [
        Found(
            machine=s.machine,
            live=s.live,
            first=first.get(s.machine.slug),
            price=_price(item_of(s.machine.slug, s.machine.kind), looking.words),
            materials=able[s.machine.id].materials if s.machine.id in able else (),
            today=days.get(s.machine.id),
        )
        for s in shown
    ]


def _recent(looking: Look, pool: Connections, hall: list[Machine], now: datetime) -> list[Recent]:
    """Return the machines that the viewer booked lately, the latest first, with the length."""
    known = {m.id: m for m in hall}
    only = BookingFilter(
        centre=looking.need_centre().id,
        person=looking.who.person_id,
        during=Period(now - RECENT, now + RECENT),
    )
    latest: dict[str, Recent] = {}
    for booking in booking_lists.page(pool, looking.who, only, most=MOST_LOOKED_AT):
        machine = known.get(booking.machine_id)
        if machine is not None and machine.slug not in latest:
            minutes = int(booking.period.seconds) // 60
            latest[machine.slug] = Recent(machine=machine, minutes=minutes)
    return list(latest.values())[:MOST_RECENT]


def _price(item: RateItem | None, words: Words) -> tuple[Decimal, str] | None:
    """Return the price of an hour, or of the first unit of the day, and the name of that."""
    if unit := next(iter(item.day_units if item else ()), None):
        return unit.price, words.either(unit.name_ko, unit.name_en)
    return (item.rate_per_hour, words.say("hour")) if item else None


@router.get("/machines/{slug}")
def one(request: Request, slug: str, looking: Looking, pool: Connections) -> HTMLResponse:
    """Show a machine: what it does, its week, and what it can do."""
    return _one(request, slug, looking, pool)


@router.post("/machines/{slug}/close")
def close(
    request: Request,
    slug: str,
    looking: Looking,
    pool: Connections,
    start: Annotated[str, Form(max_length=40)],
    end: Annotated[str, Form(max_length=40)],
    kind: Annotated[str, Form(max_length=20)],
    reason: Annotated[str, Form(max_length=500)],
) -> Response:
    """Close it for a time, or say that it is under maintenance.

    Bookings there stay, and are the desk's to settle.
    """
    centre = looking.need_centre()
    try:
        closures.close(
            pool,
            looking.who,
            Closing(
                centre=centre.id,
                machine=machines.find(pool, looking.who, slug, centre=centre.id),
                period=period_of(instant(looking, start), instant(looking, end)),
                kind=kind,
                reason=reason,
            ),
            now=datetime.now(UTC),
        )
    except GadongError as trouble:
        return _one(request, slug, looking, pool, why=reasons(trouble, looking.words))
    return go(f"/machines/{slug}", said=looking.words.say("Closed for that time."))


@router.get("/machines/{slug}/photo")
def photo(slug: str, looking: Looking, pool: Connections) -> Response:
    """Return the machine's picture."""
    machine = machines.find(pool, looking.who, slug, centre=looking.need_centre().id)
    return Response(photos.picture(pool, looking.who, machine), media_type="image/jpeg")


@router.post("/machines/{slug}/photo")
def set_photo(
    request: Request,
    slug: str,
    looking: Looking,
    pool: Connections,
    photo: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """Replace the machine's photo, or remove it without a new one."""
    machine = machines.find(pool, looking.who, slug, centre=looking.need_centre().id)
    try:
        if photo is None or not photo.filename:
            photos.remove(pool, looking.who, machine)
        else:
            photos.keep(pool, looking.who, machine, photo.file.read())
    except GadongError as trouble:
        return _one(request, slug, looking, pool, why=reasons(trouble, looking.words))
    return go(f"/machines/{slug}", said=looking.words.say("Kept."))


def _one(
    request: Request, slug: str, looking: Look, pool: Connections, *, why: list[str] | None = None
) -> HTMLResponse:
    centre, now = looking.need_centre(), datetime.now(UTC)
    machine = machines.find(pool, looking.who, slug, centre=centre.id)
    live = next(
        s.live
        for s in timeline.seen(pool, looking.who, centre=centre.id)
        if s.machine.id == machine.id
    )
    today = now.astimezone(centre.zone).date()
    days = [today + timedelta(days=n) for n in range(DAYS)]
    whole = day_strip.day_of(today, centre.zone).hull(day_strip.day_of(days[-1], centre.zone))
    row = next(
        r
        for r in agenda.of_centre(pool, looking.who, centre.id, whole, kind=machine.kind, now=now)
        if r.machine.id == machine.id
    )
    around = Period(now, now + timedelta(minutes=1))
    held = booking_lists.page(
        pool,
        looking.who,
        BookingFilter(centre=centre.id, machine=machine.id, during=around),
        most=10 * machine.seats,
    )
    own = next(
        (
            b
            for b in sorted(held, key=lambda b: b.person_id != looking.who.person_id)
            if b.company_id in looking.who.companies and b.state in NOW_STATES
        ),
        None,
    )
    noise = machines.noise(pool, looking.who, machine) if looking.may(Right.FLOOR_SEE) else {}
    return page(
        request,
        looking,
        "machines/machine.html",
        status=409 if why else 200,
        reasons=why or [],
        machine=machine,
        is_favourite=machine.id in favourites.of_caller(pool, looking.who, centre.id),
        live=live,
        reception=health.reception(pool, centre, now=now),
        own=own,
        photo=photos.digests(pool, looking.who, centre.id).get(machine.id),
        devices=[
            (source, sorted(channels_of(source)), sum(noise.get(source.id, {}).values()))
            for source in (
                machines.sources(pool, looking.who, machine) if looking.may(Right.FLOOR_SEE) else []
            )
        ],
        wanted=lapsing_trainings.required_training(pool, looking.who, machine, now=now),
        abilities=machines.abilities(pool, looking.who, machine),
        days=[
            (
                d,
                day_strip.drawn(row, d, looking.who, looking.words, now=now),
                day_strip.told(row, d, looking.who, looking.words),
            )
            for d in days
        ],
    )


def payer(looking: Look, pool: Connections) -> CompanyId | None:
    """Return the company for prices and rules: one's own, or a manager's first."""
    if looking.companies:
        return CompanyId(looking.companies[0][0])
    if looking.may(Right.DESK_WORK):
        served = accounts.companies(pool, looking.who, looking.need_centre().id)
        return served[0].id if served else None
    return None
