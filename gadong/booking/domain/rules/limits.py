"""The limits that one wish is held against, resolved from every level of the rule book."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from gadong.core.domain import clock
from gadong.core.domain.calendar import Opening, OpeningHours, Week
from gadong.core.domain.period import Period, span
from gadong.core.domain.usage_mode import UsageMode


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningWindow:
    """Hours of some weekdays (Monday is 0) on the centre's clock.

    One that ends before it begins ends the next day.
    """

    weekdays: tuple[int, ...]
    since: time
    until: time

    def on(self, day: date, zone: ZoneInfo) -> Period | None:
        """Return the window that begins on the day, if any does."""
        if day.weekday() not in self.weekdays:
            return None
        last = day if self.since < self.until else day + timedelta(days=1)
        # Nothing is left of hours that the clock skips.
        return span(clock.instant(day, self.since, zone), clock.instant(last, self.until, zone))

    def touching(self, period: Period, zone: ZoneInfo) -> list[Period]:
        """Return every such window that the period reaches into, whole."""
        day = period.start.astimezone(zone).date() - timedelta(days=1)
        found: list[Period] = []
        while day <= period.end.astimezone(zone).date():
            window = self.on(day, zone)
            if window and window.overlap(period):
                found.append(window)
            day += timedelta(days=1)
        return found

    @property
    def hours(self) -> list[OpeningHours]:
        """Return the window as opening hours, one entry for each of its weekdays."""
        return [OpeningHours(weekday=d, opens=self.since, closes=self.until) for d in self.weekdays]


#: Approval in some hours, as `approval` for all of them.
HOUR_APPROVALS = ("auto", "qualified", "manual")


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingQuestion:
    """A centre's question with a booking: material, file, tolerance."""

    key: str
    ko: str
    en: str
    is_required: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class HourRule:
    """Hours in which a machine asks for more: trainings of who runs it, a manager's word, or both.

    `approval` is `auto` (nobody waits for a manager), `qualified` (whoever lacks a training waits
    for one instead of being refused) or `manual` (everybody waits).
    """

    hours: OpeningWindow
    trainings: tuple[str, ...] = ()
    approval: str = "auto"

    def __post_init__(self) -> None:
        if self.approval not in HOUR_APPROVALS:
            raise ValueError(f"approval is one of {', '.join(HOUR_APPROVALS)}")
        if not self.trainings and self.approval != "manual":
            raise ValueError("hours that ask for more name a qualification, or approval: manual")


