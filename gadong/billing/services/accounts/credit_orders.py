"""A firm's credit that pays its documents by itself, where the firm asked for it (ADR 78)."""

from __future__ import annotations

from datetime import date, datetime

from gadong.billing.domain.accounts.credit_order import CreditOrder, OrderMedium, automatic
from gadong.billing.domain.kept_statement import Statement
from gadong.billing.services.accounts.credits import account_of, freed
from gadong.billing.services.accounts.entries import account_day, locked_items, pay_by
from gadong.billing.store import company_accounts, credit_orders, transfers
from gadong.core.database import Pool, Tx, recorded_at, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.ids import CentreId, CompanyId, new_id
from gadong.core.domain.problem import Forbidden, Invalid, NotFound
from gadong.people.services.customers import need_served


def set_order(
    pool: Pool,
    who: Caller,
    centre: CentreId,
    company: CompanyId,
    *,
    is_automatic: bool,
    asked: OrderMedium,
    now: datetime,
) -> CreditOrder:
    """Keep a firm's wish, and set its credit off at once where it is automatic now.

    An owner of the firm says it on the page. Staff enter what the firm asked on paper or by
    telephone. Staff alone may set off, so an owner's wish counts from the next document on.
    """
    permit = who.need_company(centre, company, Right.MONEY_WORK)
    is_staff = who.may(centre, Right.MONEY_WORK)
    if not is_staff and company not in who.owns:
        raise Forbidden
    if is_staff is (asked is OrderMedium.PAGE):
        raise Invalid("Say whether the firm asked on paper or by telephone", field="asked")
    with transaction(pool, permit) as tx:
        transfers.lock(tx, centre, company)
        need_served(tx, centre, company)
        order = CreditOrder(
            id=new_id(),
            centre_id=centre,
            company_id=company,
            is_automatic=is_automatic,
            asked=asked,
            set_by=who.person_id,
            recorded_at=recorded_at(tx, centre),
        )
        credit_orders.insert(tx, order)
        if is_staff and is_automatic:
            _draw(tx, who, centre, company, account_day(tx, centre, now))
    return order


def lock(tx: Tx, statement: Statement) -> None:
    """Hold a firm's account, before a document of it is held, until the transaction ends.

    Money is entered in this order, too: the account, then the statements.
    """
    transfers.lock(tx, statement.centre_id, statement.company_id)


def draw_in(tx: Tx, who: Caller, statement: Statement, *, now: datetime) -> int:
    """Set a firm's credit off after a document was issued to it, where it asked for it.

    Return the won.
    """
    centre, company = statement.centre_id, statement.company_id
    order = credit_orders.latest(tx, centre, company)
    if order is None or not order.is_automatic:
        return 0
    return _draw(tx, who, centre, company, account_day(tx, centre, now))


def _draw(tx: Tx, who: Caller, centre: CentreId, company: CompanyId, today: date) -> int:
    # Without a credit no statement is held: drafts and payments of others go on.
    if not account_of(tx, centre, company, company_accounts.items(tx, centre, company)).available:
        return 0
    items = locked_items(tx, centre, company)
    owed = sum(item.open for item in items)
    parts = automatic(items, freed(tx, who, centre, company, items=items, amount=owed))
    for part in parts:
        transfer = transfers.by_id(tx, part.transfer_id)
        if transfer is None:
            raise NotFound
        pay_by(tx, who, transfer, part.statement_id, part.amount, paid_on=today, note=transfer.note)
    return sum(part.amount for part in parts)
