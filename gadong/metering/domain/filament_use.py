"""Filament: the length that a job used by its printer's counter, and its weight."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from gadong.core.domain.ids import MessageId
from gadong.dialects.domain.counter import CounterReading, consumption

# Beyond it the counter is wrong rather than reset.
MOST_MM_PER_SECOND = 500.0
PI = Decimal("3.14159265358979323846")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filament:
    """A round filament: its diameter in mm, and its density in g/cm³ (PLA: 1.75 and 1.24)."""

    diameter_mm: Decimal
    density: Decimal

    def __post_init__(self) -> None:
        # From the finest welding wire to a pellet extruder's strand; from foamed plastics to filled
        # metals.
        if not (self.diameter_mm.is_finite() and Decimal("0.1") <= self.diameter_mm <= 10):
            raise ValueError("filament_diameter_mm lies between 0.1 and 10")
        if not (self.density.is_finite() and Decimal("0.1") <= self.density <= 20):
            raise ValueError("filament_density lies between 0.1 and 20 g/cm³")

    def milligrams(self, millimetres: float) -> int:
        """Return the weight of a length in milligrams: mm · π · (d/2)² · ρ.

        The units: docs/reference/billing.md#materials.
        """
        section = PI * (self.diameter_mm / 2) ** 2
        exact = Decimal(str(millimetres)) * section * self.density
        return int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))


@dataclass(frozen=True, slots=True, kw_only=True)
class FilamentUse:
    """The millimetres that a job used, and the last message about them."""

    millimetres: float
    message_id: MessageId


def drawn(counters: Iterable[Sequence[CounterReading]], *, since: datetime) -> FilamentUse | None:
    """Return the count of a machine's counters, each in order of time, from a job's start, or None.

    The count begins at the last word before the job: a counter that began anew with it is seen to
    fall.
    """
    amount, told = 0.0, list[tuple[datetime, MessageId]]()
    for readings in counters:
        own = [r for r in readings if r.at >= since]
        before = [r for r in readings if r.at < since][-1:]
        amount += consumption([*before, *own], most_per_second=MOST_MM_PER_SECOND).amount
        told += [(r.at, r.message_id) for r in own if r.message_id is not None]
    return FilamentUse(millimetres=amount, message_id=max(told)[1]) if amount and told else None
