"""Counted equipment of a centre, and what bookings of machines need of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from gadong.core.domain.ids import BookingId, CentreId, EquipmentId, MachineId
from gadong.core.domain.period import Period, without
from gadong.core.domain.usage_mode import UsageMode

# As the constraint equipment_units has it: a hall of chairs.
MAX_UNITS = 200
# As the constraint equipment_needs_units has it.
MAX_NEEDED = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Equipment:
    """Something that a centre has a number of; each unit serves one booking at a time."""

    id: EquipmentId
    centre_id: CentreId
    slug: str
    name_ko: str
    name_en: str
    units: int

    def __post_init__(self) -> None:
        if not 0 <= self.units <= MAX_UNITS:
            raise ValueError(f"equipment has 0 to {MAX_UNITS} units")


@dataclass(frozen=True, slots=True, kw_only=True)
class EquipmentNeed:
    """Units of any of some equipment that a booking needs.

    For every mode without a `usage_mode`.
    """

    id: UUID
    centre_id: CentreId
    machine_id: MachineId
    usage_mode: UsageMode | None
    any_of: tuple[EquipmentId, ...]
    units: int

    def __post_init__(self) -> None:
        if not 1 <= self.units <= MAX_NEEDED:
            raise ValueError(f"a booking needs 1 to {MAX_NEEDED} units")
        if not self.any_of or len(set(self.any_of)) < len(self.any_of):
            raise ValueError("a need names at least one piece of equipment, each once")

    def applies(self, mode: UsageMode) -> bool:
        """Return whether a booking of the mode has this need."""
        return self.usage_mode in {None, mode}

    def narrowed(self, chosen: Collection[EquipmentId]) -> EquipmentNeed:
        """Return the need for the chosen equipment alone; the same need where none of it serves."""
        kept = tuple(one for one in self.any_of if one in chosen)
        return replace(self, any_of=kept) if kept else self


@dataclass(frozen=True, slots=True, kw_only=True)
class EquipmentHold:
    """A unit that a booking holds for its time."""

    booking_id: BookingId
    equipment_id: EquipmentId
    unit: int
    period: Period


@dataclass(frozen=True, slots=True, kw_only=True)
class NeededUnits:
    """A need as the rules look at it: the free time of each unit that would serve it."""

    slugs: tuple[str, ...]
    names: Mapping[str, tuple[str, str]]
    units: int
    free: Sequence[Sequence[Period]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stock:
    """A centre's equipment over some time: what machines need, and what bookings hold."""

    equipment: Mapping[EquipmentId, Equipment]
    needs: Sequence[EquipmentNeed]
    holds: Mapping[tuple[EquipmentId, int], Sequence[Period]]

    def needs_of(
        self, machine_id: MachineId, mode: UsageMode, chosen: Collection[str]
    ) -> list[EquipmentNeed]:
        """Return the needs of a booking of the machine in the mode, narrowed to what is chosen."""
        ids = {e.id for e in self.equipment.values() if e.slug in chosen}
        return [
            need.narrowed(ids)
            for need in self.needs
            if need.machine_id == machine_id and need.applies(mode)
        ]

    def free(
        self, need: EquipmentNeed, bounds: Period
    ) -> dict[tuple[EquipmentId, int], list[Period]]:
        """Return the free time of each unit that would serve, in the order of the need."""
        return {
            (one, unit): without([bounds], self.holds.get((one, unit), ()))
            for one in need.any_of
            if one in self.equipment
            for unit in range(1, self.equipment[one].units + 1)
        }

    def needed(
        self, machine_id: MachineId, mode: UsageMode, bounds: Period, *, chosen: Collection[str]
    ) -> list[NeededUnits]:
        """Return the needs of a booking with the free time of the units inside the bounds."""
        return [
            NeededUnits(
                slugs=tuple(self.equipment[one].slug for one in need.any_of),
                names={
                    e.slug: (e.name_ko, e.name_en)
                    for e in map(self.equipment.__getitem__, need.any_of)
                },
                units=need.units,
                free=list(self.free(need, bounds).values()),
            )
            for need in self.needs_of(machine_id, mode, chosen)
        ]


def clash(needs: Sequence[EquipmentNeed]) -> EquipmentId | None:
    """Return equipment that two needs of one booking name; they could not be counted apart."""
    for number, one in enumerate(needs):
        for other in needs[number + 1 :]:
            at_once = one.usage_mode == other.usage_mode or None in {
                one.usage_mode,
                other.usage_mode,
            }
            common = set(one.any_of) & set(other.any_of)
            if at_once and common:
                return min(common)
    return None
