"""The states of a machine, and how four independent axes give the one state."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """What a machine is doing. Unknown is a state of knowledge: never idle, never billed."""

    RUNNING = "running"
    PAUSED = "paused"
    SETUP = "setup"
    IDLE = "idle"
    OFF = "off"
    FAULT = "fault"
    UNKNOWN = "unknown"


class Grade(StrEnum):
    """What a run's state rests on."""

    SIGNAL = "A"
    COUNTER = "B"
    DECISION = "C"
    UNRESOLVED = "X"


@dataclass(frozen=True, slots=True, kw_only=True)
class Axes:
    """What a source last said, each axis by itself; None where it has said nothing.

    Sources publish pieces with different lifetimes, so a fresh value on one axis says nothing about the others.
    """

    link_up: bool | None = None
    powered: bool | None = None
    activity: State | None = None
    alarmed: bool | None = None

    def state(self) -> State:
        """The one state; the first axis that decides wins."""
        if self.link_up is False:
            return State.UNKNOWN  # a lost link does not stop a machine, and does not prove that it runs
        if self.powered is False:
            return State.OFF
        if self.alarmed:
            return State.FAULT
        return self.activity or State.UNKNOWN
