"""Machines, their devices, and what they did, on the wire."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, JsonValue

from api.v1.machine_names import MachineNamed
from api.v1.schemas import In, MachineName, Number, Out, Slug, Whole
from gadong.booking.domain.booking import BookingState
from gadong.booking.domain.seating import MAX_SEATS
from gadong.core.domain.machine_state import Grade, State
from gadong.core.domain.problem import Invalid
from gadong.dialects.domain.power_states import PowerThresholds
from gadong.machines.domain.capability import Abilities
from gadong.machines.domain.observation import Observed


class AbilitiesIO(In):
    """Abilities of a machine, or needs of a job.

    A part may be turned; an unknown ability fails a need for it.
    """

    build_volume_mm: tuple[int, int, int] | None = Field(default=None, examples=[[250, 210, 210]])
    materials: list[Annotated[str, Field(max_length=60)]] = Field(
        default_factory=list, max_length=50, examples=[["PLA"]]
    )
    accuracy_um: Whole | None = Field(default=None, ge=1, le=1_000_000)

    def to_domain(self) -> Abilities:
        """Return the same in the domain's words; Invalid for a side that is none."""
        try:
            return Abilities(
                build_volume_mm=self.build_volume_mm,
                materials=tuple(self.materials),
                accuracy_um=self.accuracy_um,
            )
        except ValueError as trouble:
            raise Invalid(str(trouble), field="build_volume_mm") from trouble


class MachineIn(In):
    """A machine to be made."""

    centre: UUID
    slug: Slug
    kind: str = Field(min_length=1, max_length=60, examples=["3d-printer"])
    name_ko: MachineName = Field(examples=["3D 프린터 1호"])
    name_en: MachineName = Field(examples=["3D printer 1"])
    observed: Observed = Field(
        default=Observed.SIGNAL, description="How its use is known: docs/ledgers.md."
    )
    seats: Whole = Field(
        default=1,
        ge=1,
        le=MAX_SEATS,
        description="Above one: a room that several bookings share, and that nothing observes.",
    )
    rules: dict[str, JsonValue] = Field(
        default_factory=dict,
        max_length=60,
        description="Its own parameters of the rule book.",
        examples=[{}],
    )


class SeatsIn(In):
    """The number of seats of a room; one for every other machine."""

    seats: Whole = Field(ge=1, le=MAX_SEATS)


class LiveOut(Out):
    """The state of a machine now."""

    state: State = Field(examples=["running"])
    since: datetime
    job: str | None = Field(description="For managers: what others make is theirs to tell.")
    progress: float | None
    power_watts: float | None
    ends_at: datetime | None = Field(
        description="When the machine expects its job to end; null while none runs."
    )
    heard_at: datetime | None


class MachineOut(Out):
    """A machine."""

    id: UUID
    centre: UUID
    slug: str
    kind: str
    name_ko: str
    name_en: str
    seats: int = Field(description="Above one: a room that several bookings share.")
    live: LiveOut | None = Field(default=None, description="Null while nothing was ever heard.")


class CallIn(In):
    """The reason for calling the staff."""

    words: str = Field(default="", max_length=200, examples=["필라멘트가 걸렸습니다"])


class CallOut(MachineNamed):
    """Somebody waits at a machine."""

    id: UUID
    name: str
    words: str
    called_at: datetime


class ThresholdsIn(In):
    """The limits between running, idle and off in a plug's watts."""

    run_above: Number = Field(examples=[400])
    idle_below: Number = Field(examples=[250])
    run_after_seconds: Whole = Field(default=20, ge=0, le=3600)
    idle_after_seconds: Whole = Field(default=120, ge=0, le=3600)
    off_below: Number = 3.0

    def to_domain(self) -> PowerThresholds:
        """Return the thresholds as a domain value; raise Invalid unless they rise."""
        try:
            return PowerThresholds(
                run_above=self.run_above,
                idle_below=self.idle_below,
                run_after=timedelta(seconds=self.run_after_seconds),
                idle_after=timedelta(seconds=self.idle_after_seconds),
                off_below=self.off_below,
            )
        except ValueError as trouble:
            raise Invalid(str(trouble), field="thresholds") from trouble


