"""The bank accounts into which companies pay centres."""

from __future__ import annotations

from datetime import datetime

from gadong.core.database import Tx, one, run
from gadong.core.domain.document import from_document
from gadong.core.domain.ids import CentreId, PersonId, new_id
from gadong.core.store.queries import statements
from gadong.core.store.values import to_document
from gadong.people.domain.bank_account import NO_ACCOUNT, BankAccount

SQL = statements(__file__)


def insert(
    tx: Tx, centre_id: CentreId, account: BankAccount, *, by: PersonId, recorded_at: datetime
) -> None:
    """Insert a centre's account."""
    run(
        tx,
        SQL["insert"],
        id=new_id(),
        centre_id=centre_id,
        document=to_document(account),
        set_by=by,
        recorded_at=recorded_at,
    )


def latest(tx: Tx, centre_id: CentreId, *, recorded_before: datetime) -> BankAccount:
    """Return a centre's latest account as known before the instant; an empty one without any."""
    row = one(tx, SQL["latest"], centre_id=centre_id, recorded_before=recorded_before)
    return from_document(BankAccount, row["document"]) if row else NO_ACCOUNT
