"""The floor, live: every machine, what it does and since when, whose it is now and whose next."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from time import monotonic
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse
from fastapi.sse import EventSourceResponse, ServerSentEvent
from starlette.concurrency import run_in_threadpool

from api.identity import Connections, Secret
from api.live import Floor
from api.pages.frame.layout import Look, Looking, page, render
from api.pages.frame.texts import Words
from api.pages.operations.checks import standstills
from gadong.booking.domain.booking import Taken
from gadong.booking.services import timeline
from gadong.booking.services.centre_calendar import agenda
from gadong.booking.services.staff import staff_calls
from gadong.core.database import Pool
from gadong.core.domain.access import Right
from gadong.core.domain.ids import CompanyId
from gadong.core.domain.machine_state import State
from gadong.core.domain.period import Period
from gadong.core.domain.problem import GadongError
from gadong.machines.domain.machine import Machine
from gadong.metering.domain.live_state import LiveState
from gadong.operations.domain.checks import Check
from gadong.operations.services import health
from gadong.people.services import accounts

router = APIRouter(include_in_schema=False)

# A proxy gives a silent stream up after half a minute or more.
BEAT = 15.0
# More often nobody reads a board, and a burst of news becomes one.
AT_MOST_EVERY = 0.4
# The floor says of itself when its messages are not received or not evaluated.
BESIDE_RECEPTION = frozenset({Check.MAIL, Check.SCHEDULER})


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardMachine:
    """A machine on the board: its state, its present booking and the next one."""

    machine: Machine
    live: LiveState | None
    now: tuple[str, Period] | None
    next: tuple[str, Period] | None
    is_called: bool


async def hub(request: Request) -> Floor:
    """Return the application's hub of all live floors."""
    found: Floor = request.app.state.floor
    return found


def managing(looking: Looking) -> Look:
    """Require a manager before a stream begins, since after that no answer can be another."""
    looking.need(Right.HALL_SEE, Right.FLOOR_SEE)
    return looking


def entering(looking: Looking) -> Look:
    """Require a viewer who may enter the centre."""
    looking.who.need_entry(looking.need_centre().id)
    return looking


Hub = Annotated[Floor, Depends(hub)]
Managing = Annotated[Look, Depends(managing)]
Entering = Annotated[Look, Depends(entering)]


@router.get("/floor")
def board(
    request: Request,
    looking: Looking,
    pool: Connections,
    floor: Hub,
    wall: Annotated[bool, Query()] = False,  # noqa: FBT002  # a query's own form
) -> HTMLResponse:
    """Show the floor as it is now, for managers; it is complete without JavaScript."""
    looking.need(Right.HALL_SEE, Right.FLOOR_SEE)
    now = datetime.now(UTC)
    rows = places(pool, looking, now)
    return page(
        request,
        looking,
        "booking/floor.html",
        rows=rows,
        sums=sums(rows),
        now=now,
        wall=wall,
        heard=floor.is_heard,
        reception=health.reception(pool, looking.need_centre(), now=now),
        standstills=standstills(pool, looking, only=BESIDE_RECEPTION),
    )


@router.get("/floor/events", response_class=EventSourceResponse)
async def events(
    looking: Managing, pool: Connections, floor: Hub, secret: Secret
) -> AsyncIterator[ServerSentEvent]:
    """Send the board whenever it changes, and a beat in between.

    End with the session or the right.
    """
    centre, sent = looking.need_centre(), ""
    while True:
        seen = floor.number(centre.id)
        seer = await run_in_threadpool(again, pool, secret, looking, managing)
        if seer is None:
            return
        # Everybody with the same language and rights sees the same board: it is drawn once for
        # each.
        key = (
            centre.id,
            seer.words.language,
            seer.may(Right.DESK_SEE),
            seer.may(Right.FLOOR_SEE),
        )
        # It is drawn anew with every beat: no event says that a machine is heard no more.
        number = seen + int(monotonic() // BEAT)
        text = await floor.board(key, number, partial(_board, pool, seer, floor))
        if text != sent:
            yield ServerSentEvent(raw_data=text, id=str(seen))
            sent = text
        else:
            yield ServerSentEvent(raw_data="-", event="beat")
        await asyncio.sleep(AT_MOST_EVERY)
        await floor.wait(centre.id, seen, most=BEAT)


def places(pool: Pool, looking: Look, now: datetime) -> list[BoardMachine]:
    """Return every machine with what it does and who has it."""
    centre = looking.need_centre()
    day = Period(now - timedelta(hours=1), now + timedelta(hours=24))
    rows = {
        r.machine.id: r
        for r in agenda.of_centre(pool, looking.who, centre.id, day, kind=None, now=now)
    }
    # A board on a wall is everybody's to read: it says that a machine is taken, and not by whom.
    named = looking.may(Right.DESK_SEE)
    names = (
        {c.id: c.name for c in accounts.companies(pool, looking.who, centre.id)} if named else {}
    )
    called = staff_calls.machines_waiting(pool, looking.who, centre.id)
    found: list[BoardMachine] = []
    for seen in timeline.seen(pool, looking.who, centre=centre.id):
        if seen.machine.retired_at is not None:
            continue
        taken = (
            sorted(rows[seen.machine.id].taken, key=lambda t: t.period)
            if seen.machine.id in rows
            else []
        )
        here = [t for t in taken if t.period.contains(now)]
        after = next((t for t in taken if t.period.start > now), None)
        found.append(
            BoardMachine(
                machine=seen.machine,
                live=seen.live,
                now=_those(here, seen.machine, names, looking.words),
                next=_who(after, names),
                is_called=seen.machine.id in called,
            )
        )
    return found


def sums(rows: Sequence[BoardMachine]) -> list[tuple[State, int]]:
    """Count the machines in each state; a machine without signals is unknown."""
    found = Counter(place.live.state if place.live else State.UNKNOWN for place in rows)
    return [(state, found[state]) for state in State if found[state]]


def _who(taken: Taken | None, names: Mapping[CompanyId, str]) -> tuple[str, Period] | None:
    return (names.get(taken.company_id, "–"), taken.period) if taken else None


def _those(
    here: Sequence[Taken], machine: Machine, names: Mapping[CompanyId, str], words: Words
) -> tuple[str, Period] | None:
    """Return who has the machine now; of a room with seats all who sit there, and how many."""
    if machine.seats == 1 or not here:
        return _who(next(iter(here), None), names)
    who = ", ".join(sorted({names.get(t.company_id, "–") for t in here}))
    held = sum(t.seats if t.shares else machine.seats for t in here)
    said = words.say("{n} of {total} seats", n=held, total=machine.seats)
    last = max(here, key=lambda t: t.period.end)
    return f"{who} · {said}", last.period


def _board(pool: Pool, looking: Look, floor: Floor) -> str:
    now = datetime.now(UTC)
    rows, reception = (
        places(pool, looking, now),
        health.reception(pool, looking.need_centre(), now=now),
    )
    return render(
        "booking/floor_part.html",
        looking.words,
        rows=rows,
        sums=sums(rows),
        heard=floor.is_heard,
        reception=reception,
        standstills=standstills(pool, looking, only=BESIDE_RECEPTION),
    )


def again(pool: Pool, secret: str, looking: Look, needed: Callable[[Look], Look]) -> Look | None:
    """Return who looks at a stream with what they may do now.

    None where the session or the right is gone.

    A stream asks before each message: what was so when it began says nothing of now.
    """
    try:
        who, _ = accounts.authenticate(pool, secret, origin=looking.who.origin)
        return needed(replace(looking, who=who))
    except GadongError:
        return None
