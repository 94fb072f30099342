"""MachineObservation of a machine: by its signals, by a ledger that people keep, or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Observed(StrEnum):
    """The way in which a centre learns of a machine's use."""

    SIGNAL = "signal"  # its devices report it
    LEDGER = "ledger"  # people write it down
    NEITHER = "neither"  # a room or a bench: its bookings are all that is known


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineObservation:
    """A declaration that a machine is observed so from an instant on, until the next one."""

    since: datetime
    observed: Observed


def observed_at(observations: Sequence[MachineObservation], instant: datetime) -> Observed:
    """Return how a machine is observed at an instant; by its signals where nobody has declared it."""
    begun = [o for o in observations if o.since <= instant]
    return max(begun, key=lambda o: o.since).observed if begun else Observed.SIGNAL
