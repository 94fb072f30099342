"""Devices that nobody has bound, and how many of them are kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from gadong.core.domain.ids import CentreId

# More than any hall has of unknown devices; whoever invents names fills this and no more.
MOST_DEVICES = 500

# A printer's evening of events, or an hour of a plug every ten seconds; older ones go first.
MOST_MESSAGES = 500

MOST_BYTES = 2 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownDevice:
    """A device that nobody has bound yet, and what it seems to be."""

    id: UUID
    centre_id: CentreId
    dialect: str
    base: str
    options: Mapping[str, Any]
    certainty: float
    name: str
    heard: int
    first_at: datetime
    last_at: datetime
