"""A firm's wish that its credit pays statements by itself, and what is then set off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from gadong.billing.domain.accounts.company_account import AccountItem
from gadong.billing.domain.accounts.transfer import Held, drawn, oldest_first
from gadong.core.domain.ids import CentreId, CompanyId, PersonId, StatementId, TransferId


class OrderMedium(StrEnum):
    """The way in which a firm asked for it."""

    PAGE = "page"
    PAPER = "paper"
    TELEPHONE = "telephone"


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditOrder:
    """A firm's wish from its instant on; of several the latest counts."""

    id: UUID
    centre_id: CentreId
    company_id: CompanyId
    is_automatic: bool
    asked: OrderMedium
    set_by: PersonId
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class SetOffPart:
    """Won of a transfer's rest for a statement."""

    transfer_id: TransferId
    statement_id: StatementId
    amount: int


def automatic(items: Sequence[AccountItem], held: Sequence[Held]) -> list[SetOffPart]:
    """Set a credit off against the open items: the oldest debt first, from the oldest rest.

    The parts add up to the credit or to all that is owed, whichever is less.
    """
    wanted = oldest_first(items, sum(one.rest for one in held))
    if not wanted:
        return []
    rests = drawn(held, sum(wanted.values()))
    parts: list[SetOffPart] = []
    for statement_id, owed in wanted.items():
        left = owed
        while left:
            transfer_id, rest = rests[0]
            part = min(left, rest)
            parts.append(SetOffPart(transfer_id, statement_id, part))
            left -= part
            rests[0] = (transfer_id, rest - part)
            if part == rest:
                rests.pop(0)
    return parts
