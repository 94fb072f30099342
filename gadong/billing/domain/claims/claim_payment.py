"""Money of a programme's payer for a final claim."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from gadong.billing.domain.claims.programme_claim import FinalClaim
from gadong.billing.domain.payment import PaymentState, StatementAccount
from gadong.core.domain.ids import CentreId, PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimPayment:
    """Money that came, or (`is_written_off`) that nobody expects to come; or (`reverses`) a wrong
    entry taken back. Won.
    """

    id: UUID
    centre_id: CentreId
    claim_id: UUID
    amount: int
    is_written_off: bool
    paid_on: date
    note: str
    reverses: UUID | None
    recorded_by: PersonId
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimReceivable:
    """A final claim with its account as of a day, which is reckoned as a statement's is."""

    claim: FinalClaim
    account: StatementAccount
    today: date

    @property
    def state(self) -> PaymentState:
        """Return whether the claim is open, paid in part, paid, overdue or written off."""
        return self.account.state(self.today)

    @property
    def days_late(self) -> int:
        """Return the days since the due day; 0 on the day itself, and without a debt."""
        return self.account.late(self.today).days
