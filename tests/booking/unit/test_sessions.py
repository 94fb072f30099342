"""Sessions: what is found by looking only where it can lie is all there is to find."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from gadong.booking.domain.attribution import attribute
from gadong.booking.domain.presence import Presence
from gadong.booking.domain.session import sessions
from gadong.booking.domain.usage import AttributionLimits, Owner, Witnesses
from gadong.core.domain.machine_state import State
from gadong.core.domain.period import Period
from gadong.metering.domain.run import Run, within
from tests.support.golden import MACHINE, A, B, at, between, booked, ran

minutes = st.integers(0, 23 * 60).map(lambda m: f"{m // 60:02}:{m % 60:02}")
parts = st.lists(
    st.tuples(minutes, minutes).filter(lambda p: p[0] != p[1]).map(lambda p: (min(p), max(p))),
    max_size=8,
)
hours = st.lists(st.integers(0, 22), max_size=6, unique=True)


@given(parts, minutes, st.integers(1, 600))
def test_within_is_every_run_with_a_part_inside(
    running: list[tuple[str, str]], start: str, length: int
) -> None:
    bounds = Period(at(start), at(start) + timedelta(minutes=length))
    runs: list[Run] = ran(*running)
    assert within(runs, bounds) == [(run, part) for run in runs if (part := run.clipped(bounds))]


def test_a_run_that_lasts_is_within_whatever_comes() -> None:
    lasting = Run(start=at("09:00"), end=None, state=State.RUNNING, grade=ran()[0].grade)
    tomorrow = Period(at("09:00") + timedelta(days=1), at("10:00") + timedelta(days=1))
    assert within([lasting], tomorrow) == [(lasting, tomorrow)]
    assert within([], tomorrow) == []


@given(parts, hours)
def test_a_session_knows_who_took_its_time_and_whose_time_lies_beside_it(
    running: list[tuple[str, str]], held: list[int]
) -> None:
    bookings = [booked(f"{h:02}:00", f"{h + 1:02}:00", A if h % 2 else B) for h in sorted(held)]
    runs, witnesses, limits = ran(*running), Witnesses(bookings=bookings), AttributionLimits()
    usages = attribute(runs, witnesses, limits, bounds=between("00:00", "23:59"))
    found = {
        s.booking.id: s for s in sessions(MACHINE, usages, runs, witnesses, limits) if s.booking
    }
    for booking in bookings:
        session = found[booking.id]
        others = [
            u.period for u in usages if u.booking_id != booking.id and u.owner is not Owner.NOBODY
        ]
        assert session.taken == tuple(p for o in others if (p := o.overlap(booking.period)))
        assert session.neighbours == tuple(
            # A no-show is in the way until it was certain.
            Period(b.period.start, b.period.start + limits.no_show_after)
            if found[b.id].presence is Presence.NO_SHOW
            else b.period
            for b in bookings
            if b.company_id != booking.company_id
        )
        assert session.runs == tuple(
            r
            for r in runs
            if r.start <= session.reach.end and r.end and session.reach.start < r.end
        )
