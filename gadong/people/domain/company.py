"""Companies."""

from __future__ import annotations

from dataclasses import dataclass

from gadong.core.domain.ids import CompanyId


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """A company that pays for the use of machines, or another payer (`domain/payer.py`).

    A payer without a number with the tax office has an empty one.
    """

    id: CompanyId
    name: str
    registration_number: str
