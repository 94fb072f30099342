"""Requests for a company's consent to be served by a further centre."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from gadong.core.database import Tx, many, one, run
from gadong.core.domain.ids import CentreId, CompanyId, PersonId
from gadong.core.store.queries import statements

SQL = statements(__file__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """A centre's request to serve a company, under the name that the centre entered.

    `asker` is the person who asked the centre in the company's name, if anybody did. `is_given` is
    None while the request waits.
    """

    id: UUID
    centre_id: CentreId
    company_id: CompanyId
    name: str
    registration_number: str
    category: str
    since: date
    asker: str
    asked_at: datetime
    is_given: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerStanding:
    """The standing of a company at a centre: served or not, its consent taken back or not."""

    is_served: bool
    has_withdrawn: bool


def ask(tx: Tx, consent: Consent, *, by: PersonId | None) -> bool:
    """Insert a request; return False if the same request waits already."""
    return bool(
        run(
            tx,
            SQL["ask"],
            id=consent.id,
            centre_id=consent.centre_id,
            company_id=consent.company_id,
            name=consent.name,
            category=consent.category,
            since=consent.since,
            asker=consent.asker,
            asked_by=by,
        )
    )


def is_refused(tx: Tx, centre_id: CentreId, company_id: CompanyId, *, since: datetime) -> bool:
    """Return whether the company refused the centre, or left it, since the instant."""
    row = one(tx, SQL["is_refused"], centre_id=centre_id, company_id=company_id, since=since)
    return bool(row and row["is_refused"])


def standing(tx: Tx, centre_id: CentreId, company_id: CompanyId) -> CustomerStanding:
    """Return how the centre and the company stand to each other."""
    (row,) = many(tx, SQL["standing"], centre_id=centre_id, company_id=company_id)
    return CustomerStanding(**row)


def has_withdrawn(tx: Tx, centre_id: CentreId, company_id: CompanyId) -> bool:
    """Return whether the company took its consent back and did not consent again."""
    return standing(tx, centre_id, company_id).has_withdrawn


def waiting(tx: Tx, company_ids: Collection[CompanyId]) -> list[Consent]:
    """Return the requests that wait for the companies' decision, the oldest first."""
    return [_consent(row) for row in many(tx, SQL["waiting"], company_ids=list(company_ids))]


def of_centre(tx: Tx, centre_id: CentreId) -> list[Consent]:
    """Return the centre's requests that wait or were refused lately, the latest first."""
    return [_consent(row) for row in many(tx, SQL["of_centre"], centre_id=centre_id)]


def find(tx: Tx, consent_id: UUID) -> Consent | None:
    """Return a waiting request, locked until the transaction ends."""
    row = one(tx, SQL["find"], id=consent_id)
    return _consent(row) if row else None


def decide(tx: Tx, consent_id: UUID, *, is_given: bool, reason: str, by: PersonId | None) -> None:
    """Record the company's decision."""
    run(tx, SQL["decide"], id=consent_id, is_given=is_given, reason=reason, by=by)


def forget_old(tx: Tx) -> int:
    """Delete the askers of old requests."""
    return run(tx, SQL["forget"])


def _consent(row: dict[str, Any]) -> Consent:
    return Consent(**row)