class SourceIn(In):
    """A device to be bound to a machine."""

    dialect: str = Field(examples=["octoprint"])
    base: str = Field(
        max_length=256,
        examples=["octoPrint/prusa-1"],
        description="The levels all its topics share.",
    )
    precedence: Whole = Field(
        default=100, ge=0, le=1000, description="The lower of two sources decides."
    )
    proves_running: bool = Field(
        default=False, description="Its running state overrules the sources before it."
    )
    heartbeat_seconds: Whole | None = Field(default=None, ge=1, le=86400)
    thresholds: ThresholdsIn | None = None
    options: dict[str, JsonValue] = Field(default_factory=dict, max_length=40)


class SourceOut(Out):
    """A device bound to a machine."""

    id: UUID
    dialect: str
    base: str
    topics: list[str]
    channels: list[str] = Field(
        description="The channels of the device that it reads; none: the whole device.",
        examples=[["0"]],
    )
    precedence: int
    is_heard: bool = Field(description="True once ingest is subscribed to its topics.")
    noise: dict[str, int] = Field(
        default_factory=dict,
        description="Messages counted and not kept, by kind: empty, question, answer, connecting.",
    )


class DoubtOut(Out):
    """Contradiction of a run by the machine itself: `late` words or its `counter`, by so many
    seconds.
    """

    cause: str = Field(examples=["late", "counter", "unbound"])
    start: datetime
    end: datetime
    seconds: int


class RunOut(Out):
    """A stretch in one state; `end` is null while it lasts."""

    start: datetime
    end: datetime | None
    state: State = Field(examples=["running"])
    grade: Grade = Field(
        examples=["A"], description="A signal, B counter, C decision, D contradicted, X unresolved"
    )
    opened_by: UUID | None = Field(description="The message that began it: /api/v1/messages/{id}")
    counted_seconds: int | None
    uncertain_seconds: int = Field(description="It began at most this long before `start`.")
    bridged_seconds: int = Field(description="Of these the link was away, too briefly to matter.")
    doubt: DoubtOut | None = Field(
        description="Set where the machine's own evidence says otherwise."
    )


class JobOnMachineOut(Out):
    """A job of the machine; `end` is null while it lasts."""

    start: datetime
    end: datetime | None
    is_start_known: bool = Field(
        description="False: it already ran when the machine was first heard."
    )
    name: str | None
    result: str | None = Field(
        examples=["done"], description="done, failed or cancelled, where the machine says so"
    )


class TakenOut(Out):
    """Booked time on a timeline; whose it is only for those who may know."""

    start: datetime
    end: datetime
    state: BookingState
    booking: UUID | None
    company: UUID | None


class TimelineOut(MachineNamed):
    """The runs, jobs and bookings of a machine in a period."""

    start: datetime
    end: datetime
    runs: list[RunOut]
    jobs: list[JobOnMachineOut]
    bookings: list[TakenOut]


class UsageOut(Out):
    """Activity on a machine and whose it was."""

    start: datetime
    end: datetime
    running_seconds: int
    owner: Literal["company", "centre", "nobody"] = Field(
        examples=["company"], description="company, centre or nobody"
    )
    rule: str = Field(examples=["booking"])
    company: UUID | None
    booking: UUID | None
    flags: list[str]


class MeaningOut(Out):
    """One fact that a message was understood as."""

    channel: str
    part: str = Field(description="Path or condition of the machine; empty for the whole.")
    event_time: datetime
    time_rule: str = Field(description="device, received, skewed, queued or retained")
    uncertain_seconds: float = Field(
        description="It happened at most this long before `event_time`."
    )
    value: str | float | None


class MessageOut(Out):
    """A message as the machine sent it."""

    id: UUID
    topic: str
    payload: str = Field(description="As text; bytes that are none are shown as escapes.")
    qos: int
    retained: bool
    received_at: datetime
    meaning: list[MeaningOut]


class QuarantinedOut(Out):
    """A cause for which messages were set aside, with one example."""

    id: UUID
    source: UUID | None
    reason: str
    detail: str
    topic: str
    payload: str
    occurrences: int
    kept: int = Field(description="Number of messages kept whole, to be read again.")
    first_at: datetime
    last_at: datetime
