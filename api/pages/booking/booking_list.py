"""The list of bookings: to come or past, searched, filtered and in pages."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from api.identity import Connections
from api.pages.frame.layout import Look, Looking, page
from api.pages.frame.listing import ROWS, Listing, ListSearch
from gadong.booking.domain.booking import HOLDING, Booking, BookingState
from gadong.booking.domain.booking_filter import BookingFilter
from gadong.booking.services import booking_lists, timeline
from gadong.booking.services.shares import cost_shares, own_bookings
from gadong.core.database import Pool
from gadong.core.domain import clock
from gadong.core.domain.access import Right
from gadong.core.domain.ids import CentreId, MachineId
from gadong.core.domain.period import Period
from gadong.core.domain.problem import Invalid
from gadong.machines.domain.machine import Machine
from gadong.machines.services import machines
from gadong.people.services import accounts

router = APIRouter(include_in_schema=False)

# Below what is to come stand so many of the past, to book them again; the rest has a page.
LATEST_PAST = 5
#: Days of a search that names one of its ends only.
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2200, 1, 1)

#: A field of a form that was left empty.
OrNone = BeforeValidator(lambda text: text or None)


class BookingSearch(BaseModel):
    """The words and choices of the form above the list; an empty field narrows nothing."""

    model_config = ConfigDict(frozen=True, populate_by_name=True)

    when: str = Field(default="coming", pattern="^(coming|past)$")
    q: str = Field(default="", max_length=100)
    machine: str = Field(default="", max_length=63)
    state: Annotated[BookingState | None, OrNone] = None
    since: Annotated[date | None, OrNone] = Field(default=None, alias="from")
    until: Annotated[date | None, OrNone] = Field(default=None, alias="to")
    page: int = Field(default=1, ge=1, le=100_000)

    @property
    def is_past(self) -> bool:
        """Return whether the list is of what has passed."""
        return self.when == "past"

    @property
    def narrows(self) -> bool:
        """Return whether anything is searched for."""
        return any((self.q.strip(), self.machine, self.state, self.since, self.until))

    def kept(self) -> dict[str, str]:
        """Return the choices that the addresses of other pages keep."""
        given = self.model_dump(mode="json", by_alias=True, exclude={"q", "page"})
        return {name: str(value) for name, value in given.items() if value}


@router.get("/bookings")
def bookings_page(
    request: Request,
    looking: Looking,
    pool: Connections,
    asked: Annotated[BookingSearch, Query()],
) -> HTMLResponse:
    """Show one's company's bookings; a manager's are the centre's."""
    centre, now = looking.need_centre(), datetime.now(UTC)
    hall = {s.machine.id: s.machine for s in timeline.seen(pool, looking.who, centre=centre.id)}
    shown = _list(looking, pool, asked, now=now)
    past: list[Booking] = []
    if not asked.is_past and not asked.narrows:
        ended = BookingFilter(centre=centre.id, past_at=now)
        past = booking_lists.page_by_start(
            pool, looking.who, ended, after=None, most=LATEST_PAST, is_latest_first=True
        )
    companies = (
        accounts.companies(pool, looking.who, centre.id) if looking.may(Right.DESK_SEE) else []
    )
    return page(
        request,
        looking,
        "booking/bookings.html",
        asked=asked,
        shown=shown,
        past=past,
        hall=hall,
        machines=_machines(looking, pool, hall, [*shown.rows, *past]),
        names={c.id: c.name for c in companies},
        unanswered=[
            one
            for one in cost_shares.of_callers(pool, looking.who, now=now)
            if one.booking.machine_id in hall and one.waits_for(looking.who.companies)
        ],
        shared=[
            b
            for b in own_bookings.with_part(pool, looking.who, centre.id, now=now)
            if b.is_holding and b.machine_id in hall
        ],
        states=[s for s in BookingState if asked.is_past or s in HOLDING],
    )


def _list(looking: Look, pool: Pool, asked: BookingSearch, *, now: datetime) -> Listing[Booking]:
    """Return the page of the list that is asked for."""
    centre = looking.need_centre()
    only = BookingFilter(
        centre=centre.id,
        machine=_machine(looking, pool, asked.machine, centre.id),
        states=[asked.state] if asked.state else (),
        during=_days(looking, asked),
        text=asked.q.strip(),
        coming_at=None if asked.is_past else now,
        past_at=now if asked.is_past else None,
    )
    found = booking_lists.numbered_page(
        pool, looking.who, only, number=asked.page, rows=ROWS, is_latest_first=asked.is_past
    )
    return Listing(
        path="/bookings",
        asked=ListSearch(text=asked.q.strip(), page=found.number),
        rows=found.rows,
        found=found.found,
        total=found.total,
        page=found.number,
        pages=found.pages,
        orders={},
        kept=asked.kept(),
    )


def _days(looking: Look, asked: BookingSearch) -> Period | None:
    """Return the time of the days that are asked for, each from its midnight on."""
    if asked.since is None and asked.until is None:
        return None
    first, last = asked.since or FIRST_DAY, asked.until or LAST_DAY
    if not FIRST_DAY <= first <= last <= LAST_DAY:
        raise Invalid("The first day is after the last", field="to")
    zone = looking.need_centre().zone
    return Period(clock.midnight(first, zone), clock.midnight(last + timedelta(days=1), zone))


def _machine(looking: Look, pool: Pool, slug: str, centre: CentreId) -> MachineId | None:
    return machines.find(pool, looking.who, slug, centre=centre).id if slug else None


def _machines(
    looking: Look, pool: Pool, hall: dict[MachineId, Machine], shown: Collection[Booking]
) -> dict[MachineId, Machine]:
    """Return the machines of the bookings, also those that are retired."""
    retired = {b.machine_id for b in shown} - set(hall)
    return hall | {i: machines.find_by_id(pool, looking.who, i) for i in retired}
