"""An interlock, which keeps a machine from being started without a right, and its state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from gadong.core.domain.ids import BookingId, CentreId, MachineId, MessageId, PersonId, SourceId
from gadong.core.domain.machine_state import State
from gadong.core.domain.problem import Problem


class Latch(StrEnum):
    """The position of an interlock: the machine can be started, or cannot."""

    ENABLED = "enabled"
    INHIBITED = "inhibited"


class Means(StrEnum):
    """The kind of an interlock: the supply, a safe enable contact, or the controller's own lock."""

    MAINS = "mains"
    CONTACT = "contact"
    SOFTWARE = "software"


class Failing(StrEnum):
    """The direction of failure: without commands the machine keeps working (OPEN), or cannot be
    started (CLOSED).
    """

    OPEN = "open"
    CLOSED = "closed"


class Outcome(StrEnum):
    """The result of a command."""

    CONFIRMED = "confirmed"  # the device says that it stands where it was told to
    REFUSED = "refused"  # the device says that it will not
    CONTRADICTED = "contradicted"  # it says that it stands otherwise
    SILENT = "silent"  # it said nothing in time
    UNSENT = "unsent"  # there was no connection to send it on


#: The kinds of machine whose supply may be switched: small printers, tools without a controller,
#: lights. A controlled machine's supply never is; its builder's safety chain reads a dry contact
#: (docs/reference/signals.md#means-of-switching).
MAINS_KINDS = frozenset({"3d-printer", "hand-tool", "light", "room"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """A manager's word over the interlock, until it is lifted: where it is to stand, or (None) that
    it be left alone.
    """

    latch: Latch | None
    reason: str
    by: PersonId
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Interlock:
    """A machine's interlock: the source that is switched, and what must hold before.

    `quiet` is how long the machine must have stood still before it is inhibited. `cool_below` (°C)
    is the temperature that every heated part must have fallen to by then.
    `shares_circuit` are machines that lose their supply with this one.
    """

    machine_id: MachineId
    centre_id: CentreId
    source_id: SourceId
    fails: Failing = Failing.OPEN
    quiet: timedelta = timedelta(minutes=5)
    cool_below: float = 60.0
    shares_circuit: tuple[MachineId, ...] = ()
    set_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineStatus:
    """A machine's state since an instant, its last message, its draw and its temperature.

    `peak_watts` is the highest draw within the last `quiet`, `idle_watts` the allowed draw at rest.
    """

    state: State = State.UNKNOWN
    since: datetime | None = None
    heard_at: datetime | None = None
    peak_watts: float | None = None
    idle_watts: float | None = None
    hottest: float | None = None
    booked: bool = False

    @property
    def draws(self) -> bool:
        """Return whether a meter shows more than the draw at rest."""
        if self.peak_watts is None or self.idle_watts is None:
            return False
        return self.peak_watts >= self.idle_watts


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """The last message of a switched device: its latch and time, its connection and its settings.

    `refused_at` is its last refusal of a command, `back_at` its last return. `power_up` is its
    state after its power returns; `has_timer` says that it switches by itself after a time.
    """

    latch: Latch | None = None
    at: datetime | None = None
    message_id: MessageId | None = None
    is_up: bool | None = None
    back_at: datetime | None = None
    refused_at: datetime | None = None
    power_up: str | None = None
    has_timer: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One order to a device, what was seen before it was given, and what became of it."""

    id: UUID
    machine_id: MachineId
    centre_id: CentreId
    source_id: SourceId
    wanted: Latch
    why: str
    seen: Mapping[str, str | float | None]
    issued_at: datetime
    expires_at: datetime
    booking_id: BookingId | None = None
    by: PersonId | None = None
    outcome: Outcome | None = None
    settled_at: datetime | None = None
    answered_by: MessageId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRight:
    """The right to run the machine since an instant: a booking checked in to, or a free machine."""

    needs_booking: bool = True
    booking_id: BookingId | None = None
    since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InterlockFacts:
    """Everything that a decision rests on. `commands` are the latest first."""

    means: Means
    said: Said
    standing: MachineStatus
    right: RunRight
    hold: Hold | None = None
    neighbours: Mapping[str, MachineStatus] = field(default_factory=dict)
    commands: Sequence[Command] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class InterlockDecision:
    """The wanted position of the interlock, its reason and obstacles; None for no change."""

    wanted: Latch | None
    why: str
    obstacles: tuple[Problem, ...] = ()

    @property
    def may_command(self) -> bool:
        """Return whether the device is to be commanded now."""
        return self.wanted is not None and not self.obstacles
