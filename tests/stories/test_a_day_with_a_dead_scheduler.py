"""A day at the centre ends in the same rows, whether the scheduler ran all day or was dead for six
hours of it.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gadong.booking.domain.booking import Booking
from gadong.booking.services import approvals, booking_changes, bookings
from gadong.booking.services.booking_changes import Hand
from gadong.booking.services.bookings import Request
from gadong.core.database import many, transaction
from gadong.core.domain.access import SYSTEM, Caller
from gadong.core.domain.period import Period
from gadong.core.domain.problem import NotAllowed
from gadong.dialects.domain.signal import Channel
from gadong.machines.domain.machine import Machine, Source
from gadong.machines.services import ingestion
from gadong.metering.services import metering
from scheduler.timetable import tick_slots
from tests.support.metering.metering import message
from tests.support.world import World

EIGHT = datetime.now(UTC).replace(hour=8, minute=0, second=0, microsecond=0) - timedelta(days=2)
STEP = timedelta(minutes=10)
DEAD = Period(EIGHT + timedelta(hours=1), EIGHT + timedelta(hours=7))


def clock(hours: float) -> datetime:
    """So many hours into the day."""
    return EIGHT + timedelta(hours=hours)


class Day:
    """Three machines, one of them unheard, and what people and machines do hour by hour."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.company, self.rival = world.company(), world.company()
        self.member, self.other = world.member(self.company), world.member(self.rival)
        self.missed, self.used, self.silent = (
            world.machine(slug) for slug in ("missed", "used", "silent")
        )
        self.asking = world.machine(
            "asking", approval="manual", approval_timeout=timedelta(hours=2)
        )
        self.sources: dict[str, Source] = {
            m.slug: world.source(m, "gadong-json") for m in (self.missed, self.used, self.silent)
        }
        self.booked: dict[str, Booking] = {}

    def book(
        self,
        name: str,
        who: Caller,
        machine: Machine,
        start: float,
        hours: float,
        *,
        at: float = -12,
    ) -> None:
        """Ask for a machine at an hour of the day (or the evening before)."""
        wanted = Request(
            machine=machine,
            company=next(iter(who.companies)),
            period=Period(clock(start), clock(start + hours)),
        )
        self.booked[name] = bookings.request(self.world.pool, who, wanted, now=clock(at))[0]

    def state_of(self, machine: Machine, hour: float) -> str | None:
        """Return the machine's state at the hour.

        The used machine runs past its end; the silent one publishes nothing.
        """
        if machine is self.silent:
            return None
        if machine is self.used:
            return "running" if 1.5 <= hour < 4.5 else "idle"
        return "idle"

    def people_act(self, hour: float) -> None:
        """Perform the people's actions of the hour, with any programs alive."""
        pool, member = self.world.pool, self.member
        if hour == 1:
            booking_changes.check_in(
                pool, Hand(who=member, booking=self.booked["used"].id), now=clock(hour)
            )
        if hour == 3:
            # The missed place is free since a quarter past nine, scheduler or not.
            self.book("second", self.other, self.missed, 3.5, 2, at=hour)
            with pytest.raises(NotAllowed):
                booking_changes.check_in(
                    pool, Hand(who=member, booking=self.booked["missed"].id), now=clock(hour)
                )
        if hour == 4:
            with pytest.raises(NotAllowed):
                approvals.approve(
                    pool,
                    Hand(who=self.world.manager, booking=self.booked["asked"].id),
                    now=clock(hour),
                )

    def lived(self, *, dead: Period | None) -> list[dict[str, Any]]:
        """The day from eight to eight in the evening.

        The bookings' rows and histories at its end.
        """
        pool = self.world.pool
        self.book("missed", self.member, self.missed, 1, 6)
        self.book("used", self.member, self.used, 1, 2)
        self.book("displaced", self.other, self.used, 3.5, 0.5)
        self.book("unheard", self.member, self.silent, 1, 2)
        self.book("asked", self.member, self.asking, 10, 2, at=1)
        at = EIGHT
        while at <= clock(12):
            hour = (at - EIGHT) / timedelta(hours=1)
            # Each machine that speaks does so every minute.
            batch = [
                message(self.sources[m.slug], minute, Channel.ACTIVITY, state)
                for minute in (at - timedelta(minutes=n) for n in range(9, -1, -1))
                for m in (self.missed, self.used, self.silent)
                if (state := self.state_of(m, (minute - EIGHT) / timedelta(hours=1)))
            ]
            ingestion.commit(pool, self.world.centre.id, batch, [])
            is_dead = dead is not None and dead.contains(at)
            if not is_dead:
                metering.catch_up(pool)
                tick_slots(pool, at)
            self.people_act(hour)
            at += STEP
        names = {b.id: name for name, b in self.booked.items()}
        with transaction(pool, SYSTEM) as tx:
            rows = many(
                tx,
                """
                select b.id, b.state, b.checked_out_at, b.freed_from,
                    array(
                        select action from booking_events e where e.booking_id = b.id
                        order by version
                    ) as history
                from bookings b
                """,
            )
        return sorted(({**row, "id": names[row["id"]]} for row in rows), key=lambda r: str(r["id"]))


def hours(instant: datetime | None) -> float | None:
    """An instant as hours into the day."""
    return None if instant is None else (instant - EIGHT) / timedelta(hours=1)


@pytest.mark.parametrize("dead", [None, DEAD])
def test_six_dead_hours_change_nothing(world: World, dead: Period | None) -> None:
    rows = Day(world).lived(dead=dead)
    found = {
        row["id"]: (
            row["state"],
            row["history"][1:],
            hours(row["freed_from"]),
            hours(row["checked_out_at"]),
        )
        for row in rows
    }
    assert found == {
        # Nobody came by a quarter past nine: free from then on.
        "missed": ("no_show", ["miss"], 1.25, None),
        # It ran until half past twelve and nobody checked out.
        "used": ("completed", ["check_in", "begin", "close"], None, 4.5),
        # Another still ran when it should have been theirs: released, and never charged.
        "displaced": ("released", ["release"], 4.0, None),
        "second": ("no_show", ["miss"], 3.75, None),
        # Nobody can say; staff is asked, and nothing is released.
        "unheard": ("confirmed", [], None, None),
        "asked": ("expired", ["expire"], None, None),
    }
    with transaction(world.pool, SYSTEM) as tx:
        failed = many(tx, "select job, detail from job_runs where outcome <> 'done'")
    assert failed == []
