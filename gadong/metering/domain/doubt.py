"""Doubt: evidence of a machine's own that contradicts what a run says."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from gadong.core.domain.period import Period


class Cause(StrEnum):
    """The evidence that contradicts a run."""

    LATE = "late"  # later words said otherwise than those that had been derived
    COUNTER = "counter"  # the device's own counter of seconds in operation


@dataclass(frozen=True, slots=True)
class Doubt:
    """A contradiction in a stretch of a machine's time: its cause, and by how many seconds the two differ."""

    cause: Cause
    period: Period
    seconds: int
