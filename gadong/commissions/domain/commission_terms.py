"""Terms that a centre sets for all its commissioned work."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class CommissionTerms:
    """A centre's terms: with `is_paid_first` results are handed over once they are paid."""

    is_paid_first: bool = False
