"""Laws of generated days: no second is billed twice or lost, and both months of a session see the
whole of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import combinations, pairwise

from hypothesis import given
from hypothesis import strategies as st

from gadong.billing.domain.charge import Charge, Price
from gadong.billing.domain.rate_terms import Basis, NoShowFee
from gadong.billing.domain.rating.billable_time import measured_time
from gadong.billing.domain.rating.rating import rate_month
from gadong.billing.domain.rating.unbilled_lines import unbilled
from gadong.billing.domain.tariff import RateItem
from gadong.booking.domain.attribution import attribute
from gadong.booking.domain.booking import Booking, BookingState
from gadong.booking.domain.presence import Presence
from gadong.booking.domain.reading_window import enough, held
from gadong.booking.domain.session import Session, sessions
from gadong.booking.domain.usage import AttributionLimits, CheckIn, Owner, Usage, Witnesses
from gadong.core.domain.charge_component import Component
from gadong.core.domain.machine_state import Grade, State
from gadong.core.domain.period import Period, total_seconds
from gadong.metering.domain.run import Run
from tests.support.golden import DAY, KST, MACHINE, A, B, booked

LIMITS = AttributionLimits()
WHOLE = Period(DAY - timedelta(days=60), DAY + timedelta(days=60))
MARGIN = timedelta(hours=2)
STATES = [State.RUNNING, State.IDLE, State.RUNNING, State.PAUSED, State.UNKNOWN, State.FAULT]


@dataclass(frozen=True)
class Day:
    """The facts of a machine."""

    runs: tuple[Run, ...]
    witnesses: Witnesses

    def runs_in(self, bounds: Period) -> list[Run]:
        """Return what is read of its runs inside the bounds."""
        return [
            replace(run, start=part.start, end=part.end)
            for run in self.runs
            if (part := run.clipped(bounds))
        ]

    def seen(self, bounds: Period) -> tuple[list[Usage], list[Session]]:
        """Return its usages and sessions, of what lies inside the bounds."""
        runs = self.runs_in(bounds)
        arrivals = bounds.widened(before=LIMITS.longest_presence, after=timedelta(0))
        held = [b for b in self.witnesses.bookings if b.period.overlap(arrivals)]
        came = [c for c in self.witnesses.check_ins if arrivals.contains(c.at)]
        witnesses = replace(self.witnesses, bookings=held, check_ins=came)
        usages = attribute(runs, witnesses, LIMITS, bounds=bounds)
        return usages, sessions(MACHINE, usages, runs, witnesses, LIMITS)


def _at(minutes: int) -> datetime:
    return DAY + timedelta(minutes=minutes)


@st.composite
def days(draw: st.DrawFn) -> Day:
    """Draw bookings of two companies around midnight, their people's coming and going, and a
    machine's states.
    """
    edges = sorted(draw(st.sets(st.integers(-72, 72), min_size=2, max_size=8)))
    held: list[Booking] = []
    for start, end in pairwise(edges):
        company = draw(st.sampled_from([A, B, None]))
        if company is None:
            continue
        booking = replace(
            booked("10:00", "12:00", company), period=Period(_at(10 * start), _at(10 * end))
        )
        if draw(st.integers(0, 9)) == 0:
            given_up = booking.period.start + timedelta(minutes=draw(st.integers(-60, 240)))
            booking = replace(booking, state=BookingState.CANCELLED, cancelled_at=given_up)
        held.append(booking)
    came: list[CheckIn] = []
    for booking in held:
        if draw(st.booleans()) and booking.state is BookingState.CONFIRMED:
            since = booking.period.start + timedelta(minutes=draw(st.integers(-15, 30)))
            stays = draw(st.none() | st.integers(1, 300))
            came.append(
                CheckIn(
                    at=since,
                    until=since + timedelta(minutes=stays) if stays else None,
                    company_id=booking.company_id,
                    person_id=booking.person_id,
                    booking_id=booking.id,
                )
            )
    changes = sorted(draw(st.sets(st.integers(-800, 800), min_size=1, max_size=14)))
    states = draw(st.lists(st.sampled_from(STATES), min_size=len(changes), max_size=len(changes)))
    runs = [
        Run(start=_at(start), end=_at(end), state=state, grade=Grade.SIGNAL)
        for (start, end), state in zip(pairwise([*changes, 801]), states, strict=True)
    ]
    return Day(tuple(_joined(runs)), Witnesses(bookings=held, check_ins=came))


def _joined(runs: Sequence[Run]) -> list[Run]:
    """Make maximal runs of them, as the fold does."""
    found: list[Run] = []
    for run in runs:
        if found and found[-1].state is run.state and found[-1].end == run.start:
            found[-1] = replace(found[-1], end=run.end)
        else:
            found.append(run)
    return found


@st.composite
def items(draw: st.DrawFn) -> RateItem:
    """Draw the terms that decide which seconds are billed."""
    return RateItem(
        machine="m",
        rate_per_hour=Decimal(30_000),
        basis=draw(st.sampled_from(list(Basis))),
        increment_seconds=draw(st.sampled_from([61, 600, 3600])),
        minimum_seconds=draw(st.sampled_from([0, 1800])),
        noise_seconds=draw(st.sampled_from([0, 120])),
        no_show=NoShowFee(pct=Decimal(draw(st.sampled_from([0, 50])))),
    )


def price(item: RateItem) -> Price:
    """Return a price without discounts."""
    return Price(item=item, discount_pct=Decimal(0), zone=KST)


@given(days(), items(), items())
def test_no_measured_second_is_billed_to_two_sessions_whatever_their_bases(
    day: Day, first: RateItem, second: RateItem
) -> None:
    _, found = day.seen(WHOLE)
    measured = [
        (s, period)
        for s in found
        if s.presence is not Presence.CANCELLED
        for period in measured_time(s, first if s.company_id == A else second)[0]
    ]
    for (one, period), (other, another) in combinations(measured, 2):
        assert not period.overlap(another), (one.key, other.key)


@given(days(), items())
def test_every_booked_or_observed_hour_is_on_a_line_or_waits_for_a_decision(
    day: Day, item: RateItem
) -> None:
    usages, found = day.seen(WHOLE)
    priced = [(s, price(item)) for s in found]
    lines = rate_month(priced, WHOLE)
    lines += unbilled(priced, WHOLE, lines)
    charged = {line.key.rsplit("/", 1)[0] for line in lines}
    for session in found:
        if session.presence is not Presence.CANCELLED:
            assert session.key in charged
    for booking in day.witnesses.bookings:
        assert booking.is_given_up or f"booking:{booking.id}" in charged
    in_sessions = [id(u) for s in found for u in s.usages]
    assert sorted(in_sessions) == sorted(id(u) for u in usages if u.owner is Owner.COMPANY)
    assert all(u.owner is Owner.NOBODY for u in usages if id(u) not in in_sessions)
    observed = [p for r in day.runs if r.state is State.RUNNING and (p := r.clipped(WHOLE))]
    assert sum(u.seconds for u in usages) == total_seconds(observed)


@given(days(), items(), st.integers(-720, 720))
def test_both_months_bill_what_the_whole_would(day: Day, item: RateItem, cut: int) -> None:
    edge = _at(cut)
    together = rate_month([(s, price(item)) for s in day.seen(WHOLE)[1]], WHOLE)
    apart = 0
    for month in (Period(WHOLE.start, edge), Period(edge, WHOLE.end)):
        bounds = month.widened(before=MARGIN, after=MARGIN)
        while True:
            usages, found = day.seen(bounds)
            wide = enough(
                bounds,
                month,
                day.runs_in(bounds),
                usages,
                found,
                limits=LIMITS,
                margin=MARGIN,
                links=held(day.witnesses),
            )
            if wide == bounds:
                break
            bounds = wide
        apart += _billed(rate_month([(s, price(item)) for s in found], month))
    assert apart == _billed(together)


def _billed(lines: Sequence[Charge]) -> int:
    return sum(line.trace.billed_seconds for line in lines if line.component is Component.TIME)
