"""Versions of a tariff."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from gadong.billing.domain.tariff import Tariff
from gadong.core.domain.ids import CentreId, TariffId


@dataclass(frozen=True, slots=True, kw_only=True)
class TariffVersion:
    """A price table of a centre; in force once published."""

    id: TariffId
    centre_id: CentreId
    tariff: Tariff
    published_at: datetime | None
