"""The work on a commission: received, begun, done and charged, and handed over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from gadong.billing.services import sales
from gadong.billing.store import payments
from gadong.commissions.domain.commission import Commission, CommissionState, CommissionStep
from gadong.commissions.domain.commission_file import CommissionFileKind
from gadong.commissions.services.commissions import need_due
from gadong.commissions.services.steps import (
    WantedItem,
    moved,
    named,
    need_items,
    said,
    worked_on,
)
from gadong.commissions.store import commission_files, commission_terms, commissions
from gadong.core.database import Pool, Tx, retried, transaction
from gadong.core.domain.access import Caller
from gadong.core.domain.problem import Conflict
from gadong.people.services.customers import need_customer

# An entry's note holds as much, as the API takes it.
LONGEST_NOTE = 200


@retried
def receive(
    pool: Pool,
    who: Caller,
    commission_id: UUID,
    *,
    due_on: date,
    is_urgent: bool = False,
    items: Sequence[WantedItem] | None = None,
    at: datetime | None = None,
    now: datetime,
) -> Commission:
    """Take the work on, until a day; with `items`, for these instead of those asked for.

    What the firm accepted as an offer stays as it is.
    """
    with transaction(pool, who.reach()) as tx:
        found = worked_on(tx, who, commission_id)
        found.after(CommissionStep.RECEIVE)
        need_customer(tx, found.centre_id, found.company_id)
        need_due(tx, found, due_on, now=now)
        if items is not None:
            if found.state is CommissionState.ACCEPTED:
                raise Conflict("The firm accepted these items; offer others with a new quote")
            wanted = named(tx, found.centre_id, items, at=at or now)
            found = replace(found, items=wanted)
            commissions.replace_items(tx, found)
        need_items(found.items)
        return moved(
            tx,
            who,
            found,
            CommissionStep.RECEIVE,
            at=at or now,
            now=now,
            data={"due_on": due_on.isoformat(), "is_urgent": is_urgent},
            due_on=due_on,
            is_urgent=is_urgent,
        )


@retried
def start(
    pool: Pool, who: Caller, commission_id: UUID, *, at: datetime | None = None, now: datetime
) -> Commission:
    """Record that the work began."""
    with transaction(pool, who.reach()) as tx:
        found = worked_on(tx, who, commission_id)
        return moved(tx, who, found, CommissionStep.START, at=at or now, now=now)


@retried
def finish(
    pool: Pool,
    who: Caller,
    commission_id: UUID,
    *,
    items: Sequence[WantedItem] | None = None,
    at: datetime | None = None,
    now: datetime,
) -> Commission:
    """Record that the work is done, and charge the company each item.

    With `items`, what was done differs from what was asked for, as 198 pouches of 200.
    """
    with transaction(pool, who.reach()) as tx:
        found = worked_on(tx, who, commission_id)
        found.after(CommissionStep.FINISH)
        wanted = items
        if wanted is None:
            wanted = [
                WantedItem(good=i.good, quantity=i.quantity, booking=i.booking_id)
                for i in found.items
            ]
        done = replace(found, items=named(tx, found.centre_id, wanted, at=at or now))
        need_items(done.items)
        if items is None:
            _need_same_measures(found, done)
        charged = _charged(tx, who, done, at=at or now)
        commissions.replace_items(tx, charged)
        return moved(
            tx,
            who,
            charged,
            CommissionStep.FINISH,
            at=at or now,
            now=now,
            data={
                "goods": [
                    {"good": i.good, "measure": i.measure.value, "quantity": str(i.quantity)}
                    for i in charged.items
                ]
            },
        )


@retried
def reopen(
    pool: Pool, who: Caller, commission_id: UUID, *, reason: str, now: datetime
) -> Commission:
    """Take back that the work is done, with its charges; it is in work again."""
    with transaction(pool, who.reach()) as tx:
        found, why = worked_on(tx, who, commission_id), said(reason, "reason")
        found.after(CommissionStep.REOPEN)
        for item in found.items:
            if item.entry_id is not None:
                sales.take_back(tx, who, item.entry_id, reason=why)
        again = moved(
            tx,
            who,
            found,
            CommissionStep.REOPEN,
            at=now,
            now=now,
            reason=why,
            items=tuple(replace(item, entry_id=None) for item in found.items),
        )
        commissions.replace_items(tx, again)
    return again


@retried
def hand_over(
    pool: Pool,
    who: Caller,
    commission_id: UUID,
    *,
    recipient: str,
    at: datetime | None = None,
    now: datetime,
) -> Commission:
    """Record that the work was handed over, and to whom; the firm reads its reports from then on.

    Conflict where the centre hands over what is paid alone, and this is not.
    """
    with transaction(pool, who.reach()) as tx:
        found = worked_on(tx, who, commission_id)
        found.after(CommissionStep.HAND_OVER)
        entries = [item.entry_id for item in found.items if item.entry_id is not None]
        is_paid_first = commission_terms.latest(tx, found.centre_id).is_paid_first
        if is_paid_first and payments.unpaid_entries(tx, entries):
            raise Conflict(
                "This work is handed over once it is paid: issue its statement, bill it now, enter "
                "the payment, write off what is left of it, or take the charge back"
            )
        files = commission_files.of_commission(tx, found.id)
        reports = [file for file in files if file.kind is CommissionFileKind.REPORT]
        data = {
            "recipient": said(recipient, "recipient"),
            "reports": [{"number": file.number, "digest": file.digest} for file in reports],
        }
        return moved(tx, who, found, CommissionStep.HAND_OVER, at=at or now, now=now, data=data)


def _need_same_measures(found: Commission, done: Commission) -> None:
    """Raise Conflict where the tariff counts a good otherwise since it was asked for."""
    for before, after in zip(found.items, done.items, strict=True):
        if before.measure is not after.measure:
            raise Conflict("The price table counts an item otherwise now; say what was done")


def _charged(tx: Tx, who: Caller, done: Commission, *, at: datetime) -> Commission:
    """Enter each item as a sale to the company, and return the commission with the entries."""
    note = f"{done.number} {done.subject}"[:LONGEST_NOTE]
    items = [
        replace(
            item,
            entry_id=sales.enter_service(
                tx,
                who,
                done.centre_id,
                done.company_id,
                item.good,
                quantity=item.quantity,
                booking=item.booking_id,
                at=at,
                note=note,
            ),
        )
        for item in done.items
    ]
    return replace(done, items=tuple(items))
