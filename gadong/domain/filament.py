"""Filament: from the length that a printer drew in to what it weighs."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

PI = Decimal("3.14159265358979323846")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filament:
    """A round filament: its diameter in mm, and its density in g/cm³ (PLA: 1.75 and 1.24)."""

    diameter_mm: Decimal
    density: Decimal

    def __post_init__(self) -> None:
        # From the finest welding wire to a pellet extruder's strand; from foamed plastics to filled metals.
        if not (self.diameter_mm.is_finite() and Decimal("0.1") <= self.diameter_mm <= 10):
            raise ValueError("filament_diameter_mm lies between 0.1 and 10")
        if not (self.density.is_finite() and Decimal("0.1") <= self.density <= 20):
            raise ValueError("filament_density lies between 0.1 and 20 g/cm³")

    def milligrams(self, millimetres: float) -> int:
        """What a length weighs, to the milligram: mm · π · (d/2)² · ρ, since a mm³ of a g/cm³ is a mg (billing §5.1)."""
        section = PI * (self.diameter_mm / 2) ** 2
        exact = Decimal(str(millimetres)) * section * self.density
        return int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))
