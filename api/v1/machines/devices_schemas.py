"""Devices on the wire: bound, not bound yet, and how they are read."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, JsonValue

from api.v1.machine_names import MachineNamed, NamesMachine
from api.v1.machines.machines_schemas import ThresholdsIn
from api.v1.schemas import In, Instant, Out, Reason, ShortName, Whole
from gadong.core.domain.machine_state import State


class SourceChangeIn(In):
    """Changes of a device's settings; omitted fields stay."""

    effective_from: Instant | None = Field(default=None, description="Default: now.")
    heartbeat_seconds: Whole | None = Field(default=None, ge=1, le=86400)
    thresholds: ThresholdsIn | None = None
    options: dict[str, JsonValue] | None = Field(default=None, max_length=40)


class CalibrationIn(In):
    """A stretch of a meter's past, at most 31 days.

    Thresholds to try, or none to have some proposed.
    """

    start: Instant
    end: Instant
    thresholds: ThresholdsIn | None = None


class BinOut(Out):
    """The time that the draw lay in a range of watts."""

    from_watts: float
    to_watts: float
    seconds: float


class PreviewedRunOut(Out):
    """A run as it would have been."""

    start: datetime
    end: datetime
    state: State = Field(examples=["running"])


class CalibrationOut(Out):
    """Thresholds, what they rest on, and what they would have made of the stretch."""

    thresholds: ThresholdsIn
    idle_watts: float | None
    running_watts: float | None
    histogram: list[BinOut]
    runs: list[PreviewedRunOut]


class OutboxOut(Out):
    """The stored part of a relay's outbox.

    Every number up to `upto` is stored here or was lost on the way; `lost` counts the latter.
    """

    outbox: str = Field(examples=["6f1c2b0e9d3a4f5e8c7b6a5940302010"])
    upto: int
    lost: int
    spoke_until: datetime | None = Field(description="The latest arrival that it told of.")
    heard_at: datetime


class RelayOut(Out):
    """A relay beside the machines; its account carries the topics `carries` and those below."""

    id: UUID = Field(description="The id of its device account.")
    name: str
    topic: str = Field(examples=["gadong/v1/demo/relays/hall"])
    carries: list[str]
    outboxes: list[OutboxOut] = Field(description="The one that was heard last stands at the end.")


class LastWordOut(Out):
    """The last value of a source on one axis."""

    source: UUID
    channel: str = Field(
        examples=["activity"], description="link, power, activity, alarm, condition, …"
    )
    part: str
    value: str | float | None
    event_time: datetime
    age_seconds: int
    time_rule: str
    uncertain_seconds: float


class CountedOut(Out):
    """The increase of a counter.

    `resets` counts its falls, `doubtful` the new values that were not accepted.
    """

    source: UUID
    channel: str = Field(examples=["energy_wh"])
    part: str
    amount: float
    resets: int
    doubtful: int


class FactOut(Out):
    """One thing that a message would mean."""

    channel: str
    part: str
    value: str | float


class ReadingOut(Out):
    """A message of an unknown device, and what it would mean or why it would not."""

    topic: str
    payload: str
    received_at: datetime
    meaning: list[FactOut]
    trouble: str


class SeriesOut(Out):
    """The numbers of one channel: `at` are seconds since 1970.

    In a reduced series `least` and `most` of each step differ; else they are the same number.
    """

    source: UUID
    channel: str = Field(examples=["power_watts"])
    part: str
    at: list[float]
    least: list[float]
    most: list[float]


class MissingSignalsOut(Out):
    """Signals that left the database. The messages of a line of a statement are read as before."""

    code: str = Field(
        examples=["signals.archived"],
        description="signals.archived: they lie in the file of a month; signals.deleted: they are "
        "gone for good.",
    )
    actual: str = Field(
        examples=["2026-01"],
        description="The archived month, or the day from which signals are kept.",
    )
    ko: str
    en: str
    drill_down: str = Field(
        examples=["/api/v1/statements?centre=01890a5d-ac96-774b-bcce-b302099a8057&month=2026-01"],
        description="The statements of the month, or all where signals are deleted: their lines "
        "lead to the messages or the evidence.",
    )


