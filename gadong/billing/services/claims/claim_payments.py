"""Receivables of programmes' payers: money entered for a final claim, and taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from gadong.billing.domain.claims.claim_payment import ClaimPayment, ClaimReceivable
from gadong.billing.domain.claims.programme_claim import FinalClaim
from gadong.billing.services.accounts.reversals import need_reason, need_reversible
from gadong.billing.services.claims import programme_claims
from gadong.billing.store import claim_payments
from gadong.core.database import Pool, Tx, recorded_at, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.ids import CentreId, new_id
from gadong.core.domain.problem import Invalid, NotFound
from gadong.core.services.keyed_forms import KeyedForm
from gadong.people.store import people


def record(
    pool: Pool,
    who: Caller,
    claim_id: UUID,
    *,
    amount: int,
    paid_on: date,
    note: str = "",
    is_written_off: bool = False,
    now: datetime,
    key: str | None = None,
) -> ClaimPayment:
    """Enter money that came for a claim, or that nobody expects any more and why.

    Invalid for more than is owed or a day to come. A form that is sent again under its `key` enters
    nothing more.
    """
    if is_written_off and not note.strip():
        raise Invalid("Say why it is not expected any more", field="note")
    claim = programme_claims.find(pool, who, claim_id)
    permit = who.need(claim.centre_id, Right.MONEY_WORK)
    form = KeyedForm(who, key, ("claim paid", claim.id, amount, paid_on, note, is_written_off))
    with transaction(pool, permit) as tx:
        if (made_before := form.first(tx)) and (
            before := claim_payments.payment(tx, made_before)
        ) is not None:
            return before
        owed = claim_payments.accounts(tx, [claim.id])[claim.id].outstanding
        if amount < 1 or amount > owed:
            raise Invalid(
                f"Of this claim {owed:,} won are still owed; enter what was paid of them",
                field="amount",
                limit=owed,
                actual=amount,
            )
        if paid_on > _today(tx, claim.centre_id, now):
            raise Invalid("Nothing has been paid on a day to come", field="paid_on")
        entry = ClaimPayment(
            id=new_id(),
            centre_id=claim.centre_id,
            claim_id=claim.id,
            amount=amount,
            is_written_off=is_written_off,
            paid_on=paid_on,
            note=note,
            reverses=None,
            recorded_by=who.person_id,
            recorded_at=recorded_at(tx, claim.centre_id),
        )
        claim_payments.insert(tx, entry)
        form.keep(tx, entry.id)
    return entry


def take_back(pool: Pool, who: Caller, payment_id: UUID, *, reason: str) -> ClaimPayment:
    """Undo a wrong entry by one of the opposite sign; both stay."""
    need_reason(reason)
    with transaction(pool, who.reach()) as tx:
        entry = need_reversible(who, claim_payments.payment(tx, payment_id))
        undone = replace(
            entry,
            id=new_id(),
            amount=-entry.amount,
            note=reason,
            reverses=entry.id,
            recorded_by=who.person_id,
            recorded_at=recorded_at(tx, entry.centre_id),
        )
        claim_payments.insert(tx, undone)
    return undone


def of_claim(pool: Pool, who: Caller, claim_id: UUID) -> list[ClaimPayment]:
    """Return the entries of a claim, for whoever sees the centre's money."""
    claim = programme_claims.find(pool, who, claim_id)
    with transaction(pool, who.reach()) as tx:
        return claim_payments.of_claim(tx, claim.id)


def receivables(
    pool: Pool, who: Caller, claims: Sequence[FinalClaim], *, now: datetime
) -> list[ClaimReceivable]:
    """Return claims that the caller has found with their accounts as of today."""
    with transaction(pool, who.reach()) as tx:
        accounts = claim_payments.accounts(tx, [claim.id for claim in claims])
        days = {c: _today(tx, c, now) for c in {claim.centre_id for claim in claims}}
    return [
        ClaimReceivable(claim=one, account=accounts[one.id], today=days[one.centre_id])
        for one in claims
    ]


def open_at(pool: Pool, who: Caller, centre: CentreId, *, now: datetime) -> list[ClaimReceivable]:
    """Return the claims of which money is still owed, the oldest due first."""
    found = receivables(pool, who, programme_claims.of_centre(pool, who, centre), now=now)
    return sorted(
        (one for one in found if one.account.outstanding),
        key=lambda one: (one.claim.due_on, one.claim.number),
    )


def _today(tx: Tx, centre_id: CentreId, now: datetime) -> date:
    centre = people.centre(tx, centre_id)
    if centre is None:
        raise NotFound
    return now.astimezone(centre.zone).date()
