"""Worlds of one day, written as briefly as the examples that they come from."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from gadong.billing.domain.rate_terms import Basis
from gadong.billing.domain.tariff import RateItem, Tariff
from gadong.booking.domain.booking import BookingState
from gadong.core.domain.calendar import Month
from gadong.core.domain.machine_state import State
from tests.oracle.world import Firm, Floor, Slot, Stay, Stretch, World

SEOUL = ZoneInfo("Asia/Seoul")
DAY = date(2026, 11, 12)
#: A machining centre, priced by its running time (docs/reference/billing.md#worked-examples).
MILL = RateItem(machine="m", rate_per_hour=Decimal(30000), basis=Basis.ACTUAL_RUN)


def at(text: str, zone: ZoneInfo = SEOUL) -> int:
    """Return a time of the example day, or of the day that it names, as a second."""
    full = text if "T" in text else f"{DAY}T{text}"
    return int(datetime.fromisoformat(full).replace(tzinfo=zone).timestamp())


def slot(company: str, start: str, end: str, zone: ZoneInfo = SEOUL, **more: Any) -> Slot:
    """Return a booking, named by its company and start."""
    return Slot(
        name=f"{company}{start}", company=company, start=at(start, zone), end=at(end, zone), **more
    )


def cancelled(company: str, start: str, end: str, when: str) -> Slot:
    """Return a booking that was given up."""
    return slot(company, start, end, state=BookingState.CANCELLED, cancelled=at(when))


def stay(company: str, start: str, end: str | None = None, of: Slot | None = None) -> Stay:
    """Return a check-in."""
    return Stay(
        company=company,
        start=at(start),
        end=at(end) if end else None,
        slot=of.name if of else None,
    )


def floor(*ran: tuple[str, str], zone: ZoneInfo = SEOUL, **more: Any) -> Floor:
    """Return a machine that ran so, and was idle for two weeks around."""
    parts = [(at(a, zone), at(b, zone)) for a, b in ran]
    middle = parts[0][0] if parts else at("12:00")
    seen = (middle - 14 * 86400, middle + 14 * 86400)
    edges = sorted({*seen, *(x for p in parts for x in p)})
    stretches = [
        Stretch(
            start=a,
            end=b,
            state=State.RUNNING if any(s <= a < e for s, e in parts) else State.IDLE,
        )
        for a, b in pairwise(edges)
    ]
    return Floor(**{"machine": "m", "stretches": tuple(stretches), **more})


def world(item: RateItem | Tariff | tuple[Tariff, ...], *floors: Floor, **more: Any) -> World:
    """Return a world of the month of the example day."""
    tariffs = item if isinstance(item, tuple) else (item,)
    return World(
        **{
            "zone": SEOUL,
            "month": Month(2026, 11),
            "tariffs": tuple(t if isinstance(t, Tariff) else tariff(t) for t in tariffs),
            "floors": floors,
            "firms": tuple(Firm(name=n) for n in "ABC"),
            **more,
        }
    )


def tariff(*items: RateItem, **more: Any) -> Tariff:
    """Return a tariff in force all year."""
    return Tariff(
        **{"effective_from": date(2026, 1, 1), "items": items, "document_unit": 1, **more}
    )
