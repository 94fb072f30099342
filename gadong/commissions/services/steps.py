"""The parts of every step of a commission: its case, its items, its record and its notices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from gadong.billing.services.sales import good_of, kept_quantity
from gadong.commissions.domain.commission import (
    MOST_ITEMS,
    Commission,
    CommissionEvent,
    CommissionItem,
    CommissionStep,
    need_in_order,
    standing,
)
from gadong.commissions.store import commissions
from gadong.core.database import Tx, recorded_at
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.ids import BookingId, CentreId, new_id
from gadong.core.domain.problem import Invalid, NotFound
from gadong.core.store import outbox
from gadong.people.domain.centre import Centre
from gadong.people.store import people

#: The steps that the firm is told of: who asked, while of the firm, else all its people.
TOLD_TO_FIRM: Mapping[CommissionStep, str] = {
    CommissionStep.QUOTE: "commission.quoted",
    CommissionStep.RECEIVE: "commission.received",
    CommissionStep.START: "commission.started",
    CommissionStep.FINISH: "commission.done",
    CommissionStep.HAND_OVER: "commission.handed_over",
    CommissionStep.DECLINE: "commission.declined",
}
#: The steps of a firm that the centre's staff are told of.
TOLD_TO_STAFF: Mapping[CommissionStep, str] = {
    CommissionStep.REQUEST: "commission.requested",
    CommissionStep.ACCEPT: "commission.accepted",
    CommissionStep.WITHDRAW: "commission.withdrawn",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedItem:
    """A quantity of one of the tariff's goods, in the good's own measure.

    `booking` is that of the machine on which it is done.
    """

    good: str
    quantity: Decimal
    booking: BookingId | None = None


def site(tx: Tx, centre_id: CentreId) -> Centre:
    """Return the centre."""
    centre = people.centre(tx, centre_id)
    if centre is None:
        raise NotFound
    return centre


def seen(tx: Tx, who: Caller, commission_id: UUID) -> Commission:
    """Return a commission that the caller may see, locked until the transaction ends."""
    found = commissions.find(tx, commission_id)
    if found is None or not who.may_see(found.centre_id, found.company_id, Right.DESK_SEE):
        raise NotFound("There is no such commission that you may see")
    return found


def worked_on(tx: Tx, who: Caller, commission_id: UUID) -> Commission:
    """Return a commission for somebody who works at the centre's desk."""
    found = seen(tx, who, commission_id)
    who.need(found.centre_id, Right.DESK_WORK)
    return found


def said(text: str, field: str) -> str:
    """Return a text without its edges; raise Invalid for none."""
    if not text.strip():
        raise Invalid("This must be said", field=field)
    return text.strip()


def named(
    tx: Tx, centre_id: CentreId, wanted: Sequence[WantedItem], *, at: datetime
) -> tuple[CommissionItem, ...]:
    """Return items with the names and measures of the tariff of an instant's day.

    Raise Invalid for a good that it has not, or a quantity that its measure does not hold.
    """
    if len(wanted) > MOST_ITEMS:
        raise Invalid(f"A commission has at most {MOST_ITEMS} items", field="goods")
    centre, items = site(tx, centre_id), []
    for place, one in enumerate(wanted, 1):
        good = good_of(tx, centre, one.good, at, field="good")
        kept_quantity(good, one.quantity, good.measure)
        items.append(
            CommissionItem(
                position=place,
                good=good.code,
                name_ko=good.name_ko,
                name_en=good.name_en,
                measure=good.measure,
                quantity=one.quantity,
                booking_id=one.booking,
            )
        )
    return tuple(items)


def need_items(items: Sequence[CommissionItem]) -> None:
    """Raise Invalid for a commission of nothing."""
    if not items:
        raise Invalid("Say what is to be done, as items of the price table", field="goods")


def moved(
    tx: Tx,
    who: Caller,
    found: Commission,
    step: CommissionStep,
    *,
    at: datetime,
    now: datetime,
    reason: str = "",
    data: Mapping[str, Any] | None = None,
    **changes: Any,
) -> Commission:
    """Record a step of a commission with what it changes, and notify."""
    state = found.after(step)
    before = standing(commissions.events(tx, [found.id]).get(found.id, []))
    need_in_order(at, last=before[-1].at if before else None, now=now)
    after = replace(found, state=state, reason=reason, **changes)
    commissions.change(tx, after)
    record(tx, who, after, step, at=at, data=data or {})
    return after


def record(
    tx: Tx,
    who: Caller,
    commission: Commission,
    step: CommissionStep,
    *,
    at: datetime,
    data: Mapping[str, Any],
) -> None:
    """Record that a step was taken, and notify whom it concerns."""
    event = CommissionEvent(
        id=new_id(),
        commission_id=commission.id,
        step=step,
        state=commission.state,
        at=at,
        reason=commission.reason,
        data=data,
        recorded_by=who.known,
        recorded_at=recorded_at(tx, commission.centre_id),
    )
    commissions.insert_event(tx, commission, event)
    told = {"code": f"{commission.number} {commission.subject}", "commission": str(commission.id)}
    if commission.reason:
        told["reason"] = commission.reason
    if kind := TOLD_TO_FIRM.get(step):
        if commission.person_id is not None:
            told["person"] = str(commission.person_id)
        told |= {"to": "firm", "company": str(commission.company_id)}
        outbox.add(tx, commission.centre_id, kind, **told)
    elif (kind := TOLD_TO_STAFF.get(step)) and commission.company_id in who.companies:
        outbox.add(tx, commission.centre_id, kind, to="floor", **told)
