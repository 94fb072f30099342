"""Money that a firm sent: allotted to statements, held as a credit, or refunded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from gadong.billing.domain.accounts.company_account import AccountItem
from gadong.core.domain.ids import CentreId, CompanyId, PersonId, StatementId, TransferId
from gadong.core.domain.problem import Invalid


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """Money that came, went back (`is_refund`), or (`reverses`) a wrong entry taken back. Won.

    `root_id` is the transfer that a refund or a taken back entry belongs to, or its own id.
    """

    id: TransferId
    centre_id: CentreId
    company_id: CompanyId
    root_id: TransferId
    amount: int
    is_refund: bool
    paid_on: date
    note: str
    reverses: TransferId | None
    recorded_by: PersonId
    recorded_at: datetime

    @property
    def is_root(self) -> bool:
        """Return whether this is the money that came, and no entry about it."""
        return self.root_id == self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """The rest of a transfer: what of it is allotted to no statement and not refunded. Won."""

    transfer_id: TransferId
    rest: int


def oldest_first(items: Sequence[AccountItem], amount: int) -> dict[StatementId, int]:
    """Allot an amount to the open items in their order, each up to what is open of it."""
    found: dict[StatementId, int] = {}
    for item in items:
        part = min(item.open, amount)
        if part:
            found[item.statement_id] = part
            amount -= part
    return found


def summed(parts: Iterable[tuple[StatementId, int]]) -> dict[StatementId, int]:
    """Return the won for each statement; a statement that is named twice has the sum."""
    found: dict[StatementId, int] = {}
    for statement_id, part in parts:
        found[statement_id] = found.get(statement_id, 0) + part
    return found


def need_allotted(
    items: Sequence[AccountItem], amount: int, parts: Mapping[StatementId, int]
) -> None:
    """Raise Invalid where a part exceeds its open item, or all parts exceed the amount."""
    open_of = {item.statement_id: item.open for item in items}
    for statement_id, part in parts.items():
        owed = open_of.get(statement_id, 0)
        if part < 1 or part > owed:
            raise Invalid(
                f"Of a named statement {owed:,} won are still owed", field="to", limit=owed
            )
    if sum(parts.values()) > amount:
        raise Invalid("More is allotted than came", field="to", limit=amount)


def drawn(held: Sequence[Held], amount: int) -> list[tuple[TransferId, int]]:
    """Draw an amount from the rests in their order; raise Invalid where they do not suffice."""
    left, parts = amount, []
    for one in held:
        part = min(one.rest, left)
        if part > 0:
            parts.append((one.transfer_id, part))
            left -= part
    if amount < 1 or left:
        credit = sum(one.rest for one in held)
        raise Invalid(f"The firm's credit is {credit:,} won", field="amount", limit=credit)
    return parts
