"""Legal parties and bank accounts on documents, and companies' proven categories."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from gadong.core.database import END_OF_TIME, Pool, Tx, recorded_at, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.ids import CentreId, CompanyId
from gadong.core.domain.problem import Invalid, NotFound
from gadong.people.domain.bank_account import BankAccount
from gadong.people.domain.company_category import Category
from gadong.people.domain.legal_party import Party
from gadong.people.services.customers import need_served
from gadong.people.store import bank_accounts, company_categories, legal_parties, people


def of_centre(pool: Pool, who: Caller, centre: CentreId) -> Party:
    """Return the centre's legal party; for everybody who may enter the centre."""
    permit = who.need_entry(centre)
    with transaction(pool, permit) as tx:
        return legal_parties.latest(tx, centre, None, recorded_before=END_OF_TIME) or Party()


def account_of(pool: Pool, who: Caller, centre: CentreId) -> BankAccount:
    """Return the account into which companies pay the centre; for everybody who may enter it."""
    permit = who.need_entry(centre)
    with transaction(pool, permit) as tx:
        return bank_accounts.latest(tx, centre, recorded_before=END_OF_TIME)


def set_account(pool: Pool, who: Caller, centre: CentreId, account: BankAccount) -> None:
    """Set the account into which companies pay; an empty one withdraws it. For managers.

    It counts from the next document on.
    """
    permit = who.need(centre, Right.PEOPLE_WORK)
    with transaction(pool, permit) as tx:
        bank_accounts.insert(
            tx, centre, account, by=who.person_id, recorded_at=recorded_at(tx, centre)
        )


def of_company(pool: Pool, who: Caller, centre: CentreId, company: CompanyId) -> Party:
    """Return a company's legal party on a centre's documents; for the company and the managers."""
    permit = who.need_company(centre, company, Right.PEOPLE_SEE, Right.MONEY_SEE)
    with transaction(pool, permit) as tx:
        need_served(tx, centre, company)
        return _with_number(
            tx, company, legal_parties.latest(tx, centre, company, recorded_before=END_OF_TIME)
        )


def set_centre(pool: Pool, who: Caller, centre: CentreId, party: Party) -> None:
    """Set the centre's legal party from the next document on (rights: docs/security.md).

    A supplier needs a number and a name.
    """
    permit = who.need(centre, Right.PEOPLE_WORK)
    if not party.registration_number or not party.name:
        raise Invalid(
            "A supplier has a registration number and a name", field="registration_number"
        )
    with transaction(pool, permit) as tx:
        legal_parties.insert(
            tx, centre, None, party, by=who.person_id, recorded_at=recorded_at(tx, centre)
        )


def set_company(
    pool: Pool, who: Caller, centre: CentreId, company: CompanyId, party: Party
) -> None:
    """Set a company's legal party from the next document on; for the centre's managers.

    Its number is its account's.
    """
    permit = who.need(centre, Right.PEOPLE_WORK)
    with transaction(pool, permit) as tx:
        need_served(tx, centre, company)
        known = _with_number(tx, company, party)
        if party.registration_number not in {"", known.registration_number}:
            raise Invalid(
                f"This company's registration number is {known.registration_number}; another "
                "number is another company",
                field="registration_number",
            )
        legal_parties.insert(
            tx, centre, company, known, by=who.person_id, recorded_at=recorded_at(tx, centre)
        )


def categories_of(
    pool: Pool, who: Caller, centre: CentreId, company: CompanyId
) -> Sequence[Category]:
    """Return the entries on a company's category, the latest first; for itself and the managers."""
    permit = who.need_company(centre, company, Right.PEOPLE_SEE, Right.MONEY_SEE)
    with transaction(pool, permit) as tx:
        need_served(tx, centre, company)
        return company_categories.of_company(tx, centre, company, recorded_before=END_OF_TIME).words


def categorise(
    pool: Pool,
    who: Caller,
    centre: CentreId,
    company: CompanyId,
    *,
    category: str,
    since: date,
    until: date | None,
    proof: str,
) -> None:
    """Add an entry on a company's category from a day on; it precedes earlier entries."""
    permit = who.need(centre, Right.PEOPLE_WORK)
    if until is not None and until <= since:
        raise Invalid("A category ends after it begins", field="until")
    with transaction(pool, permit) as tx:
        need_served(tx, centre, company)
        company_categories.insert(
            tx,
            centre,
            company,
            Category(name=category, since=since, until=until, proof=proof),
            by=who.person_id,
            recorded_at=recorded_at(tx, centre),
        )


def _with_number(tx: Tx, company_id: CompanyId, party: Party | None) -> Party:
    company = people.company(tx, company_id)
    if company is None:
        raise NotFound
    known = party or Party()
    return replace(
        known, name=known.name or company.name, registration_number=company.registration_number
    )
