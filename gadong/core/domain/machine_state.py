"""The states of a machine, and what a state rests on."""

from __future__ import annotations

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
    CONTRADICTED = "D"  # by the machine's own evidence (Run.doubt)
    UNRESOLVED = "X"
