"""Building blocks for the worked examples: only what an example is about is named in it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from gadong.billing.domain.charge import Charge, Price, Trace
from gadong.billing.domain.rate_terms import Basis
from gadong.billing.domain.rating.rating import rate_month
from gadong.billing.domain.tariff import RateItem
from gadong.booking.domain.attribution import attribute
from gadong.booking.domain.booking import Booking, BookingState
from gadong.booking.domain.session import sessions
from gadong.booking.domain.usage import AttributionLimits, CheckIn, Reassignment, Witnesses
from gadong.core.domain.calendar import Month
from gadong.core.domain.ids import (
    BookingId,
    CentreId,
    CompanyId,
    MachineId,
    MessageId,
    PersonId,
    SourceId,
    new_id,
)
from gadong.core.domain.machine_state import Grade, State
from gadong.core.domain.period import Period
from gadong.dialects.domain.signal import Channel, Signal, TimeRule
from gadong.machines.domain.source_reading import Metering
from gadong.metering.domain.fold import fold
from gadong.metering.domain.run import Run

KST = ZoneInfo("Asia/Seoul")
DAY = datetime(2026, 11, 12, tzinfo=KST)
MONTH = Month(2026, 11).period(KST)
MACHINE = MachineId(UUID(int=1))
CENTRE = CentreId(UUID(int=2))
SOURCE = SourceId(UUID(int=3))
A, B = CompanyId(UUID(int=10)), CompanyId(UUID(int=11))

# MC = machining centre, CMM = coordinate measuring machine
# (docs/reference/billing.md#worked-examples).
MC = RateItem(
    machine="mc",
    rate_per_hour=Decimal(30000),
    basis=Basis.ACTUAL_RUN,
    increment_seconds=600,
    minimum_seconds=1800,
)
CMM = RateItem(
    machine="cmm", rate_per_hour=Decimal(40000), basis=Basis.HULL, increment_seconds=1800
)


def at(text: str) -> datetime:
    """A time of the example day, Korean time."""
    return datetime.combine(DAY.date(), time.fromisoformat(text), tzinfo=KST)


def between(start: str, end: str) -> Period:
    """A period of the example day."""
    return Period(at(start), at(end))


def booked(
    start: str, end: str, company: CompanyId = A, state: BookingState = BookingState.CONFIRMED
) -> Booking:
    """A booking of the example day."""
    return Booking(
        id=BookingId(new_id()),
        centre_id=CENTRE,
        machine_id=MACHINE,
        company_id=company,
        person_id=PersonId(new_id()),
        period=between(start, end),
        state=state,
    )


def ran(*parts: tuple[str, str], observed: tuple[str, str] = ("00:00", "23:59")) -> list[Run]:
    """Runs of the example day: running in the parts, idle between them while observed."""
    edges = sorted({at(observed[0]), at(observed[1]), *(at(t) for part in parts for t in part)})
    periods = [between(*part) for part in parts]
    runs = []
    for start, end in pairwise(edges):
        running = any(p.contains(start) for p in periods)
        state = State.RUNNING if running else State.IDLE
        runs.append(Run(start=start, end=end, state=state, grade=Grade.SIGNAL))
    return runs


def charges(
    item: RateItem,
    runs: Sequence[Run],
    bookings: Sequence[Booking] = (),
    check_ins: Sequence[CheckIn] = (),
    *,
    discount: int = 0,
    company: CompanyId = A,
    month: Period = MONTH,
    closures: Sequence[Period] = (),
    maintenance: Sequence[Period] = (),
    reassignments: Sequence[Reassignment] = (),
    **terms: Any,
) -> list[Charge]:
    """Return the company's charges for the example day; `terms` are the rest of its price."""
    witnesses = Witnesses(
        bookings=bookings,
        check_ins=check_ins,
        closures=[*closures, *maintenance],
        maintenance=maintenance,
        reassignments=reassignments,
    )
    limits = AttributionLimits()
    # Nothing of an example crosses these.
    bounds = month.widened(before=timedelta(days=100), after=timedelta(days=100))
    usages = attribute(runs, witnesses, limits, bounds=bounds)
    price = Price(item=item, discount_pct=Decimal(discount), zone=KST, **terms)
    found = sessions(MACHINE, usages, runs, witnesses, limits)
    return rate_month([(s, price) for s in found if s.company_id == company], month)


def total(lines: Sequence[Charge]) -> int:
    """The lines' sum."""
    return sum(line.amount for line in lines)


def signal(
    when: datetime,
    channel: Channel,
    value: str | float | None,
    *,
    received: datetime | None = None,
    qos: int = 1,
    part: str = "",
) -> Signal:
    """A signal of the one example source."""
    return Signal(
        source_id=SOURCE,
        message_id=MessageId(new_id()),
        channel=channel,
        event_time=when,
        received_at=received or when,
        time_rule=TimeRule.DEVICE,
        qos=qos,
        ordinal=0,
        text=value if isinstance(value, str) else None,
        number=float(value) if isinstance(value, int | float) else None,
        part=part,
    )


def folded(signals: Sequence[Signal], **settings: object) -> list[Run]:
    """The runs of the one example source."""
    # Settings by name.
    return fold([Metering(source_id=SOURCE, **settings)], signals)  # type: ignore[arg-type]


#: A trace of nothing, to be told what a test is about.
TRACE = Trace(
    basis=Basis.BOOKED,
    measured_seconds=0,
    billed_seconds=0,
    counter_seconds=0,
    rate_per_hour=Decimal(0),
    discount_pct=Decimal(0),
    gross="0",
    periods=(),
    messages=(),
    tariff="",
)
