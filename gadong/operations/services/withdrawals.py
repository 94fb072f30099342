"""A company takes back its consent to be served by a centre (ADR 52).

The documents that the law wants kept stay with the centre; what rested on the consent alone ends.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gadong.core.database import Pool, Tx, transaction
from gadong.core.domain.access import Caller, Right, system_for
from gadong.core.domain.ids import CentreId, CompanyId
from gadong.core.domain.problem import Conflict, Forbidden, Invalid, NotFound
from gadong.operations.store import withdrawals
from gadong.operations.store.withdrawals import ServingCentre
from gadong.people.services.consents import LONGEST_REASON, owners_with_login
from gadong.people.services.customers import need_served
from gadong.people.store import consents


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentStanding:
    """The consent of a company: if it withdrew it, and if the desk may write that down."""

    has_withdrawn: bool
    may_withdraw: bool


def of_company(pool: Pool, who: Caller, company: CompanyId) -> Sequence[ServingCentre]:
    """Return the centres that serve or served a company; for its own people."""
    if company not in who.companies:
        raise NotFound("There is no such company that you may see")
    with transaction(pool, system_for(who.known, who.origin)) as tx:
        return withdrawals.served(tx, company)


def withdraw(pool: Pool, who: Caller, centre: CentreId, company: CompanyId, *, reason: str) -> None:
    """Take back a company's consent to be served by a centre.

    For an owner; for the centre's managers, with a reason, where no owner can log in. Raise
    Conflict while the company has bookings or places at courses to come at the centre. The same
    while a tenancy has not ended, or goods lie in a store.
    """
    if len(reason) > LONGEST_REASON:
        raise Invalid("A reason has up to 500 characters", field="reason", limit=LONGEST_REASON)
    # The transaction reaches every row, so that each condition of the caller is checked here.
    with transaction(pool, system_for(who.known, who.origin)) as tx:
        _need_speaker(tx, who, centre, company, reason)
        withdrawals.lock_company(tx, company)
        need_served(tx, centre, company)
        if consents.has_withdrawn(tx, centre, company):
            raise Conflict("The company has withdrawn its consent already")
        ahead = withdrawals.ahead(tx, centre, company)
        if ahead.bookings or ahead.places:
            raise Conflict(
                f"The company has {ahead.bookings} bookings and {ahead.places} places at courses "
                "to come at the centre; cancel them first",
                bookings=ahead.bookings,
                places=ahead.places,
            )
        if ahead.tenancies or ahead.lots:
            # A deposit hinders nobody: the centre owes it, and gives it back all the same.
            raise Conflict(
                f"The company rents {ahead.tenancies} units and stores {ahead.lots} lots of goods "
                "at the centre; the centre ends them first",
                tenancies=ahead.tenancies,
                lots=ahead.lots,
            )
        withdrawals.withdraw(tx, centre, company, reason=reason.strip(), by=who.known)


def standing(pool: Pool, who: Caller, centre: CentreId, company: CompanyId) -> ConsentStanding:
    """Return whether a company that the centre serves withdrew its consent; for the desk."""
    permit = who.need(centre, Right.PEOPLE_SEE, Right.DESK_WORK)
    with transaction(pool, permit) as tx:
        need_served(tx, centre, company)
        has_withdrawn = consents.has_withdrawn(tx, centre, company)
        speaks = who.may(centre, Right.PEOPLE_WORK) and not owners_with_login(tx, company)
        return ConsentStanding(
            has_withdrawn=has_withdrawn, may_withdraw=speaks and not has_withdrawn
        )


def _need_speaker(tx: Tx, who: Caller, centre: CentreId, company: CompanyId, reason: str) -> None:
    """Raise unless the caller speaks for the company towards the centre."""
    if company in who.owns:
        who.need_whole()
        return
    if company in who.companies and not who.may(centre, Right.PEOPLE_WORK):
        raise Forbidden("A company's owner decides which centres serve it")
    who.need(centre, Right.PEOPLE_WORK)
    need_served(tx, centre, company)
    if owners_with_login(tx, company):
        raise Conflict("A company's owner decides which centres serve it")
    if not reason.strip():
        raise Invalid("Say why", field="reason")
