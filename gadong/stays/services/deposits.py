"""Deposits: what a tenant gave, what went back, and what the centre holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from gadong.core.database import Pool, Tx, recorded_at, retried, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.ids import CentreId, DepositId, TenancyId, new_id
from gadong.core.domain.problem import Conflict, Invalid, NotFound
from gadong.core.services.keyed_forms import KeyedForm
from gadong.people.store import people
from gadong.stays.domain.deposit import DepositEntry, DepositKind
from gadong.stays.domain.tenancy import Tenancy
from gadong.stays.services.tenancies import need_seen
from gadong.stays.store import deposits

# A deposit of more is a slip of the pen; the table's constraint has the same.
MOST_WON = 100_000_000_000


@retried
def enter(
    pool: Pool,
    who: Caller,
    tenancy_id: TenancyId,
    *,
    kind: DepositKind,
    amount: int,
    paid_on: date,
    note: str,
    now: datetime,
    key: str | None = None,
) -> DepositEntry:
    """Enter money of a tenancy's deposit: received, given back, or kept for what is owed.

    Conflict where more would go than is held. A form that is sent again under its `key` enters
    nothing more.
    """
    form = KeyedForm(who, key, ("deposit", tenancy_id, kind, amount, paid_on, note))
    with transaction(pool, who.reach()) as tx:
        tenancy = _worked_on(tx, who, tenancy_id)
        if made_before := form.first(tx):
            return _known(tx, DepositId(made_before))
        centre = people.centre(tx, tenancy.centre_id)
        if centre is None:
            raise NotFound
        if not 0 < amount <= MOST_WON:
            raise Invalid(f"An amount is above 0 and at most {MOST_WON:,} won", field="amount")
        if not date(2000, 1, 1) <= paid_on <= now.astimezone(centre.zone).date():
            raise Invalid("Money was moved today or before", field="paid_on")
        if kind is DepositKind.DEDUCTED and not note.strip():
            raise Invalid("Say what the deposit was kept for", field="note")
        contract = deposits.first_contract(tx, tenancy.id)
        entry = DepositEntry(
            id=DepositId(new_id()),
            centre_id=tenancy.centre_id,
            company_id=tenancy.company_id,
            tenancy_id=contract,
            kind=kind,
            amount=amount,
            paid_on=paid_on,
            note=note.strip(),
            reverses=None,
            recorded_by=who.person_id,
            recorded_at=recorded_at(tx, tenancy.centre_id),
        )
        deposits.insert(tx, entry)
        form.keep(tx, entry.id)
    return entry


@retried
def take_back(pool: Pool, who: Caller, deposit_id: DepositId, *, reason: str) -> DepositEntry:
    """Take a wrong entry back by another one; both stay on record."""
    with transaction(pool, who.reach()) as tx:
        found = _known(tx, deposit_id)
        _worked_on(tx, who, found.tenancy_id)
        if found.reverses:
            raise Conflict("This entry takes back another; enter what is right instead")
        if not reason.strip():
            raise Invalid("This must be said", field="reason")
        undone = replace(
            found,
            id=DepositId(new_id()),
            note=reason.strip(),
            reverses=found.id,
            recorded_by=who.person_id,
            recorded_at=recorded_at(tx, found.centre_id),
        )
        deposits.insert(tx, undone)
    return undone


def shown(pool: Pool, who: Caller, tenancy_id: TenancyId) -> Sequence[DepositEntry]:
    """List the entries of a tenancy's deposit, for its company and the centre's managers."""
    with transaction(pool, who.reach()) as tx:
        tenancy = need_seen(tx, who, tenancy_id)
        return deposits.of_tenancy(tx, deposits.first_contract(tx, tenancy.id))


def held_of_centre(pool: Pool, who: Caller, centre: CentreId) -> int:
    """Return the won of all deposits that a centre holds; for who sees its money."""
    permit = who.need(centre, Right.MONEY_SEE)
    with transaction(pool, permit) as tx:
        return sum(deposits.held_of_centre(tx, centre).values())


def _known(tx: Tx, deposit_id: DepositId) -> DepositEntry:
    found = deposits.find(tx, deposit_id)
    if found is None:
        raise NotFound
    return found


def _worked_on(tx: Tx, who: Caller, tenancy_id: TenancyId) -> Tenancy:
    found = need_seen(tx, who, tenancy_id)
    who.need(found.centre_id, Right.MONEY_WORK)
    return found
