"""MachineObservation of a machine: by its signals, by a ledger that people keep, or not at all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
    return union(p for p, observed in _spans(observations, until) if observed != Observed.SIGNAL)


def ledgers_kept(observations: Sequence[MachineObservation], until: datetime) -> list[Period]:
    """Return the periods before an instant in which the machine has a ledger."""
    return union(p for p, observed in _spans(observations, until) if observed == Observed.LEDGER)


def _spans(
    observations: Sequence[MachineObservation], until: datetime
) -> Iterator[tuple[Period, Observed]]:
    """Yield each declaration's time, up to the next one."""
    known = sorted((o for o in observations if o.since < until), key=lambda o: o.since)
    ends = [*(o.since for o in known[1:]), until]
    for declared, end in zip(known, ends, strict=False):
        if period := span(declared.since, end):
            yield period, declared.observed
