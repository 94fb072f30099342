"""Doubts: the machine's own evidence that contradicts a run."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from gadong.core.domain.period import Period


class Cause(StrEnum):
    """The evidence that contradicts a run."""

    LATE = "late"  # later messages differ from the derived runs
    COUNTER = "counter"  # the device's own counter of seconds in operation
    UNBOUND = "unbound"  # nobody had bound the device when it sent the message


@dataclass(frozen=True, slots=True)
class Doubt:
    """A contradiction in a period of a machine's time: its cause, and the difference in seconds."""

    cause: Cause
    period: Period
    seconds: int
