"""Prices, use and instants of November."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from itertools import pairwise

from gadong.billing.domain.charge import Price
from gadong.billing.domain.tariff import RateItem
from gadong.booking.domain.attribution import attribute
from gadong.booking.domain.session import Session, sessions
from gadong.booking.domain.usage import AttributionLimits, Witnesses
from gadong.core.domain.calendar import Month
from gadong.core.domain.ids import BookingId, MachineId, new_id
from gadong.core.domain.machine_state import Grade, State
from gadong.core.domain.period import Period
from gadong.metering.domain.run import Run
from tests.support.golden import KST, MACHINE, booked

OCTOBER, NOVEMBER = (Month(2026, n).period(KST) for n in (10, 11))


def instant(day: int, hour: float, month: int = 11) -> datetime:
    """An hour of a day of the year, Korean time."""
    return datetime(2026, month, day, int(hour), round(hour % 1 * 60), tzinfo=KST)


def use(*periods: Period, machine: MachineId = MACHINE, missed: bool = False) -> list[Session]:
    """The sessions of one company that booked the periods and used each whole, or none of it."""
    held = [
        replace(booked("10:00", "11:00"), id=BookingId(new_id()), machine_id=machine, period=p)
        for p in periods
    ]
    edges = [instant(1, 0, 9), *(e for p in periods for e in (p.start, p.end)), instant(31, 0, 12)]
    runs = [
        Run(
            start=start,
            end=end,
            state=State.RUNNING if n % 2 and not missed else State.IDLE,
            grade=Grade.SIGNAL,
        )
        for n, (start, end) in enumerate(pairwise(edges))
        if start < end
    ]
    witnesses = Witnesses(bookings=held)
    usages = attribute(
        runs, witnesses, AttributionLimits(), bounds=Period(instant(1, 0, 8), instant(31, 0, 12))
    )
    return sessions(machine, usages, runs, witnesses, AttributionLimits())


def price(item: RateItem, **terms: object) -> Price:
    """A price of the example centre, of nothing but what is named."""
    named = {"item": item, "discount_pct": Decimal(0), "zone": KST, **terms}
    return Price(**named)  # type: ignore[arg-type]
