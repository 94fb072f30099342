"""Utilisation (가동률): the example of docs/reference/billing.md#utilisation, and sums that
always hold.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gadong.booking.domain.attribution import attribute
from gadong.booking.domain.session import sessions
from gadong.booking.domain.usage import AttributionLimits, CheckIn, Owner, Witnesses
from gadong.core.domain.calendar import Month
from gadong.core.domain.machine_state import Grade, State
from gadong.core.domain.period import Period, total_seconds
from gadong.metering.domain.run import Run
from gadong.reports.domain.monthly_report import MachineMonth, MonthFigures, Seldom, seldom_used
from gadong.reports.domain.utilisation import Denominator, Utilisation, measure, standard_time
from gadong.reports.services.report_files import per_cent
from tests.support.golden import KST, MACHINE, A, B, at, between, booked, ran

HOUR = 3600


def test_the_example_month_of_billing() -> None:
    time = Utilisation(
        standard=160 * HOUR,
        ran=int(38.5 * HOUR),
        occupied=61 * HOUR,
        booked=70 * HOUR,
        kept=56 * HOUR,
        starts=41,
        no_shows=3,
    )
    told = {name: per_cent(value) for name, value in time.ratios.items()}
    assert (told["utilisation"], told["occupancy"], told["booking_rate"]) == (
        "24.06",
        "38.13",
        "43.75",
    )
    assert (told["fulfilment"], told["no_show_rate"]) == ("80.00", "7.32")


NOVEMBER = Month(2026, 11).period(KST)


@pytest.mark.parametrize(
    ("denominator", "hours"),
    [(Denominator.FIXED_DAY, 21 * 8), (Denominator.FIXED_YEAR, 2000 * 30 / 365)],
)
def test_three_standard_times_are_named(denominator: Denominator, hours: float) -> None:
    found = standard_time(denominator, NOVEMBER, [], [], holidays=set(), zone=KST)
    assert found == int(hours * HOUR)


def test_holidays_and_repairs_are_no_working_days_and_maintenance_is_no_open_time() -> None:
    opened, repair = [between("09:00", "18:00")], [between("10:00", "12:00")]
    day = Period(at("00:00"), at("00:00") + timedelta(days=1))

    def of(denominator: Denominator, *, holidays: set[date], repaired: list[Period]) -> int:
        return standard_time(denominator, day, opened, repaired, holidays=holidays, zone=KST)

    assert of(Denominator.CALENDAR, holidays=set(), repaired=repair) == 7 * HOUR
    assert of(Denominator.FIXED_DAY, holidays=set(), repaired=[]) == 8 * HOUR
    assert of(Denominator.FIXED_DAY, holidays={date(2026, 11, 12)}, repaired=[]) == 0
    assert of(Denominator.FIXED_DAY, holidays=set(), repaired=repair) == 0


def measured(
    runs: list[Run], witnesses: Witnesses, period: Period, ledgers: Sequence[Period] = ()
) -> Utilisation:
    """A machine's time in a period of the example day, open from nine to six."""
    bounds = period.widened(before=timedelta(days=2), after=timedelta(days=2))
    usages = attribute(runs, witnesses, AttributionLimits(), bounds=bounds)
    opened = [p] if (p := between("09:00", "18:00").overlap(period)) else []
    return measure(
        period,
        standard=total_seconds(opened),
        opened=opened,
        maintenance=(),
        runs=runs,
        usages=usages,
        sessions=sessions(MACHINE, usages, runs, witnesses, AttributionLimits()),
        ledgers=ledgers,
    )


DAY = Period(at("00:00"), at("23:59"))


def test_a_day_as_it_is_counted() -> None:
    kept, missed = booked("10:00", "12:00", A), booked("14:00", "15:00", B)
    came = CheckIn(
        at=at("10:00"),
        until=at("12:00"),
        company_id=A,
        person_id=kept.person_id,
        booking_id=kept.id,
    )
    runs = ran(("10:30", "11:30"), ("16:00", "17:00"), ("19:00", "20:00"))
    time = measured(runs, Witnesses(bookings=[kept, missed], check_ins=[came]), DAY)
    assert (time.ran, time.ran_open, time.standard) == (3 * HOUR, 2 * HOUR, 9 * HOUR)
    assert (time.by_companies, time.by_nobody) == (HOUR, 2 * HOUR)
    assert (time.booked, time.kept, time.occupied) == (3 * HOUR, 2 * HOUR, 2 * HOUR)
    assert (time.starts, time.no_shows) == (2, 1)
    assert time.companies == {A}
    assert time.ratios["utilisation"] == Fraction(1, 3)


