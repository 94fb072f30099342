"""Deposits (보증금): a tenant's money that is no sale, and goes back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from gadong.core.domain.ids import CentreId, CompanyId, DepositId, PersonId, TenancyId


class DepositKind(StrEnum):
    """The kind of an entry in the account of a deposit."""

    RECEIVED = "received"
    RETURNED = "returned"
    DEDUCTED = "deducted"  # 공제: kept by the centre for what the tenant owes


@dataclass(frozen=True, slots=True, kw_only=True)
class DepositEntry:
    """Money that came in, went back, or was kept for a debt. A fact.

    `tenancy_id` is the first contract: renewals go on with its deposit. `reverses` names the
    entry that this one takes back.
    """

    id: DepositId
    centre_id: CentreId
    company_id: CompanyId
    tenancy_id: TenancyId
    kind: DepositKind
    amount: int
    paid_on: date
    note: str
    reverses: DepositId | None
    recorded_by: PersonId
    recorded_at: datetime

    @property
    def change(self) -> int:
        """Return the won by which the deposit grows, below nothing where it shrinks."""
        grows = (self.kind is DepositKind.RECEIVED) == (self.reverses is None)
        return self.amount if grows else -self.amount


def held(entries: Iterable[DepositEntry]) -> int:
    """Return the won that the centre holds."""
    return sum(entry.change for entry in entries)
