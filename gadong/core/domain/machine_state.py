"""The states of a machine, and the grade of the evidence for a state."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """The state of a machine, or the activity of one of its parts.

    UNKNOWN is a state of knowledge: never idle, never billed.
    """

    RUNNING = "running"
    PAUSED = "paused"
    SETUP = "setup"
    IDLE = "idle"
    OFF = "off"
    FAULT = "fault"
    UNKNOWN = "unknown"


class Grade(StrEnum):
    """The kind of evidence for a run's state."""

    SIGNAL = "A"
    COUNTER = "B"
    DECISION = "C"
    LEDGER = "L"  # people wrote it down
    CONTRADICTED = "D"  # by the machine's own evidence (Run.doubt)
    UNRESOLVED = "X"