class DrawingOut(Out):
    """A machine's numbers and states over a period.

    `missing` says why series are empty or begin late, where their signals left the database.
    """

    series: list[SeriesOut]
    is_reduced: bool
    states: list[PreviewedRunOut]
    missing: MissingSignalsOut | None


class BoundChannelOut(MachineNamed):
    """A machine that reads channels of a device that several machines may share."""

    channels: list[str] = Field(examples=[["0"]])


class UnknownDeviceOut(Out):
    """A device that was heard and is not bound, or bound in part."""

    id: UUID
    dialect: str = Field(examples=["tasmota"], description="The likely dialect.")
    base: str
    options: dict[str, JsonValue]
    certainty: float = Field(description="0 to 1; above a half, topic and payload agree.")
    name: str
    heard: int = Field(description="Messages since the first; of these at most 500 are kept.")
    first_at: datetime
    last_at: datetime
    bound: list[BoundChannelOut] = Field(
        description="Machines that read channels of it already; in the list of all devices none."
    )
    messages: list[ReadingOut] = Field(
        description="The last ones; in the list of all devices none."
    )


class AdoptIn(NamesMachine):
    """Bind an unknown device to a machine; omitted fields are taken as recognised."""

    dialect: str | None = Field(default=None, max_length=40)
    base: str | None = Field(default=None, max_length=256)
    options: dict[str, JsonValue] | None = Field(default=None, max_length=40)
    precedence: Whole = Field(default=100, ge=0, le=1000)
    proves_running: bool = False
    heartbeat_seconds: Whole | None = Field(default=None, ge=1, le=86400)
    thresholds: ThresholdsIn | None = None
    counts_from: Instant | None = Field(
        default=None,
        description="From when its words before the binding count; else since it was first heard.",
    )


class DiscoveryIn(In):
    """Topic filters under which a centre looks for unknown devices; none: it does not look."""

    filters: list[Annotated[str, Field(max_length=256)]] = Field(
        max_length=50, examples=[["hall-1/#"]]
    )


class ReplayedOut(Out):
    """The result of another reading of quarantined messages."""

    understood: int
    left: int


class DeviceAccountIn(In):
    """A device's login to be made: for a bound device, or for topics at and below which it
    publishes.
    """

    name: ShortName = Field(examples=["Tasmota plug of mc-1"])
    source: UUID | None = None
    topics: list[str] = Field(
        default_factory=list, max_length=50, examples=[["tele/plug-mc-1", "stat/plug-mc-1"]]
    )


class DeviceAccountOut(Out):
    """A device's login. The broker was told of its present state at `applied_at`."""

    id: UUID
    name: str
    source: UUID | None
    username: str = Field(examples=["d-0123456789ab"])
    client_id: str = Field(description="what the broker calls the device, whatever it calls itself")
    publishes: list[str]
    hears: list[str]
    created_at: datetime
    revoked_at: datetime | None
    reason: str
    applied_at: datetime | None
    paused_until: datetime | None = Field(description="it sent too much, and rests until then")


class RefusalOut(Out):
    """One thing that a device tried on a day and was refused; an empty topic stands for many."""

    account: UUID
    act: Literal["publish", "subscribe"]
    topic: str
    address: str = Field(description="where the device was, the last time")
    first_at: datetime
    last_at: datetime
    times: int = Field(
        description="as the broker told; the same again within a minute is told once"
    )


class NewDeviceAccountOut(DeviceAccountOut):
    """A new login. Its password is shown this once."""

    password: str


class RevokeAccountIn(In):
    """The reason for revoking a device's account, and the start of its messages' exclusion."""

    reason: Reason
    since: Instant | None = Field(
        default=None,
        description="what its sources sent from then on is set aside and counts for nothing",
    )
