"""Commissions: asked for, quoted and accepted, or ended, and shown to the firm and the desk."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from gadong.billing.services.prices.goods_estimate import estimate
from gadong.commissions.domain.commission import (
    Commission,
    CommissionEvent,
    CommissionState,
    CommissionStep,
    need_in_order,
)
from gadong.commissions.domain.commission_offer import USUAL_DAYS, need_valid_day, offers_of
from gadong.commissions.services.steps import (
    WantedItem,
    moved,
    named,
    need_items,
    record,
    said,
    seen,
    site,
    worked_on,
)
from gadong.commissions.store import commissions
from gadong.core.database import Pool, Tx, retried, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.ids import CentreId, CompanyId, new_id
from gadong.core.domain.problem import Conflict, Forbidden, Invalid
from gadong.people.services.customers import need_customer

MOST_SHOWN = 200
# Work is due within a year; later is a slip of the pen.
FARTHEST = timedelta(days=366)
# A billion won, as for any amount that somebody types.
MOST_WON = 1_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class CommissionOffer:
    """A centre's offer: the items, until when it works, and what it asks to be paid before.

    `valid_until` is the last day on which the firm accepts it; None: a month from its day on.
    """

    items: Sequence[WantedItem]
    due_on: date
    prepayment: int = 0
    words: str = ""
    valid_until: date | None = None


@retried
def request(
    pool: Pool,
    who: Caller,
    *,
    centre: CentreId,
    company: CompanyId,
    subject: str,
    wish: str,
    items: Sequence[WantedItem],
    at: datetime | None = None,
    now: datetime,
) -> Commission:
    """Ask for work for a company of the caller's, or, as the desk, for any that it serves.

    The desk may enter what was asked for earlier, at `at`.
    """
    permit = who.need_company(centre, company, Right.DESK_WORK)
    if at is not None:
        who.need(centre, Right.DESK_WORK)
        need_in_order(at, last=None, now=now)
    is_theirs = company in who.companies
    with transaction(pool, permit) as tx:
        need_customer(tx, centre, company)
        asked = Commission(
            id=new_id(),
            centre_id=centre,
            company_id=company,
            person_id=who.person_id if is_theirs else None,
            subject=said(subject, "subject"),
            wish=wish.strip(),
            state=CommissionState.REQUESTED,
            requested_at=at or now,
            items=named(tx, centre, items, at=at or now),
        )
        made = commissions.insert(tx, asked)
        record(tx, who, made, CommissionStep.REQUEST, at=made.requested_at, data={})
    return made


@retried
def quote(
    pool: Pool, who: Caller, commission_id: UUID, offer: CommissionOffer, *, now: datetime
) -> Commission:
    """Offer the work with its price, for the firm to accept; a later offer replaces it.

    The price is kept as offered, whatever the tariff says later.
    """
    with transaction(pool, who.reach()) as tx:
        found = worked_on(tx, who, commission_id)
        found.after(CommissionStep.QUOTE)
        need_customer(tx, found.centre_id, found.company_id)
        need_due(tx, found, offer.due_on, now=now)
        today = now.astimezone(site(tx, found.centre_id).zone).date()
        valid_until = offer.valid_until or today + timedelta(days=USUAL_DAYS)
        need_valid_day(valid_until, today=today)
        if not 0 <= offer.prepayment <= MOST_WON:
            raise Invalid("A prepayment is not negative, and whole won", field="prepayment")
        items = named(tx, found.centre_id, offer.items, at=now)
        need_items(items)
        centre = site(tx, found.centre_id)
        wanted = [(item.good, item.quantity) for item in items]
        priced = estimate(tx, who, centre, found.company_id, wanted, at=now)
        if offer.prepayment > priced.totals.payable:
            raise Invalid(
                "A prepayment is at most what the work costs with the tax", field="prepayment"
            )
        data = {
            "goods": [
                {
                    "good": item.good,
                    "name_ko": item.name_ko,
                    "name_en": item.name_en,
                    "measure": item.measure.value,
                    "quantity": str(item.quantity),
                    "price": str(price),
                    "amount": amount,
                }
                for item, price, amount in zip(items, priced.prices, priced.amounts, strict=True)
            ],
            "truncation": priced.totals.truncation,
            "supply": priced.totals.supply,
            "vat": priced.totals.vat,
            "total": priced.totals.total,
            "subsidy": priced.totals.subsidy,
            "prepayment": offer.prepayment,
            "due_on": offer.due_on.isoformat(),
            "valid_until": valid_until.isoformat(),
            "words": offer.words.strip(),
        }
        offered = moved(
            tx,
            who,
            found,
            CommissionStep.QUOTE,
            at=now,
            now=now,
            data=data,
            items=items,
            due_on=offer.due_on,
            prepayment=offer.prepayment,
        )
        commissions.replace_items(tx, offered)
    return offered


@retried
def accept(
    pool: Pool,
    who: Caller,
    commission_id: UUID,
    *,
    offer: UUID | None = None,
    words: str = "",
    now: datetime,
) -> Commission:
    """Accept the offer for a company of the caller's, which names the offer that it saw.

    The desk records an acceptance that came another way, and says which. Conflict where there is
    a later offer.
    """
    with transaction(pool, who.reach()) as tx:
        found = seen(tx, who, commission_id)
        is_theirs = found.company_id in who.companies
        if not is_theirs:
            who.need(found.centre_id, Right.DESK_WORK)
            said(words, "words")
        found.after(CommissionStep.ACCEPT)
        if offer is None and is_theirs:
            raise Invalid("Say which offer you accept", field="offer")
        steps = commissions.events(tx, [found.id])[found.id]
        latest = offers_of(found.number, steps)[-1]
        if offer not in {None, latest.id}:
            raise Conflict("There is another offer since you looked at it; look again")
        # The desk may enter afterwards an acceptance that came in time.
        today = now.astimezone(site(tx, found.centre_id).zone).date()
        if is_theirs and latest.is_over(today):
            raise Conflict("This offer is no longer valid; ask the centre for another")
        data = {"offer": str(latest.id)} | ({"words": words.strip()} if words.strip() else {})
        return moved(tx, who, found, CommissionStep.ACCEPT, at=now, now=now, data=data)


@retried
def decline(
    pool: Pool, who: Caller, commission_id: UUID, *, reason: str, now: datetime
) -> Commission:
    """End a commission that the centre does not do, with the reason."""
    with transaction(pool, who.reach()) as tx:
        found = worked_on(tx, who, commission_id)
        why = said(reason, "reason")
        return moved(tx, who, found, CommissionStep.DECLINE, at=now, now=now, reason=why)


@retried
def withdraw(pool: Pool, who: Caller, commission_id: UUID, *, now: datetime) -> Commission:
    """Withdraw a commission of the caller's company, until the centre received it."""
    with transaction(pool, who.reach()) as tx:
        found = seen(tx, who, commission_id)
        if found.company_id not in who.companies:
            raise Forbidden("The company that asked withdraws its request; the desk declines it")
        return moved(tx, who, found, CommissionStep.WITHDRAW, at=now, now=now)


