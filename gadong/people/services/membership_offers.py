"""Offers to accounts that were there before: their person accepts, and only that tells of the
account.
Whoever invites an address gets the same answer for a known one and for a new one.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from gadong.core.database import Pool, Tx, transaction
from gadong.core.domain.access import Caller, Role
from gadong.core.domain.ids import CentreId, CompanyId, PersonId, new_id
from gadong.core.domain.problem import Conflict, NotFound
from gadong.people.services import account_mails
from gadong.people.store import entered_people, membership_offers, people, second_factors
from gadong.people.store.membership_offers import MembershipOffer
from gadong.texts.accounts import mail_of, subject_of

# As long as the link of an invitation to a new account opens.
LASTS = timedelta(days=7)


def offer_place(
    tx: Tx,
    who: Caller,
    *,
    email: str,
    name: str,
    public_url: str,
    now: datetime,
    company: CompanyId | None = None,
    is_owner: bool = False,
    through: CentreId | None = None,
    centre: CentreId | None = None,
    roles: Collection[Role] = (),
) -> PersonId:
    """Offer the account of an address a place in a company, or roles at a centre; mail its person.

    Return an id that stands for the person until then. Nobody is mailed where the account is shut.
    `through` is the centre whose staff names a company's people.
    """
    stand_in = new_id()
    person_id = people.id_by_email(tx, email)
    if person_id is None:
        return PersonId(stand_in)
    if company and person_id in people.people_of(tx, company):
        raise Conflict("This person is of the company already")
    if centre and any(member.person.id == person_id for member in people.staff(tx, centre)):
        raise Conflict("This person works at the centre already; change the roles instead")
    made = MembershipOffer(
        id=stand_in,
        person_id=person_id,
        company_id=company,
        is_owner=is_owner,
        centre_id=centre,
        roles=frozenset(roles),
        through_centre=through,
        email=email.strip().lower(),
        name=name,
        expires_at=now + LASTS,
    )
    kept = membership_offers.offer(tx, made, by=who.known)
    # An offer that waits is renewed without another mail, so that nobody fills a mailbox.
    if kept == stand_in:
        link = account_mails.page_link(public_url, "/invitations")
        whose = _whose(tx, company, centre)
        account_mails.send(
            tx,
            person_id,
            kind="person.offered",
            subject=f"{whose}: {subject_of('offer.subject')}",
            body=mail_of("offer", whose=whose, link=link),
            centre=centre or through or second_factors.mailbox(tx, who.person_id),
        )
    return PersonId(kept)


def waiting(pool: Pool, who: Caller, *, now: datetime) -> Sequence[MembershipOffer]:
    """Return the offers that wait for the caller's answer."""
    with transaction(pool, who.need_account()) as tx:
        return membership_offers.waiting_for(tx, who.person_id, now=now)


def accept(pool: Pool, who: Caller, offer_id: UUID, *, now: datetime) -> None:
    """Accept an offer: its person joins the company, or has the roles beside earlier ones."""
    with transaction(pool, who.need_account()) as tx:
        made = _own(tx, who, offer_id, now=now)
        membership_offers.decide(tx, made.id, is_accepted=True)
        if made.company_id:
            people.add_to_company(tx, made.company_id, who.person_id, is_owner=made.is_owner)
            if made.through_centre:
                entered_people.enter(tx, made.company_id, who.person_id, made.through_centre)
        if made.centre_id:
            held = who.roles_at(made.centre_id)
            people.set_roles(tx, made.centre_id, who.person_id, held | made.roles)


def decline(pool: Pool, who: Caller, offer_id: UUID, *, now: datetime) -> None:
    """Decline an offer; its author is not told."""
    with transaction(pool, who.need_account()) as tx:
        membership_offers.decide(tx, _own(tx, who, offer_id, now=now).id, is_accepted=False)


def _own(tx: Tx, who: Caller, offer_id: UUID, *, now: datetime) -> MembershipOffer:
    made = membership_offers.find(tx, offer_id, now=now)
    if made is None or made.person_id != who.person_id:
        raise NotFound("There is no such invitation that waits")
    return made


def _whose(tx: Tx, company: CompanyId | None, centre: CentreId | None) -> str:
    if company:
        firm = people.company(tx, company)
        return firm.name if firm else ""
    site = people.centre(tx, centre) if centre else None
    return site.name if site else ""
