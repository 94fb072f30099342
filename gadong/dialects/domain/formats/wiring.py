"""Options of the mapper: the meaning of each value of a message (docs/dialects/mapper.md)."""

from __future__ import annotations

from functools import lru_cache

import msgspec

from gadong.dialects.domain.formats.availability import Availability
from gadong.dialects.domain.formats.path import steps
from gadong.dialects.domain.formats.plain import bits_of, mask_of, states_of
from gadong.dialects.domain.formats.reading import Options, contradict
from gadong.dialects.domain.formats.written_time import is_whole_format
from gadong.dialects.domain.signal import Channel

#: Seconds in a unit of the time field.
UNITS = {"s": 1.0, "ms": 1e-3, "us": 1e-6, "ns": 1e-9}
NUMERIC = {
    Channel.POWER_WATTS,
    Channel.ENERGY_WH,
    Channel.RUN_SECONDS,
    Channel.PARTS,
    Channel.FILAMENT_MM,
    Channel.PROGRESS,
    Channel.REMAINING_SECONDS,
    Channel.TEMPERATURE,
    Channel.MEASUREMENT,
}
#: Options that describe the one value of a binding without points.
ONE_POINT = (
    *("value", "sum", "channel", "states", "bits", "mask", "factor", "decimal", "part"),
    *("quality", "good", "good_if_absent", "unknown_if"),
)
MAPPED = NUMERIC | {Channel.ACTIVITY, Channel.JOB}


class Point(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One value of a message and what it means."""

    value: str = ""
    sum: list[str] = []
    channel: Channel = Channel.ACTIVITY
    states: str = ""
    bits: str = ""
    mask: str | int | None = None
    factor: float | str | None = None
    decimal: str = ""
    part: str = ""
    where: dict[str, str] = {}
    quality: str | None = None
    good: str = ""
    good_if_absent: bool = False
    unknown_if: str | None = None
    time: str | None = None

    @property
    def paths(self) -> tuple[str, ...]:
        """Return the paths to its value."""
        return tuple(self.sum) or (self.value,)

    @property
    def by(self) -> float | None:
        """Return the factor; None without one, while a unit in the text counts."""
        return None if self.factor is None else float(self.factor)


class Wiring(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The options: one point at the top, or several under `points`."""

    topic: str = ""
    link: Availability | None = None
    shared: bool = False
    each: str | None = None
    where: dict[str, str] = {}
    time: str | None = None
    time_unit: str = "s"
    points: list[Point] = []
    value: str = ""
    sum: list[str] = []
    channel: Channel = Channel.ACTIVITY
    states: str = ""
    bits: str = ""
    mask: str | int | None = None
    factor: float | str | None = None
    decimal: str = ""
    part: str = ""
    quality: str | None = None
    good: str = ""
    good_if_absent: bool = False
    unknown_if: str | None = None

    def all_points(self) -> list[Point]:
        """Return the points, or the one that the options themselves are."""
        return self.points or [
            Point(
                value=self.value,
                sum=self.sum,
                channel=self.channel,
                states=self.states,
                bits=self.bits,
                mask=self.mask,
                factor=self.factor,
                decimal=self.decimal,
                part=self.part,
                quality=self.quality,
                good=self.good,
                good_if_absent=self.good_if_absent,
                unknown_if=self.unknown_if,
            )
        ]


def read_options(options: Options) -> Wiring:
    """Read the options; ValueError names the faulty field."""
    try:
        return _read(msgspec.json.encode(options))
    except TypeError as trouble:
        raise ValueError(f"options: {trouble}") from trouble


# A centre has tens of gateways; what a form tries while somebody types comes and goes.
@lru_cache(maxsize=1024)
def _read(options: bytes) -> Wiring:
    try:
        found = msgspec.json.decode(options, type=Wiring)
    except msgspec.ValidationError as trouble:
        raise ValueError(f"options: {trouble}") from trouble
    if found.time_unit not in {*UNITS, "iso", "auto"} and not is_whole_format(found.time_unit):
        raise ValueError(
            "option time_unit is s, ms, us, ns, iso, auto, or a format as %H:%M:%S %m/%d/%Y"
        )
    if found.link:
        found.link.check()
    for path in (found.each, found.time, found.link.value if found.link else None):
        steps(path or "")
    for point in found.all_points():
        _check(point)
    return found


def _check(point: Point) -> None:
    if point.channel not in MAPPED:
        raise ValueError(f"channel {point.channel} cannot be mapped; see docs/dialects/mapper.md")
    states_of(point.states)
    bits_of(point.bits)
    if point.mask is not None:
        mask_of(point.mask)
    for path in (*point.paths, point.time, point.quality, point.unknown_if):
        steps(path or "")
    if point.bits and (point.channel is not Channel.ACTIVITY or point.states):
        raise ValueError("option bits is for channel activity, and stands in the place of states")
    if point.sum and (point.channel not in NUMERIC or point.value):
        raise ValueError("option sum is for numbers, and stands in the place of value")
    if point.decimal not in {"", ".", ","}:
        raise ValueError("option decimal is . or ,")
    try:
        _ = point.by
    except ValueError as trouble:
        raise ValueError("option factor is a number") from trouble


def check(options: Options) -> None:
    """Refuse what cannot be read, and options of which one would be passed over in silence."""
    found = read_options(options)
    check_contradictions(options, found)
    check_phases(found)


def check_contradictions(options: Options, found: Wiring) -> None:
    """Refuse two options that cannot both be meant; bindings of before are read as they were."""
    if found.points:
        for name in ONE_POINT:
            if options.get(name):
                raise contradict("points", name, f"each point has a {name} of its own")
    if found.link and found.link.topic == found.topic:
        raise contradict("topic", "link", "the link's topic says nothing of the values")


def check_phases(found: Wiring) -> None:
    """Refuse several points of power in one message without parts: the last would win, where a sum
    is meant.
    """
    phases = [
        point.part
        for point in found.points
        if point.channel is Channel.POWER_WATTS and not point.where
    ]
    if len(set(phases)) < len(phases):
        raise ValueError(
            "several points of power_watts are phases that are summed: give each its part"
        )
