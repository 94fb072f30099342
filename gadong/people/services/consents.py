"""A company that a centre serves is served by a further centre with the consent of its owner.

The company's account is one (`companies`); each centre has its own categories, people, bookings and
money. Whoever enters a registration number gets the same answer for a known one and for a new one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from gadong.core.database import Pool, Tx, clock, recorded_at, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.ids import CentreId, CompanyId, PersonId
from gadong.core.domain.problem import Conflict, Forbidden, Invalid, NotFound
from gadong.people.domain.company import Company
from gadong.people.domain.company_category import Category
from gadong.people.services import account_mails
from gadong.people.store import company_categories, consents, people
from gadong.people.store.consents import Consent
from gadong.texts.accounts import ACCOUNTS, mail_of, subject_of

# A centre that was refused asks in vain for so long, so that nobody is worn down.
REFUSAL_HOLDS = timedelta(days=30)
LONGEST_REASON = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request to a company, with the names of the company and of the centre that asks."""

    consent: Consent
    company: str
    centre: str


def serve(
    tx: Tx,
    who: Caller,
    centre: CentreId,
    company: Company,
    *,
    category: str,
    since: date,
    public_url: str = "",
    asker: str = "",
) -> bool:
    """Insert a new company that the centre serves, or ask a known one for its consent.

    Return whether the centre serves the company now. Raise Conflict for one that it served before.
    """
    try:
        people.insert_company(tx, company)
    except Conflict:
        known = people.company_by_number(tx, company.registration_number)
        if known is None or _is_served(tx, centre, known.id):
            raise
        _ask(
            tx,
            who,
            known,
            Consent(
                id=company.id,
                centre_id=centre,
                company_id=known.id,
                name=company.name,
                registration_number=company.registration_number,
                category=category,
                since=since,
                asker=asker,
                asked_at=clock(tx),
            ),
            public_url=public_url,
        )
        return False
    _categorise(tx, who, centre, company.id, category=category, since=since)
    return True


def of_companies(pool: Pool, who: Caller) -> Sequence[Asked]:
    """Return the requests that wait for the decision of the companies that the caller owns."""
    with transaction(pool, who.reach()) as tx:
        centres = {c.id: c.name for c in people.centres(tx)}
        found: list[Asked] = []
        for consent in consents.waiting(tx, who.owns):
            company = people.company(tx, consent.company_id)
            name = company.name if company else consent.name
            found.append(
                Asked(consent=consent, company=name, centre=centres.get(consent.centre_id, ""))
            )
        return found


def of_centre(pool: Pool, who: Caller, centre: CentreId) -> Sequence[Consent]:
    """Return the centre's requests that wait or were refused lately."""
    permit = who.need(centre, Right.PEOPLE_SEE)
    with transaction(pool, permit) as tx:
        return consents.of_centre(tx, centre)


def give(pool: Pool, who: Caller, consent_id: UUID, *, reason: str = "") -> None:
    """Consent to be served by the centre; for an owner of the company.

    An administrator consents, with a reason, for a company without an owner who can log in.
    """
    with transaction(pool, who.reach()) as tx:
        consent = _deciding(tx, who, consent_id, reason=reason)
        consents.decide(tx, consent.id, is_given=True, reason=reason.strip(), by=who.known)
        _categorise(
            tx,
            who,
            consent.centre_id,
            consent.company_id,
            category=consent.category,
            since=consent.since,
        )


def refuse(pool: Pool, who: Caller, consent_id: UUID, *, reason: str = "") -> None:
    """Refuse to be served by the centre."""
    with transaction(pool, who.reach()) as tx:
        consent = _deciding(tx, who, consent_id, reason=reason)
        consents.decide(tx, consent.id, is_given=False, reason=reason.strip(), by=who.known)


def _deciding(tx: Tx, who: Caller, consent_id: UUID, *, reason: str) -> Consent:
    """Return the request if the caller decides on it."""
    consent = consents.find(tx, consent_id)
    if consent is None:
        raise NotFound("There is no such request that waits")
    if len(reason) > LONGEST_REASON:
        raise Invalid("A reason has up to 500 characters", field="reason", limit=LONGEST_REASON)
    if consent.company_id in who.owns:
        return consent
    if consent.company_id in who.companies:
        raise Forbidden("A company's owner decides which centres serve it")
    if not who.is_administrator:
        raise NotFound("There is no such request that waits")
    who.need_administrator()
    if owners_with_login(tx, consent.company_id):
        raise Forbidden("A company's owner decides which centres serve it")
    if not reason.strip():
        raise Invalid("Say why", field="reason")
    return consent


def _is_served(tx: Tx, centre: CentreId, company: CompanyId) -> bool:
    """Return whether the centre serves the company, which did not take its consent back."""
    served = {c.id for c in people.companies(tx, centre)}
    return company in served and not consents.has_withdrawn(tx, centre, company)


def owners_with_login(tx: Tx, company: CompanyId) -> list[PersonId]:
    """Return the company's owners who can log in."""
    found = (people.person(tx, owner) for owner in people.owners(tx, company))
    return [owner.id for owner in found if owner and owner.has_login]


def _ask(tx: Tx, who: Caller, known: Company, consent: Consent, *, public_url: str) -> None:
    """Ask a company's owners, unless they are asked already or refused lately."""
    refused_since = consent.asked_at - REFUSAL_HOLDS
    if consents.is_refused(tx, consent.centre_id, known.id, since=refused_since):
        return
    if not consents.ask(tx, consent, by=who.known):
        return
    site = people.centre(tx, consent.centre_id)
    centre = site.name if site else ""
    for owner in owners_with_login(tx, known.id):
        account_mails.send(
            tx,
            owner,
            kind="account.consent",
            subject=f"{centre}: {known.name} {subject_of('consent.subject')}",
            body=mail_of(
                "consent",
                centre=centre,
                company=known.name,
                asked_by=ACCOUNTS["consent.asked_by"].filled(asker=consent.asker)
                if consent.asker
                else "",
                link=account_mails.page_link(public_url, "/invitations"),
            ),
            centre=consent.centre_id,
        )


def _categorise(
    tx: Tx, who: Caller, centre: CentreId, company: CompanyId, *, category: str, since: date
) -> None:
    word = Category(name=category, since=since)
    at = recorded_at(tx, centre)
    company_categories.insert(tx, centre, company, word, by=who.known, recorded_at=at)
