"""Imports of companies: the fields of a centre's headings, and many companies in few statements."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from gadong.core.database import Tx, forget, many, one, run
from gadong.core.domain.document import from_document, plain
from gadong.core.domain.ids import CentreId, CompanyId, PersonId, new_id
from gadong.core.store.queries import statements
from gadong.core.store.values import to_document
from gadong.people.domain.company import Company
from gadong.people.domain.legal_party import Party

SQL = statements(__file__)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewContact:
    """A person without a login who is entered into a company."""

    company_id: CompanyId
    name: str
    phone: str


def insert_columns(
    tx: Tx,
    centre_id: CentreId,
    fields: Mapping[str, str],
    *,
    by: PersonId | None,
    recorded_at: datetime,
) -> None:
    """Insert the field of each heading."""
    run(
        tx,
        SQL["insert_columns"],
        id=new_id(),
        centre_id=centre_id,
        fields=to_document(dict(fields)),
        set_by=by,
        recorded_at=recorded_at,
    )


def latest_columns(tx: Tx, centre_id: CentreId) -> Mapping[str, str]:
    """Return the field of each heading as the centre's last import had it; none before one."""
    row = one(tx, SQL["latest_columns"], centre_id=centre_id)
    return from_document(dict[str, str], row["fields"]) if row else {}


def insert_companies(tx: Tx, companies: Sequence[Company]) -> set[CompanyId]:
    """Insert the companies whose registration numbers are new; return their ids."""
    rows = many(
        tx,
        SQL["insert_companies"],
        ids=[c.id for c in companies],
        names=[c.name for c in companies],
        numbers=[c.registration_number for c in companies],
    )
    return {row["id"] for row in rows}


def insert_categories(
    tx: Tx,
    centre_id: CentreId,
    categories: Mapping[CompanyId, str],
    *,
    since: date,
    by: PersonId | None,
    recorded_at: datetime,
) -> None:
    """Insert the category of each company from a day on."""
    forget(tx)
    run(
        tx,
        SQL["insert_categories"],
        centre_id=centre_id,
        company_ids=list(categories),
        categories=list(categories.values()),
        since=since,
        set_by=by,
        recorded_at=recorded_at,
    )


def insert_parties(
    tx: Tx,
    centre_id: CentreId,
    parties: Mapping[CompanyId, Party],
    *,
    by: PersonId | None,
    recorded_at: datetime,
) -> None:
    """Insert the legal party of each company."""
    run(
        tx,
        SQL["insert_parties"],
        centre_id=centre_id,
        company_ids=list(parties),
        documents=[json.dumps(plain(party)) for party in parties.values()],
        set_by=by,
        recorded_at=recorded_at,
    )


def insert_contacts(tx: Tx, centre_id: CentreId, contacts: Sequence[NewContact]) -> None:
    """Insert people without a login into companies that had no people, with their numbers."""
    ids = [PersonId(new_id()) for _ in contacts]
    companies = [contact.company_id for contact in contacts]
    run(tx, SQL["insert_contacts"], ids=ids, names=[contact.name for contact in contacts])
    run(tx, SQL["insert_members"], ids=ids, company_ids=companies)
    run(tx, SQL["insert_entered"], ids=ids, company_ids=companies, centre_id=centre_id)
    run(tx, SQL["insert_phones"], ids=ids, numbers=[contact.phone for contact in contacts])
