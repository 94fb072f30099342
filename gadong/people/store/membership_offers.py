"""Offers to existing accounts: to join a company, or the staff of a centre."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from gadong.core.database import Tx, many, one, run
from gadong.core.domain.access import Role
from gadong.core.domain.ids import CentreId, CompanyId, PersonId
from gadong.core.store.queries import statements

SQL = statements(__file__)


@dataclass(frozen=True, slots=True, kw_only=True)
class MembershipOffer:
    """An offer into a company or to a centre's staff, with the name and address as its author wrote
    them.
    """

    id: UUID
    person_id: PersonId
    company_id: CompanyId | None = None
    company_name: str | None = None
    is_owner: bool = False
    centre_id: CentreId | None = None
    centre_name: str | None = None
    roles: frozenset[Role] = frozenset()
    # The centre whose staff made an offer into a company; None for the company's owner.
    through_centre: CentreId | None = None
    email: str
    name: str
    expires_at: datetime


def offer(tx: Tx, made: MembershipOffer, *, by: PersonId | None) -> UUID:
    """Insert an offer, or renew the one that waits; return its id."""
    values = {
        "person_id": made.person_id,
        "company_id": made.company_id,
        "centre_id": made.centre_id,
        "is_owner": made.is_owner,
        "roles": sorted(made.roles),
        "expires_at": made.expires_at,
    }
    inserted = run(
        tx,
        SQL["offer"],
        id=made.id,
        through_centre=made.through_centre,
        email=made.email,
        name=made.name,
        offered_by=by,
        **values,
    )
    renewed = None if inserted else one(tx, SQL["renew"], **values)
    return renewed["id"] if renewed else made.id


def waiting_for(tx: Tx, person_id: PersonId, *, now: datetime) -> list[MembershipOffer]:
    """Return the offers that wait for the person's answer, the oldest first."""
    return [_offer(row) for row in many(tx, SQL["waiting_for"], person_id=person_id, now=now)]


def of_company(
    tx: Tx, company_id: CompanyId, *, centres: Collection[CentreId], is_own: bool
) -> list[MembershipOffer]:
    """Return the offers into the company that wait, of the company itself and of the centres.

    `is_own` includes those of every centre.
    """
    rows = many(
        tx, SQL["of_company"], company_id=company_id, centre_ids=list(centres), is_own=is_own
    )
    return [_offer(row) for row in rows]


def of_centre(tx: Tx, centre_id: CentreId) -> list[MembershipOffer]:
    """Return the offers of roles at the centre that wait."""
    return [_offer(row) for row in many(tx, SQL["of_centre"], centre_id=centre_id)]


def find(tx: Tx, offer_id: UUID, *, now: datetime) -> MembershipOffer | None:
    """Return a waiting offer, locked until the transaction ends."""
    row = one(tx, SQL["find"], id=offer_id, now=now)
    return _offer(row) if row else None


def change(tx: Tx, offer_id: UUID, *, is_owner: bool, roles: Collection[Role]) -> None:
    """Change a waiting offer's ownership and roles."""
    run(tx, SQL["change"], id=offer_id, is_owner=is_owner, roles=sorted(roles))


def decide(tx: Tx, offer_id: UUID, *, is_accepted: bool) -> None:
    """Record the answer to the offer; a withdrawn one counts as not accepted."""
    run(tx, SQL["decide"], id=offer_id, is_accepted=is_accepted)


def forget_old(tx: Tx) -> int:
    """Delete old offers, answered or not."""
    return run(tx, SQL["forget"])


def _offer(row: dict[str, Any]) -> MembershipOffer:
    return MembershipOffer(**{**row, "roles": frozenset(Role(role) for role in row["roles"])})
