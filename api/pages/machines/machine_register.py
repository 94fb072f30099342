"""The machine register (장비대장): its list, one machine's entry, and the centre's own table."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import BaseModel, Field

from api.identity import Connections
from api.pages.frame.layout import Look, Looking, go, page, reasons
from gadong.core.domain import clock
from gadong.core.domain.access import Right
from gadong.core.domain.problem import GadongError, Invalid
from gadong.machines.domain.register import (
    FIELDS,
    Column,
    Funding,
    Registered,
    RegisterSearch,
    Standing,
    due_dates,
    search,
)
from gadong.machines.services import machines, photos, register
from gadong.metering.services import machine_dues

router = APIRouter(include_in_schema=False)

# A desk's screen shows about this many rows twice.
ROWS_A_PAGE = 50
# The limit of the API's own register, docs/register.md.
LARGEST_SUM = 10**13
# Eleven years of a machine that never rests; the limit of the API as well.
MOST_HOURS = 100_000
ENGLISH = {
    "slug": "Identifier",
    "name_ko": "Name in Korean",
    "name_en": "Name in English",
    "kind": "Kind",
    "model": "Model",
    "maker": "Maker",
    "serial": "Serial number",
    "nfec_number": "NFEC number",
    "etube_number": "e-Tube number",
    "acquired_on": "Acquired on",
    "price": "Price (won)",
    "funding_national": "National funds (won)",
    "funding_province": "Province's funds (won)",
    "funding_city": "City's funds (won)",
    "funding_own": "Own funds (won)",
    "place": "Place",
    "responsible": "Responsible",
    "deputy": "Deputy",
    "in_service_from": "In service from",
    "in_service_until": "First day out of service",
    "disposal": "Disposal",
    "insurance": "Insurance",
    "insured_until": "Insured until",
    "capacity": "Capacity",
    "calibrated_on": "Calibrated on",
    "calibration_due_on": "Next calibration due",
    "certificate": "Certificate",
}
TEXTS = (
    ("model", "maker", "serial", "nfec_number", "etube_number", "capacity"),
    ("place", "responsible", "deputy", "insurance", "disposal"),
)
DAYS = ("acquired_on", "in_service_from", "in_service_until", "insured_until", "serviced_on")
SERVICE = {
    "serviced_on": ("최근 정기점검일", "Last service"),
    "service_hours": ("점검 주기(가동 시간)", "Service after run hours"),
    "service_days": ("점검 주기(일)", "Service after days"),
}
ORDERS = ("slug", "name_ko", "kind", "place", "responsible", "acquired_on", "calibration_due_on")

Text = Annotated[str, Field(max_length=500)]
Day = Annotated[str, Field(max_length=10)]
Won = Annotated[str, Field(max_length=20)]


class EntryForm(BaseModel):
    """The form of one machine's entry; calibrations are rows of three columns."""

    reason: Text = ""
    model: Text = ""
    maker: Text = ""
    serial: Text = ""
    nfec_number: Text = ""
    etube_number: Text = ""
    capacity: Text = ""
    place: Text = ""
    responsible: Text = ""
    deputy: Text = ""
    insurance: Text = ""
    disposal: Text = ""
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
    certificate: list[Text] = Field(default_factory=list, max_length=201)

    @property
    def calibrations(self) -> list[tuple[str, str, str]]:
        """Return the rows that hold something."""
        rows = zip(self.done_on, self.due_on, self.certificate, strict=False)
        return [row for row in rows if any(field.strip() for field in row)]

    def document(self) -> dict[str, Any]:
        """Return the entry in JSON's types; raise Invalid for a day or a sum that is none."""
        if any(not done.strip() for done, _, _ in self.calibrations):
            raise Invalid("A calibration needs the day on which it was done", field="done_on")
        shares = {f: _won(getattr(self, f"funding_{f}")) for f in Funding}
        return {
            **{name: getattr(self, name).strip() for group in TEXTS for name in group},
            **{name: _day(getattr(self, name)) for name in DAYS},
            "price": _won(self.price),
            "service_hours": _count(self.service_hours, "service_hours"),
            "service_days": _count(self.service_days, "service_days"),
            "funding": {f.value: won for f, won in shares.items() if won is not None},
            "calibrations": [
                {"done_on": _day(done), "due_on": _day(due), "certificate": text.strip()}
                for done, due, text in self.calibrations
            ],
        }


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
    centre = looking.need(Right.FLOOR_SEE)
    today = clock.day_of(datetime.now(UTC), centre.zone)
    rows = register.rows(pool, looking.who, centre.id)
    order = order if order in ORDERS else "slug"
    asked = RegisterSearch(text=q, kind=kind, standing=standing, order=order)
    matches = search(rows, asked, today=today)
    last = max(1, -(-len(matches) // ROWS_A_PAGE))
    number = min(number, last)
    query = urlencode({"q": q, "kind": kind, "standing": standing, "order": order})
    return page(
        request,
        looking,
        "machines/register.html",
        rows=matches[(number - 1) * ROWS_A_PAGE : number * ROWS_A_PAGE],
        count=len(matches),
        asked=asked,
        kinds=sorted({row.kind for row in rows}),
        orders=[(name, _label(looking, name)) for name in ORDERS],
        number=number,
        last=last,
        query=query,
        today=today,
    )


@router.get("/register/{slug}")
def show(request: Request, slug: str, looking: Looking, pool: Connections) -> HTMLResponse:
    """Show one machine's entry with its due dates and history."""
    return _entry(request, slug, looking, pool)


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
        return _entry(request, slug, looking, pool, form=form, why=why)
    return go(f"/register/{slug}", said=looking.words.say("The register is written."))


@router.get("/register-columns")
def show_columns(request: Request, looking: Looking, pool: Connections) -> HTMLResponse:
    """Show the columns of the centre's own table."""
    return _columns(request, looking, pool)


@router.post("/register-columns")
def set_columns(
    request: Request,
    looking: Looking,
    pool: Connections,
    heading: Annotated[list[str], Form(max_length=120)],
    field: Annotated[list[str], Form(max_length=120)],
) -> Response:
    """Keep the columns of the centre's own table; a row without a heading is left out."""
    rows = [(h.strip(), f) for h, f in zip(heading, field, strict=False) if h.strip()]
    try:
        centre = looking.need(Right.FLOOR_WORK)
        if any(len(h) > 200 for h, _ in rows):
            raise Invalid("A field of the register has at most 200 characters", field="heading")
        columns = [Column(heading=h, field=f or None) for h, f in rows]
        register.set_columns(pool, looking.who, centre.id, columns)
    except GadongError as trouble:
        return _columns(request, looking, pool, rows=rows, why=reasons(trouble, looking.words))
    return go("/register-columns", said=looking.words.say("The columns are kept."))


def _entry(
    request: Request,
    slug: str,
    looking: Look,
    pool: Connections,
    *,
    form: EntryForm | None = None,
    why: list[str] | None = None,
) -> HTMLResponse:
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
    )
    return page(
        request,
        looking,
        "machines/register_entry.html",
        status=409 if why else 200,
        reasons=why or [],
        machine=machine,
        shown=shown,
        form=form or _filled(shown),
        photo=photos.digests(pool, looking.who, centre.id).get(machine.id),
        facts=[
            (_label(looking, name), _read(looking, name, read(shown)))
            for name, (_, read) in FIELDS.items()
            if read(shown)
        ],
        dues=[] if shown.is_retired else due_dates(entry, today),
        history=register.history(pool, looking.who, machine.id),
        texts=TEXTS,
        days=DAYS,
        labels={name: _label(looking, name) for name in (*FIELDS, *SERVICE)},
        by_hours=machine_dues.hours_of(pool, looking.who, machine, entry, now=now),
        today=today,
    )


def _columns(
    request: Request,
    looking: Look,
    pool: Connections,
    *,
    rows: list[tuple[str, str]] | None = None,
    why: list[str] | None = None,
) -> HTMLResponse:
    centre = looking.need(Right.FLOOR_SEE)
    kept = register.columns(pool, looking.who, centre.id)
    return page(
        request,
        looking,
        "machines/register_columns.html",
        status=409 if why else 200,
        reasons=why or [],
        # Five empty rows are for further columns.
        rows=[*(rows or [(c.heading, c.field or "") for c in kept]), *[("", "")] * 5],
        fields=[(name, _label(looking, name)) for name in FIELDS],
    )


def _filled(shown: Registered) -> EntryForm:
    """Return the form of an entry as it stands."""
    names = EntryForm.model_fields.keys() & FIELDS.keys() - {"certificate"}
    rows = shown.entry.calibrations
    given = {name: getattr(shown.entry, name) for name in SERVICE}
    return EntryForm(
        **{name: FIELDS[name][1](shown) for name in names},
        **{name: "" if value is None else str(value) for name, value in given.items()},
        done_on=[c.done_on.isoformat() for c in rows],
        due_on=[c.due_on.isoformat() if c.due_on else "" for c in rows],
        certificate=[c.certificate for c in rows],
    )


def _label(looking: Look, name: str) -> str:
    return looking.words.either(*(SERVICE.get(name) or (FIELDS[name][0], ENGLISH[name])))


def _read(looking: Look, name: str, text: str) -> str:
    """Return a field's text as people read it: sums are grouped."""
    is_sum = name == "price" or name.startswith("funding_")
    return looking.words.number(int(text)) if is_sum else text


def _day(text: str) -> str | None:
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
    if not (digits.isascii() and digits.isdigit()) or int(digits) > MOST_HOURS:
        raise Invalid("Write a whole number of hours or days", field=field)
    return int(digits)


def _won(text: str) -> int | None:
    digits = text.replace(",", "").strip()
    if not digits:
        return None
    if not (digits.isascii() and digits.isdigit()) or int(digits) > LARGEST_SUM:
        raise Invalid("Write a sum in whole won", field="price")
    return int(digits)