def test_what_could_not_be_observed_is_no_no_show() -> None:
    gone = booked("14:00", "15:00", B)
    dark = [Run(start=at("00:00"), end=at("23:59"), state=State.UNKNOWN, grade=Grade.UNRESOLVED)]
    time = measured(dark, Witnesses(bookings=[gone]), DAY)
    assert (time.starts, time.no_shows, time.ratios["no_show_rate"]) == (0, 0, None)
    assert time.ratios["confidence"] == 0


def test_open_time_of_which_no_device_spoke_is_unknown() -> None:
    nothing = measured([], Witnesses(), DAY)
    assert nothing.unknown == 9 * HOUR
    assert nothing.ratios["confidence"] == 0
    # The device was bound at noon: what it was before is not known, nor that it rested.
    idle = Run(start=at("12:00"), end=at("23:59"), state=State.IDLE, grade=Grade.SIGNAL)
    assert measured([idle], Witnesses(), DAY).unknown == 3 * HOUR
    # From ten on a ledger is kept, in which nobody wrote anything down.
    kept = measured([], Witnesses(), DAY, [between("10:00", "23:59")])
    assert (kept.unknown, kept.ratios["confidence"]) == (HOUR, Fraction(8, 9))


states = st.sampled_from([State.RUNNING, State.IDLE, State.FAULT, State.UNKNOWN, State.PAUSED])


@given(
    st.lists(st.tuples(states, st.integers(1, 300)), min_size=1, max_size=12),
    st.integers(0, 20),
    st.integers(1, 3),
    st.integers(1, 1438),
)
def test_parts_add_up_and_a_period_cut_anywhere_counts_the_same(
    parts: list[tuple[State, int]], start: int, hours: int, cut: int
) -> None:
    runs: list[Run] = []
    edge: datetime = at("00:00")
    for state, minutes in parts:
        end = min(edge + timedelta(minutes=minutes), DAY.end)
        if end > edge:
            runs.append(Run(start=edge, end=end, state=state, grade=Grade.SIGNAL))
        edge = end
    held = booked(f"{start:02d}:00", f"{start + hours:02d}:00")
    witnesses = Witnesses(bookings=[held])
    whole = measured(runs, witnesses, DAY)
    assert whole.by_companies + whole.by_centre + whole.by_nobody == whole.ran
    assert whole.ran_open <= min(whole.ran, whole.open)
    assert whole.kept <= min(whole.booked, whole.occupied)
    at_cut = DAY.start + timedelta(minutes=cut)
    if DAY.start < at_cut < DAY.end:
        both = measured(runs, witnesses, Period(DAY.start, at_cut)) + measured(
            runs, witnesses, Period(at_cut, DAY.end)
        )
        for name in (
            "ran",
            "ran_open",
            "occupied",
            "booked",
            "kept",
            "unknown",
            "down",
            "by_companies",
            "open",
        ):
            assert getattr(both, name) == getattr(whole, name), name
        assert (both.starts, both.no_shows) == (whole.starts, whole.no_shows)


def test_the_owners_are_all_there_are() -> None:
    assert {o.value for o in Owner} == {"company", "centre", "nobody"}
    assert per_cent(Fraction(Decimal("1.2345"))) == "123.45"


def month_of(name: str, **ran: int) -> MonthFigures:
    """A month in which each machine ran so many hours of a hundred."""
    return MonthFigures(
        month=name,
        machines=tuple(
            MachineMonth(
                machine=machine,
                name=machine,
                kind="mill",
                registration="",
                standards={Denominator.CALENDAR: 100 * 3600},
                time=Utilisation(ran=hours * 3600),
            )
            for machine, hours in ran.items()
        ),
        uses=(),
    )


def test_hardly_used_is_idle_for_half_a_year_or_a_tenth_of_its_time() -> None:
    half_a_year = [month_of(f"2026-{n:02}", idle=0, low=10, busy=11) for n in range(1, 7)]
    found = seldom_used(half_a_year, Denominator.CALENDAR)
    assert [(m.machine, seldom) for m, _, seldom in found] == [
        ("idle", Seldom.IDLE),
        ("low", Seldom.LOW),
    ]
    # Before that it is low at most, as is what came in the middle, or ran once since.
    known = [(m.machine, s) for m, _, s in seldom_used(half_a_year[:5], Denominator.CALENDAR)]
    assert known == [("idle", Seldom.LOW), ("low", Seldom.LOW)]
    later = [*half_a_year[1:], month_of("2026-07", idle=1, low=0, busy=0, new=0)]
    found = seldom_used(later, Denominator.CALENDAR)
    assert [(m.machine, s) for m, _, s in found] == [
        ("busy", Seldom.LOW),
        ("idle", Seldom.LOW),
        ("low", Seldom.LOW),
        ("new", Seldom.LOW),
    ]
