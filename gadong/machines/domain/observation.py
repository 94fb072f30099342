"""MachineObservation of a machine: by its signals, by a ledger that people keep, or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from gadong.core.domain.period import Period, span, union


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
    """Return how a machine is observed at an instant.

    By its signals where nobody has declared it.
    """
    begun = [o for o in observations if o.since <= instant]
    return max(begun, key=lambda o: o.since).observed if begun else Observed.SIGNAL


def unobserved(observations: Sequence[MachineObservation], until: datetime) -> list[Period]:
    """Return the periods before an instant, each from its declaration on, in which no signals
    observe the machine.
    """
    known = sorted((o for o in observations if o.since < until), key=lambda o: o.since)
    ends = [*(o.since for o in known[1:]), until]
    spans = [
        span(o.since, end)
        for o, end in zip(known, ends, strict=False)
        if o.observed is not Observed.SIGNAL
    ]
    return union(period for period in spans if period)
