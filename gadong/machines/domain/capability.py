"""Abilities of a machine and needs of a job: build volume, materials, accuracy."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Abilities:
    """A machine's own figures, or a job's wants. What is not said is not known of a machine, and
    not asked of a job.
    """

    build_volume_mm: tuple[int, int, int] | None = None
    materials: tuple[str, ...] = ()
    # The uncertainty of measuring, or of making: smaller is better.
    accuracy_um: int | None = None

    def __post_init__(self) -> None:
        if self.build_volume_mm and min(self.build_volume_mm) <= 0:
            raise ValueError("build_volume_mm has three sides above nought")
        if self.accuracy_um is not None and self.accuracy_um <= 0:
            raise ValueError("accuracy_um is above nought")

    def serve(self, needs: Abilities) -> bool:
        """Return whether a machine of these abilities can do the job.

        A part may be turned; an unknown ability fails a need for it.
        """
        if needs.build_volume_mm:
            if self.build_volume_mm is None:
                return False
            sides = zip(sorted(self.build_volume_mm), sorted(needs.build_volume_mm), strict=True)
            if any(has < wants for has, wants in sides):
                return False
        if needs.accuracy_um is not None and (
            self.accuracy_um is None or self.accuracy_um > needs.accuracy_um
        ):
            return False
        known = {material.casefold() for material in self.materials}
        return all(material.casefold() in known for material in needs.materials)
