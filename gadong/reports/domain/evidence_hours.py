"""Billed hours by their evidence: signals, a ledger, or nothing."""

from __future__ import annotations

from dataclasses import dataclass

from gadong.billing.domain.charge import Charge
from gadong.core.domain.charge_component import Component
from gadong.core.domain.period import total_seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceHours:
    """Seconds of billed time by what speaks for them. The three are all of the time."""

    signal: int = 0
    ledger: int = 0
    unknown: int = 0

    def __add__(self, other: EvidenceHours) -> EvidenceHours:
        """Return the sum of both."""
        return EvidenceHours(
            signal=self.signal + other.signal,
            ledger=self.ledger + other.ledger,
            unknown=self.unknown + other.unknown,
        )

    @property
    def total(self) -> int:
        """Return all of the seconds."""
        return self.signal + self.ledger + self.unknown


def hours_of(charge: Charge) -> EvidenceHours:
    """Return the measured time of a line in its month.

    None of a line that is no use, or bills nothing of it. Of a line that several companies pay it
    is the company's part, so that the parts are the measured time.
    """
    trace = charge.trace
    if charge.component is not Component.TIME or trace.unbilled:
        return EvidenceHours()
    measured = total_seconds(trace.periods)
    signal = measured - trace.ledger_seconds - trace.unknown_seconds
    own = trace.divided.division.part_of if trace.divided else int
    return EvidenceHours(
        signal=own(signal), ledger=own(trace.ledger_seconds), unknown=own(trace.unknown_seconds)
    )
