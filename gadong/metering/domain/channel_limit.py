"""Limits on a machine's readings: excursions beyond a limit, and gaps without a reading."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from gadong.core.domain.ids import CentreId, MachineId
from gadong.dialects.domain.signal import Channel

#: The channels that carry a number which a limit may bound.
LIMITED_CHANNELS = (
    Channel.TEMPERATURE,
    Channel.MEASUREMENT,
    Channel.POWER_WATTS,
    Channel.PROGRESS,
    Channel.REMAINING_SECONDS,
    Channel.RUN_SECONDS,
    Channel.ENERGY_WH,
    Channel.PARTS,
    Channel.FILAMENT_MM,
)
# A day: who waits longer for an alarm reads the log instead.
MAX_DELAY = timedelta(days=1)
# Below a minute the scheduler's own step is the gap; beyond a week nobody watches.
MIN_SILENCE, MAX_SILENCE = timedelta(minutes=1), timedelta(days=7)


class Side(StrEnum):
    """The side of the bound on which a reading is out of order."""

    ABOVE = "above"
    BELOW = "below"


class AlarmKind(StrEnum):
    """The cause of an alarm: readings beyond the bound, or no reading at all."""

    BEYOND = "beyond"
    GAP = "gap"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelLimit:
    """A limit on one channel of a machine.

    A reading at the bound is in order. An excursion begins with a reading beyond the bound and
    ends with a reading at `returns_at` or better; without hysteresis that is the bound itself.
    """

    id: UUID
    centre_id: CentreId
    machine_id: MachineId
    name: str
    channel: Channel
    part: str
    side: Side
    bound: float
    returns_at: float
    # An excursion of this length is an alarm.
    delay: timedelta
    # Without a reading for this long it is unknown whether all is in order.
    silence: timedelta
    since: datetime

    def __post_init__(self) -> None:
        """Refuse a limit that could never end an alarm, or never begin one."""
        if self.channel not in LIMITED_CHANNELS:
            raise ValueError("this channel carries no number")
        if self.side is Side.ABOVE and self.returns_at > self.bound:
            raise ValueError("the return lies at the bound or below it")
        if self.side is Side.BELOW and self.returns_at < self.bound:
            raise ValueError("the return lies at the bound or above it")
        if not timedelta(0) <= self.delay <= MAX_DELAY:
            raise ValueError("the delay is at most a day")
        if not MIN_SILENCE <= self.silence <= MAX_SILENCE:
            raise ValueError("the silence is a minute to seven days")

    def is_beyond(self, number: float) -> bool:
        """Return whether a reading is beyond the bound."""
        return number > self.bound if self.side is Side.ABOVE else number < self.bound

    def is_back(self, number: float) -> bool:
        """Return whether a reading ends an excursion."""
        if self.side is Side.ABOVE:
            return number <= self.returns_at
        return number >= self.returns_at

    def worse(self, one: float, other: float) -> float:
        """Return the reading that is further beyond the bound."""
        return max(one, other) if self.side is Side.ABOVE else min(one, other)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A number of the channel at an instant."""

    at: datetime
    number: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """An excursion or a gap; without an `end` it lasts. A gap has no worst reading."""

    kind: AlarmKind
    start: datetime
    end: datetime | None
    worst: float | None


def alarms(
    limit: ChannelLimit,
    readings: Iterable[Reading],
    *,
    since: datetime,
    until: datetime,
    last: datetime | None = None,
) -> list[Alarm]:
    """Return the alarms that readings of a stretch of time give, in order of their starts.

    The readings are in order of time. `last` is the instant of the reading before the stretch.
    A gap starts with the reading that it follows, or with the limit itself. An excursion that
    has no returning reading lasts, also through a gap.
    """
    given = [r for r in readings if since <= r.at <= until]
    found = [*_excursions(limit, given, until), *_gaps(limit, given, last or since, until)]
    return sorted(found, key=lambda a: (a.start, a.kind))


def _excursions(limit: ChannelLimit, readings: Sequence[Reading], until: datetime) -> list[Alarm]:
    found: list[Alarm] = []
    start: datetime | None = None
    worst = 0.0

    def close(end: datetime | None) -> None:
        if start is not None and (end or until) - start >= limit.delay:
            found.append(Alarm(kind=AlarmKind.BEYOND, start=start, end=end, worst=worst))

    for reading in readings:
        if start is None and limit.is_beyond(reading.number):
            start, worst = reading.at, reading.number
        elif start is not None and limit.is_back(reading.number):
            close(reading.at)
            start = None
        elif start is not None:
            worst = limit.worse(worst, reading.number)
    close(None)
    return found


def _gaps(
    limit: ChannelLimit, readings: Sequence[Reading], start: datetime, until: datetime
) -> list[Alarm]:
    found: list[Alarm] = []
    last = start
    for reading in readings:
        if reading.at - last >= limit.silence:
            found.append(Alarm(kind=AlarmKind.GAP, start=last, end=reading.at, worst=None))
        last = max(last, reading.at)
    if until - last >= limit.silence:
        found.append(Alarm(kind=AlarmKind.GAP, start=last, end=None, worst=None))
    return found


class LimitState(StrEnum):
    """The present state of a limit, as a person reads it."""

    IN_ORDER = "in_order"
    BEYOND = "beyond"
    UNKNOWN = "unknown"


def standing(
    limit: ChannelLimit, latest: Reading | None, *, is_beyond: bool, now: datetime
) -> LimitState:
    """Return the present state; without a fresh reading it is unknown, and never in order."""
    if latest is None or now - latest.at >= limit.silence:
        return LimitState.UNKNOWN
    if is_beyond or limit.is_beyond(latest.number):
        return LimitState.BEYOND
    return LimitState.IN_ORDER
