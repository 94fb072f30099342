"""Companies."""

from __future__ import annotations

from dataclasses import dataclass

from gadong.core.domain.ids import CompanyId


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """A company that pays for the use of machines."""

    id: CompanyId
    name: str
    registration_number: str
