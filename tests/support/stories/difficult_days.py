"""A hall of machines on a difficult day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from gadong.billing.domain.kept_statement import Statement
from gadong.billing.services import statement_drafts
from gadong.billing.services.statement_document import Document, document
from gadong.booking.domain.booking import Booking
from gadong.booking.services import attendance
from gadong.booking.store import check_ins
from gadong.core.database import recorded_at, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.calendar import Month
from gadong.core.domain.ids import CompanyId
from gadong.dialects.domain.signal import Channel
from gadong.machines.domain.machine import Machine, Source
from gadong.machines.services import ingestion
from tests.support.metering.metering import message
from tests.support.world import World

HOUR = timedelta(hours=1)


class Hall:
    """A centre with one machine and two companies, and the start of last month."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.machine: Machine = world.machine("mill-1")
        self.first, self.second = world.company(), world.company()
        self.month = Month.of(datetime.now(UTC), world.centre.zone).previous
        self.edge = self.month.period(world.centre.zone).start
        self.day = self.edge + timedelta(days=9)
        self._source: Source | None = None

    def at(self, text: str, day: datetime | None = None) -> datetime:
        """Return a time of the day that most tests are about."""
        hours, minutes = text.split(":")
        return (day or self.day) + timedelta(hours=int(hours), minutes=int(minutes))

    def booked(self, start: datetime, end: datetime, company: int = 0) -> Booking:
        """Book as a manager does, also for what has passed."""
        hours = (end - start) / HOUR
        return self.world.booked(self.machine, self.world.companies[company], start, hours=hours)

    def ran(self, *parts: tuple[datetime, datetime]) -> None:
        """Let the machine say that it rests from a day before, and that it ran in the parts."""
        self._source = self._source or self.world.source(self.machine)
        words = [(parts[0][0] - timedelta(days=1), "idle")] if parts else [(self.day, "idle")]
        for start, end in parts:
            words += [(start, "running"), (end, "idle")]
        batch = [message(self._source, when, Channel.ACTIVITY, word) for when, word in words]
        ingestion.commit(self.world.pool, self.world.centre.id, batch, [])

    def came(self, booking: Booking, when: datetime, kind: str = "in") -> None:
        """Keep that somebody of the booking came, or left."""
        with transaction(self.world.pool, SYSTEM) as tx:
            known_at = recorded_at(tx, booking.centre_id)
            check_ins.insert(tx, booking, kind=kind, at=when, recorded_at=known_at)

    def settled(self) -> None:
        """Let time say what became of the bookings, as the scheduler would have at the time."""
        with transaction(self.world.pool, SYSTEM) as tx:
            for hours in range(30):
                attendance.settle(tx, self.machine, now=self.day + hours * HOUR)

    def drafted(self, company: int = 0, month: Month | None = None) -> Statement:
        """Compute a company's month."""
        return statement_drafts.draft(
            self.world.pool,
            self.world.manager,
            centre=self.world.centre.id,
            company=CompanyId(self.world.companies[company].id),
            month=str(month or self.month),
        )

    def lines(self, company: int = 0, month: Month | None = None) -> dict[str, int]:
        """Return the amounts of a company's month by component."""
        found: dict[str, int] = {}
        for line in self.document(company, month).lines:
            component = str(line.charge.component)
            found[component] = found.get(component, 0) + line.charge.amount
        return found

    def document(self, company: int = 0, month: Month | None = None) -> Document:
        """Return what a company's month says."""
        return document(self.drafted(company, month))

    def total(self, company: int = 0, month: Month | None = None) -> int:
        """Return the sum of a company's lines."""
        return sum(self.lines(company, month).values())


def no_show(pct: int) -> dict[str, Any]:
    """Return the terms of a fee for not coming."""
    return {"no_show": {"pct": str(pct)}}