class Criterion(StrEnum):
    """A criterion of the order in which monthly applications are answered."""

    RANK = "rank"  # the lowest `application_rank` of the company's category first
    FEWEST_MINUTES = "fewest_minutes"  # the company with least booked time in three months first
    FIRST_COME = "first_come"
    LOT = "lot"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationDays:
    """Days of a month in which the next month's time is applied for, both included."""

    first: int
    last: int

    def __post_init__(self) -> None:
        # No month lacks a 28th.
        if not 1 <= self.first <= self.last <= 28:
            raise ValueError("first and last are days from 1 to 28, in their order")


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradiction:
    """A pair of rules of a machine that cannot be together, and the parameters of the pair."""

    text: str
    parameters: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The limits for one machine and one company's tier. None is no limit.

    Quotas (`day_…`, `week_…`, `month_…`, `ahead_…`, `days_in_row`) count one person's bookings,
    `company_…` a company's. Meanings and defaults: docs/booking.md.
    """

    step: timedelta = timedelta(minutes=30)
    shortest: timedelta = timedelta(minutes=30)
    longest: timedelta = timedelta(hours=8)
    # Time from now to a booking's start: at most `horizon`, at least `notice`.
    horizon: timedelta = timedelta(days=30)
    notice: timedelta = timedelta(minutes=60)
    move_notice: timedelta = timedelta(minutes=60)
    free_cancellation: timedelta = timedelta(days=1)
    opening_hours: tuple[OpeningWindow, ...] | None = None
    # Holidays: closed, open as on any day, or open in `holiday_hours` (own).
    holidays: str = "open"
    holiday_hours: tuple[OpeningWindow, ...] | None = None
    may_run_past_close: bool = False
    overnight: OpeningWindow | None = None
    day_bookings: int | None = None
    ahead_bookings: int | None = None
    ahead: timedelta | None = None
    day: timedelta | None = None
    week: timedelta | None = None
    month_bookings: int | None = None
    month: timedelta | None = None
    company_month_bookings: int | None = None
    company_month: timedelta | None = None
    # Days of the centre's calendar one after the other, with bookings on each.
    days_in_row: int | None = None
    company_days_in_row: int | None = None
    # Quotas count bookings of this machine, or of every machine of its kind.
    quota_scope: str = "machine"
    gap: timedelta = timedelta(0)
    setup: timedelta = timedelta(0)
    teardown: timedelta = timedelta(0)
    quota_exempt: tuple[OpeningWindow, ...] = ()
    # One training or several, all of which the machine requires.
    qualification: str | tuple[str, ...] | None = None
    qualification_idle: timedelta | None = None
    qualification_unused: timedelta | None = None
    # Hours that ask for more trainings or for approval.
    hour_rules: tuple[HourRule, ...] = ()
    # The firms for which the machine is kept: in one of the districts, of one of the sectors, with
    # at most so many regular workers. None: for every firm.
    eligible_districts: tuple[str, ...] | None = None
    eligible_sectors: tuple[str, ...] | None = None
    eligible_workers: int | None = None
    terms: str | None = None
    approval: str = "auto"
    approval_timeout: timedelta = timedelta(hours=48)
    # True if several may ask for one time, of which a manager chooses.
    competing_requests: bool = False
    # Seats of a room that one booking may take.
    most_seats: int | None = None
    linked: tuple[str, ...] = ()
    questions: tuple[BookingQuestion, ...] = ()
    # The offered usage modes; a request without one takes the first.
    usage_modes: tuple[UsageMode, ...] = (UsageMode.SELF,)
    transfer: bool = True
    # True if one machine of a group may be cancelled or moved without the others.
    drop_alone: bool = False
    # Read by the interlock: whether only who has booked and come may start the machine.
    needs_booking: bool = True
    release_least: timedelta = timedelta(minutes=30)
    releases_early_finish: bool = True
    overrun_grace: timedelta = timedelta(minutes=10)
    forgotten: timedelta = timedelta(minutes=15)
    waiting_list: str = "hybrid"
    offer: timedelta = timedelta(minutes=15)
    # When an offer's time runs: nobody answers at three in the morning.
    offer_hours: OpeningWindow | None = None
    strikes: int | None = None
    strike: timedelta = timedelta(days=90)
    stop: timedelta = timedelta(days=30)
    overdue_stop: timedelta | None = None
    # Days in which a month's time is applied for before anybody books it; None: no applications.
    application_days: ApplicationDays | None = None
    application_order: tuple[Criterion, ...] = (Criterion.LOT,)
    application_rank: int = 100

    def __post_init__(self) -> None:
        for found in self.contradictions():
            raise ValueError(found.text)

    def contradictions(self) -> Iterator[Contradiction]:
        """Yield what of these rules cannot be, or contradicts itself."""
        if not timedelta(0) < self.shortest <= self.longest:
            yield _between(
                "shortest is positive and not above longest", "shortest_minutes", "longest_minutes"
            )
        if min(self.horizon, self.notice, self.setup, self.teardown) < timedelta(0):
            yield _between(
                "horizon, notice, setup and teardown cannot be negative",
                "horizon_days",
                "notice_minutes",
                "setup_minutes",
                "teardown_minutes",
            )
        if self.step < timedelta(minutes=1):
            yield _between("step is at least a minute", "step_minutes")
        # The least length on the grid that is not too short.
        elif -(-self.shortest // self.step) * self.step > self.longest:
            yield _between(
                "step_minutes and longest_minutes: no length between shortest_minutes and"
                " longest_minutes is a whole number of steps",
                "step_minutes",
                "shortest_minutes",
                "longest_minutes",
            )
        if self.notice + self.shortest > self.horizon:
            yield _between(
                "notice_minutes and horizon_days: a booking that is early enough would end too "
                "far ahead",
                "notice_minutes",
                "shortest_minutes",
                "horizon_days",
            )
        if self.holidays == "own" and not self.holiday_hours:
            yield _between(
                "holidays and holiday_hours: holidays with hours of their own need some",
                "holidays",
                "holiday_hours",
            )
        if not self.usage_modes:
            yield _between("usage_modes names at least one", "usage_modes")
        yield from self._impossible_quotas()

    @property
    def qualifications(self) -> tuple[str, ...]:
        """Return the trainings that the machine requires, every one of them."""
        given = self.qualification
        return (given,) if isinstance(given, str) else given or ()

    @property
    def names_firms(self) -> bool:
        """Return whether the machine is kept for some firms."""
        named = self.eligible_districts or self.eligible_sectors
        return bool(named) or self.eligible_workers is not None

    @property
    def trainings(self) -> tuple[str, ...]:
        """Return every training that the machine requires, at any hour or at some."""
        at_hours = (code for rule in self.hour_rules for code in rule.trainings)
        return tuple(dict.fromkeys([*self.qualifications, *at_hours]))

    @property
    def opens(self) -> tuple[object, ...]:
        """Return what the machine's hours depend on, by which equal ones are known."""
        return self.opening_hours, self.holidays, self.holiday_hours

    def opening(self, weeks: Sequence[Week], holidays: Container[date]) -> Opening:
        """Return the machine's hours, of its centre's weeks and holidays."""
        on_holidays = {"closed": (), "own": _hours(self.holiday_hours or ())}
        return Opening(
            weeks=weeks,
            own=None if self.opening_hours is None else _hours(self.opening_hours),
            holidays=holidays,
            on_holidays=on_holidays.get(self.holidays),
        )

    def mode(self, wanted: UsageMode | None) -> UsageMode:
        """Return the wanted usage mode, or the machine's first one."""
        return wanted or self.usage_modes[0]

    def held(self, period: Period) -> Period:
        """Return the period with its turn-round, which is kept free of others."""
        return period.widened(before=self.setup, after=self.teardown)

    def _impossible_quotas(self) -> Iterator[Contradiction]:
        """Yield each quota that no booking of the greatest length could keep."""
        for name in ("day", "week", "month", "ahead"):
            cap = getattr(self, name)
            if cap is not None and cap < self.longest:
                yield _between(
                    f"{name}_minutes is below longest_minutes: no such booking could ever be made",
                    f"{name}_minutes",
                    "longest_minutes",
                )
        # A booking of so many whole days lies in as many days of the calendar at least.
        for name in ("days_in_row", "company_days_in_row"):
            row = getattr(self, name)
            if row is not None and timedelta(days=row) < self.longest:
                yield _between(
                    f"{name} is below longest_minutes: no such booking could ever be made",
                    name,
                    "longest_minutes",
                )


def _between(text: str, *parameters: str) -> Contradiction:
    return Contradiction(text=text, parameters=frozenset(parameters))


def _hours(windows: Iterable[OpeningWindow]) -> tuple[OpeningHours, ...]:
    return tuple(entry for window in windows for entry in window.hours)