def find(pool: Pool, who: Caller, commission_id: UUID) -> Commission:
    """Return a commission, for its company and the centre's desk."""
    with transaction(pool, who.reach()) as tx:
        return seen(tx, who, commission_id)


def steps(pool: Pool, who: Caller, commission_id: UUID) -> list[CommissionEvent]:
    """Return the steps of a commission in order, for its company and the centre's desk."""
    with transaction(pool, who.reach()) as tx:
        found = seen(tx, who, commission_id)
        return commissions.events(tx, [found.id])[found.id]


def shown(
    pool: Pool,
    who: Caller,
    centre: CentreId,
    *,
    states: Collection[CommissionState] = (),
    text: str = "",
    after: tuple[datetime, UUID] | None = None,
    most: int = MOST_SHOWN,
) -> list[Commission]:
    """Return a centre's commissions, the latest first: all to the desk, a company its own."""
    permit = who.need_entry(centre)
    companies = None if who.may(centre, Right.DESK_SEE) else who.companies
    with transaction(pool, permit) as tx:
        return commissions.of_centre(
            tx, centre, companies=companies, states=states, text=text, after=after, most=most
        )


def need_due(tx: Tx, found: Commission, due_on: date, *, now: datetime) -> None:
    """Raise Invalid for work that is due before it was asked for, or in more than a year."""
    zone = site(tx, found.centre_id).zone
    first, last = found.requested_at.astimezone(zone).date(), (now + FARTHEST).date()
    if not first <= due_on <= last:
        raise Invalid("Work is due after it was asked for, and within a year", field="due_on")
