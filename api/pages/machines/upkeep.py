"""The maintenance log of a month: its rows, a form for work that is over, and its table."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, Response

from api.identity import Connections
from api.pages.frame.form_times import instant
from api.pages.frame.layout import Look, Looking, go, page
from api.pages.frame.listing import ListAsked, ListSearch, listing, machine_text
from api.pages.frame.problem_page import reasons
from api.v1.schemas import period_of
from gadong.booking.services import timeline
from gadong.core.domain.access import Right
from gadong.core.domain.calendar import Month
from gadong.core.domain.problem import GadongError, Invalid
from gadong.machines.domain.upkeep import KINDS, MOST_WON, UpkeepKind, Work
from gadong.machines.services import machines, upkeep
from gadong.reports.domain.upkeep import UpkeepSource
from gadong.reports.services.upkeep_log import upkeep_of_month

router = APIRouter(include_in_schema=False)
UpkeepText = Annotated[str, Form(max_length=500)]
Time = Annotated[str, Form(max_length=40)]
FIELDS = ("machine", "kind", "start", "end", "description", "action", "repairer", "cost")
#: The origins of rows, as the page words them.
SOURCES: Mapping[UpkeepSource, str] = {
    UpkeepSource.CLOSURE: "closed for maintenance",
    UpkeepSource.SIGNAL: "fault by its signals",
    UpkeepSource.PERSON: "written down",
}


@router.get("/upkeep")
def log(
    request: Request,
    looking: Looking,
    pool: Connections,
    asked: ListAsked,
    month: Annotated[str, Query(max_length=7)] = "",
) -> HTMLResponse:
    """Show a month's maintenance log, this month's unless another is asked for."""
    return _log(request, looking, pool, month=month, asked=asked)


@router.post("/upkeep")
def write(
    request: Request,
    looking: Looking,
    pool: Connections,
    *,
    machine: Annotated[str, Form(max_length=63)],
    kind: Annotated[UpkeepKind, Form()],
    start: Time,
    end: Time,
    description: UpkeepText = "",
    action: UpkeepText = "",
    repairer: UpkeepText = "",
    cost: Annotated[str, Form(max_length=20)] = "",
) -> Response:
    """Write work that is over into the log."""
    given = {
        "machine": machine,
        "kind": kind,
        "start": start,
        "end": end,
        "description": description,
        "action": action,
        "repairer": repairer,
        "cost": cost,
    }
    try:
        centre = looking.need(Right.FLOOR_WORK)
        found = machines.find(pool, looking.who, machine, centre=centre.id)
        work = Work(
            kind=kind,
            period=period_of(instant(looking, start), instant(looking, end)),
            description=description,
            action=action,
            repairer=repairer,
            cost=_won(cost),
        )
        made = upkeep.write(pool, looking.who, found.id, work, now=datetime.now(UTC))
    except GadongError as trouble:
        why = reasons(trouble, looking.words)
        return _log(request, looking, pool, month=start[:7], given=given, why=why)
    month = Month.of(made.work.period.start, centre.zone)
    return go(f"/upkeep?month={month}", said=looking.words.say("It is in the maintenance log."))


@router.post("/upkeep/{upkeep_id}/take-back")
def take_back(
    upkeep_id: UUID,
    looking: Looking,
    pool: Connections,
    reason: UpkeepText = "",
    month: Annotated[str, Form(max_length=7)] = "",
) -> Response:
    """Take a wrong entry back."""
    where = f"/upkeep?month={month}" if _is_month(month) else "/upkeep"
    looking.need(Right.FLOOR_WORK)
    upkeep.take_back(pool, looking.who, upkeep_id, reason=reason)
    return go(where, said=looking.words.say("The entry is taken back."))


def _log(
    request: Request,
    looking: Look,
    pool: Connections,
    *,
    month: str,
    asked: ListSearch | None = None,
    given: Mapping[str, str] | None = None,
    why: list[str] | None = None,
) -> HTMLResponse:
    centre = looking.need(Right.REPORT_SEE, Right.FLOOR_SEE)
    today = Month.of(datetime.now(UTC), centre.zone)
    shown = Month.parse(month) if _is_month(month) else today
    if looking.may(Right.REPORT_SEE):
        rows = upkeep_of_month(pool, looking.who, centre.id, str(shown)).upkeep
    else:
        rows = ()
    hall = {s.machine.id: s.machine for s in timeline.seen(pool, looking.who, centre=centre.id)}
    asked, kept = asked or ListSearch(), {"month": str(shown)}
    entries = upkeep.of_period(pool, looking.who, centre.id, shown.period(centre.zone))
    return page(
        request,
        looking,
        "machines/upkeep.html",
        status=409 if why else 200,
        month=shown,
        after=shown.following if str(shown) < str(today) else None,
        rows=listing(
            "/upkeep",
            rows,
            asked.of(""),
            text=lambda row: f"{row.machine} {row.slug} {row.reason} {row.action} {row.repairer}",
            orders={
                "time": ("Time", lambda row: row.period.start.isoformat()),
                "machine": ("Machine", lambda row: row.machine),
                "repairer": ("Repaired by", lambda row: row.repairer),
                "cost": ("Cost", lambda row: str(MOST_WON - (row.cost or 0))),
            },
            kept=kept,
        ),
        entries=listing(
            "/upkeep",
            entries,
            asked.of("written"),
            text=lambda x: (
                f"{machine_text(hall.get(x.machine_id))} {x.work.action} {x.work.repairer}"
            ),
            orders={
                "time": ("Time", lambda x: x.work.period.start.isoformat()),
                "machine": ("Machine", lambda x: machine_text(hall.get(x.machine_id))),
            },
            kept=kept,
        ),
        hall=hall,
        slugs={machine.slug: machine for machine in hall.values()},
        kinds=KINDS,
        sources=SOURCES,
        given=given or dict.fromkeys(FIELDS, ""),
        reasons=why or [],
    )


def _is_month(text: str) -> bool:
    try:
        Month.parse(text)
    except ValueError:
        return False
    return True


def _won(text: str) -> int | None:
    """Return whole won; None for an empty field."""
    digits = text.strip().replace(",", "")
    if not digits:
        return None
    if not (digits.isascii() and digits.isdecimal()):
        raise Invalid("A cost is whole won, from nothing on", field="cost", limit=MOST_WON)
    return int(digits)
