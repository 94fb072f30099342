"""The climate of a room during a use: its sensors' readings, and whether they kept the limits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from gadong.core.domain.period import Period
from gadong.dialects.domain.signal import Channel
from gadong.metering.domain.channel_limit import ChannelLimit

#: The channels of a sensor that speak of a room's air: temperature, and named measurements such as
#: its humidity.
CLIMATE_CHANNELS = (Channel.TEMPERATURE, Channel.MEASUREMENT)
# The silence after which nothing is known where no limit says otherwise; the default of a limit.
USUAL_SILENCE = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClimateReading:
    """A number that a room's sensor read at an instant."""

    channel: Channel
    part: str
    at: datetime
    number: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitInForce:
    """A limit with the instant at which it ended; None where it is still watched."""

    limit: ChannelLimit
    ended_at: datetime | None

    def holds(self, at: datetime) -> bool:
        """Return whether the limit was watched at an instant."""
        return self.limit.since <= at and (self.ended_at is None or at < self.ended_at)

    def covers(self, period: Period) -> bool:
        """Return whether the limit was watched in all of a period."""
        ended_at = self.ended_at
        return self.limit.since <= period.start and (ended_at is None or ended_at >= period.end)


@dataclass(frozen=True, slots=True, kw_only=True)
class Climate:
    """Readings of one sensor during a use.

    `lowest` and `highest` are None where nothing was read. `has_gap` tells that for a time nothing
    was known. `is_inside` is False where a reading was beyond a limit. Otherwise `is_inside` is
    True where limits were watched all of the time and every reading kept them without a gap, else
    None.
    """

    name: str
    channel: Channel
    part: str
    lowest: float | None
    highest: float | None
    has_gap: bool
    is_inside: bool | None


def climates(
    period: Period, readings: Iterable[ClimateReading], limits: Sequence[LimitInForce]
) -> list[Climate]:
    """Return what each sensor read in a period, in order of channels and parts.

    The readings are in order of time. The last one before the period holds at its start, unless it
    is older than the silence after which nothing is known.
    """
    said: dict[tuple[Channel, str], list[ClimateReading]] = {}
    for reading in readings:
        said.setdefault((reading.channel, reading.part), []).append(reading)
    watched: dict[tuple[Channel, str], list[LimitInForce]] = {}
    for one in limits:
        if one.limit.channel in CLIMATE_CHANNELS:
            watched.setdefault((one.limit.channel, one.limit.part), []).append(one)
    found = [_climate(period, key, said.get(key, []), watched.get(key, [])) for key in said]
    found += [_climate(period, key, [], watched[key]) for key in watched if key not in said]
    order = {channel: place for place, channel in enumerate(CLIMATE_CHANNELS)}
    return sorted(found, key=lambda climate: (order[climate.channel], climate.part))


def earliest_reading(period: Period, limits: Sequence[LimitInForce]) -> datetime:
    """Return the instant from which a reading may still hold at a period's start."""
    return period.start - max([USUAL_SILENCE, *(one.limit.silence for one in limits)])


def _climate(
    period: Period,
    key: tuple[Channel, str],
    readings: Sequence[ClimateReading],
    limits: Sequence[LimitInForce],
) -> Climate:
    silence = min((one.limit.silence for one in limits), default=USUAL_SILENCE)
    earlier = [r for r in readings if period.start - silence < r.at <= period.start]
    known = [*earlier[-1:], *(r for r in readings if period.start < r.at < period.end)]
    points = [*(r.at for r in known), period.end]
    last, has_gap = period.start, False
    for at in points:
        has_gap = has_gap or at - last >= silence
        last = at
    has_gap = has_gap or not known
    is_beyond = any(
        one.limit.is_beyond(reading.number)
        for one in limits
        for reading in known
        if one.holds(max(reading.at, period.start))
    )
    is_judged = any(one.covers(period) for one in limits) and not has_gap
    channel, part = key
    return Climate(
        name=limits[0].limit.name if limits else part,
        channel=channel,
        part=part,
        lowest=min((r.number for r in known), default=None),
        highest=max((r.number for r in known), default=None),
        has_gap=has_gap,
        is_inside=False if is_beyond else True if is_judged else None,
    )
