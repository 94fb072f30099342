"""Limits on machines' readings: their present state, the log of alarms, and new limits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import BaseModel, Field

from api.identity import Connections
from api.pages.frame.labels.signal_labels import CHANNELS
from api.pages.frame.layout import Look, Looking, go, page
from api.pages.frame.listing import ListAsked, ListSearch, listing, machine_text
from api.pages.frame.problem_page import reasons
from api.v1.paging import before_moment, next_moment
from gadong.booking.services import timeline
from gadong.core.domain.access import Right
from gadong.core.domain.name import LONGEST_MACHINE, name_of
from gadong.core.domain.period import Period
from gadong.core.domain.problem import GadongError, Invalid
from gadong.dialects.domain.signal import Channel
from gadong.machines.services import machines
from gadong.metering.domain.channel_limit import LIMITED_CHANNELS, Side
from gadong.metering.services import channel_limits
from gadong.metering.services.channel_limits import LimitRequest

router = APIRouter(include_in_schema=False)

# An inspector asks for a quarter; the table of a longer time is a file.
LOOK_BACK = timedelta(days=92)
ROWS_A_PAGE = 50
Number = Annotated[str, Field(max_length=20)]


class LimitForm(BaseModel):
    """The form of a new limit, with its times in minutes."""

    machine: Annotated[str, Field(max_length=63)]
    name: Annotated[str, Field(max_length=LONGEST_MACHINE)]
    channel: Channel
    part: Annotated[str, Field(max_length=200)] = ""
    side: Side
    bound: Number
    returns_at: Number = ""
    delay: Number = "0"
    silence: Number = "15"

    def request(self) -> LimitRequest:
        """Return the limit that is asked for; Invalid where a number is none."""
        bound = _number(self.bound, "bound")
        try:
            name = name_of(self.name, longest=LONGEST_MACHINE)
        except ValueError as trouble:
            raise Invalid("Give the limit a name", field="name") from trouble
        return LimitRequest(
            name=name,
            channel=self.channel,
            part=self.part.strip(),
            side=self.side,
            bound=bound,
            returns_at=_number(self.returns_at, "returns_at") if self.returns_at.strip() else None,
            delay=_minutes(self.delay, "delay"),
            silence=_minutes(self.silence, "silence"),
        )


@router.get("/limits")
def limits_page(
    request: Request,
    looking: Looking,
    pool: Connections,
    asked: ListAsked,
    cursor: Annotated[str, Query(max_length=200)] = "",
) -> HTMLResponse:
    """Show the limits of the centre's machines with their state, and the log of alarms."""
    return _shown(request, looking, pool, asked=asked, cursor=cursor)


@router.post("/limits")
def watch(
    request: Request, looking: Looking, pool: Connections, form: Annotated[LimitForm, Form()]
) -> Response:
    """Watch a limit from now on."""
    centre = looking.need(Right.FLOOR_WORK)
    try:
        machine = machines.find(pool, looking.who, form.machine, centre=centre.id)
        channel_limits.put(pool, looking.who, machine, form.request(), now=datetime.now(UTC))
    except GadongError as trouble:
        return _shown(request, looking, pool, form=form, why=reasons(trouble, looking.words))
    return go("/limits", said=looking.words.say("Watched from now on."))


@router.post("/limits/{limit_id}/end")
def end_watch(
    limit_id: UUID,
    looking: Looking,
    pool: Connections,
    machine: Annotated[str, Form(max_length=63)],
) -> Response:
    """Stop watching a limit."""
    centre = looking.need(Right.FLOOR_WORK)
    found = machines.find(pool, looking.who, machine, centre=centre.id)
    channel_limits.end(pool, looking.who, found, limit_id, now=datetime.now(UTC))
    return go(
        "/limits", said=looking.words.say("It is watched no more. Its alarms stay in the log.")
    )


@router.post("/limit-alarms/{alarm_id}/acknowledge")
def acknowledge(
    request: Request,
    alarm_id: UUID,
    looking: Looking,
    pool: Connections,
    words: Annotated[str, Form(max_length=500)] = "",
) -> Response:
    """Record that the viewer read an alarm, and what they did."""
    looking.need(Right.FLOOR_WORK)
    try:
        channel_limits.acknowledge(pool, looking.who, alarm_id, words=words, now=datetime.now(UTC))
    except GadongError as trouble:
        return _shown(request, looking, pool, why=reasons(trouble, looking.words))
    return go("/limits", said=looking.words.say("Acknowledged."))


def _shown(
    request: Request,
    looking: Look,
    pool: Connections,
    *,
    asked: ListSearch | None = None,
    cursor: str = "",
    form: LimitForm | None = None,
    why: list[str] | None = None,
) -> HTMLResponse:
    centre, now = looking.need(Right.FLOOR_SEE), datetime.now(UTC)
    hall = {s.machine.id: s.machine for s in timeline.seen(pool, looking.who, centre=centre.id)}
    log = channel_limits.log(
        pool,
        looking.who,
        centre.id,
        Period(now - LOOK_BACK, now),
        before=before_moment(cursor),
        most=ROWS_A_PAGE,
    )
    return page(
        request,
        looking,
        "machines/limits.html",
        status=409 if why else 200,
        reasons=why or [],
        form=form,
        hall=hall,
        limits=listing(
            "/limits",
            channel_limits.of_centre(pool, looking.who, centre.id, now=now),
            (asked or ListSearch()).of(""),
            text=lambda one: (
                f"{machine_text(hall.get(one.limit.machine_id))} {one.limit.name} {one.limit.part}"
            ),
        ),
        log=log,
        next=next_moment(log[-1].began_at, log[-1].id) if len(log) == ROWS_A_PAGE else "",
        channels={c: CHANNELS[c] for c in LIMITED_CHANNELS},
        span=Period(now - LOOK_BACK, now),
    )


def _number(text: str, field: str) -> float:
    try:
        return float(text.replace(",", ".").replace("−", "-"))
    except ValueError as trouble:
        raise Invalid("A limit is a number", field=field) from trouble


def _minutes(text: str, field: str) -> timedelta:
    number = _number(text, field)
    if not 0 <= number <= LOOK_BACK / timedelta(minutes=1):
        raise Invalid("The channel, return, delay or silence does not fit this limit", field=field)
    return timedelta(seconds=round(number * 60))
