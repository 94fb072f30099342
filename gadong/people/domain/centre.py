"""Centres."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from gadong.core.domain.ids import CentreId


@dataclass(frozen=True, slots=True, kw_only=True)
class Centre:
    """A site with its own machines, people, clock and money."""

    id: CentreId
    slug: str
    name: str
    zone_name: str
    currency: str

    @property
    def zone(self) -> ZoneInfo:
        """Its clock."""
        return ZoneInfo(self.zone_name)
