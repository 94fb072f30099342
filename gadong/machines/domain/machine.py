"""Machines and their sources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gadong.core.domain.ids import CentreId, MachineId, SourceId
from gadong.machines.domain.source_reading import Metering


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """Anything that can be booked."""

    id: MachineId
    centre_id: CentreId
    slug: str
    kind: str
    name_ko: str
    name_en: str
    retired_at: datetime | None = None
    # Above one, several bookings may stand in it at an instant (ADR 51).
    seats: int = 1


def of_machine(machine: Machine) -> dict[str, str]:
    """Return the figures by which a problem names a machine, as the API names it."""
    return {"machine": str(machine.id), "machine_slug": machine.slug}


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One device's binding: which topics, which dialect, which machine.

    `base` names the device, `prefixes` are the topic levels its messages begin with, `shared` those
    that others read too. `metering` says how its signals are read, `options` what its dialect wants
    to know.
    """

    id: SourceId
    centre_id: CentreId
    machine_id: MachineId
    dialect: str
    base: str
    prefixes: tuple[str, ...]
    metering: Metering
    options: Mapping[str, Any]
    shared: tuple[str, ...] = ()

    @property
    def filters(self) -> tuple[str, ...]:
        """Return the topic filters of the whole source."""
        return tuple(f"{prefix}/#" for prefix in (*self.prefixes, *self.shared))
