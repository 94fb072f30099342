"""Centres."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from gadong.core.domain.ids import CentreId


@dataclass(frozen=True, slots=True, kw_only=True)
class Centre:
    """A site with its own machines, people, time zone and currency."""

    id: CentreId
    slug: str
    name: str
    zone_name: str
    currency: str

    @property
    def zone(self) -> ZoneInfo:
        """Return the centre's time zone."""
        return ZoneInfo(self.zone_name)
