"""New people: invitations by authorised people, and requests to a centre."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from gadong.core.database import Pool, Tx, recorded_at, transaction
from gadong.core.domain.access import SYSTEM, Caller, Right, Role
from gadong.core.domain.ids import CentreId, CompanyId, PersonId, new_id
from gadong.core.domain.name import LONGEST_SHORT, need_name
from gadong.core.domain.problem import Conflict, Invalid, NotFound
from gadong.core.services.sealing import Keyring
from gadong.core.store import outbox
from gadong.people.domain.company import Company
from gadong.people.domain.email_address import need_email
from gadong.people.domain.password_attempts import network_of
from gadong.people.domain.payer import A_BUSINESS, Payer, PayerKind, need_payer
from gadong.people.domain.person import Person
from gadong.people.domain.resident_number import need_no_resident_number
from gadong.people.services import password_attempts
from gadong.people.services.account_recovery import (
    NO_PASSWORD,
    Letter,
    no_way_in,
    reset_password,
    way_in,
)
from gadong.people.services.accounts import open_session
from gadong.people.services.agreements import need_all
from gadong.people.services.consents import serve
from gadong.people.services.members import join, need_giving, need_naming, through
from gadong.people.services.membership_offers import offer_place
from gadong.people.store import agreements, join_requests, people
from gadong.people.store.join_requests import JoinRequest
from gadong.people.store.payers import payers
from gadong.texts.accounts import body_of, subject_of

INVITATION = Letter(
    kind="person.invited",
    # Long enough for a holiday; later a new link comes by the forgotten password.
    lasts=timedelta(days=7),
    subject=subject_of("invitation.subject"),
    body=body_of("invitation"),
)
# The limit of one address in a quarter of an hour; a whole neighbourhood may share an address.
MOST_ASKED, ASKED_WITHIN = 10, timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Invited:
    """An invited person, and the one-time path for handing over where no mail is sent.

    `centre_id` is the centre whose request was approved.
    """

    person: Person
    path: str
    centre_id: CentreId | None = None


@dataclass(frozen=True, slots=True)
class FirstEntry:
    """A session's secret, and the value by which the browser is known at later logins."""

    session: str
    device: str


def invite(
    pool: Pool,
    who: Caller,
    *,
    email: str,
    name: str,
    company: CompanyId | None = None,
    centre: CentreId | None = None,
    roles: Collection[Role] = (),
    public_url: str,
    keys: Keyring,
    now: datetime,
) -> Invited:
    """Create an account of a company or of a centre's staff; its person chooses the password."""
    need_email(email)
    if (company is None) is (centre is None) or bool(centre) is not bool(roles):
        raise Invalid(
            "An invitation is into a company, or to a centre as something: name one",
            field="company",
        )
    permit = who.need(centre, Right.STAFF_WORK) if centre else who.reach()
    if centre:
        need_giving(who, centre, roles)
    with transaction(pool, permit) as tx:
        if company:
            need_naming(tx, who, company)
        person = _person(email, name)
        try:
            people.insert_person(tx, person, NO_PASSWORD)
        except Conflict:
            stand_in = offer_place(
                tx,
                who,
                email=email,
                name=person.name,
                public_url=public_url,
                now=now,
                company=company,
                through=through(tx, who, company),
                centre=centre,
                roles=roles,
            )
            return Invited(replace(person, id=stand_in), no_way_in())
        if company:
            join(tx, who, company, person.id, is_owner=False)
        if centre:
            people.set_roles(tx, centre, person.id, roles)
        return Invited(
            person, way_in(tx, person, INVITATION, public_url=public_url, keys=keys, now=now)
        )


def ask(
    pool: Pool,
    centre: CentreId,
    *,
    company: str,
    registration_number: str,
    name: str,
    email: str,
    address: str,
    accepted: Collection[UUID] = (),
    payer: Payer = A_BUSINESS,
) -> None:
    """Request to be served, after accepting the agreements in force.

    The answer is the same whether the company or the address is known.
    """
    need_email(email)
    digits = registration_number.replace("-", "")
    known_as = need_payer(payer, digits)
    company_name = need_name(company, field="company")
    person_name = need_name(name, LONGEST_SHORT)
    for field, text in (("company", company_name), ("name", person_name), ("email", email)):
        need_no_resident_number(text, field=field)
    subject = f"asking from {network_of(address)}"
    with transaction(pool, SYSTEM) as tx:
        password_attempts.count_requests(tx, subject, most=MOST_ASKED, within=ASKED_WITHIN)
        if people.centre(tx, centre) is None:
            raise NotFound("There is no such centre")
        need_all(tx, accepted)
        request = JoinRequest(
            id=new_id(),
            centre_id=centre,
            company=company_name,
            registration_number=digits,
            name=person_name,
            email=email.strip(),
            asked_at=recorded_at(tx, centre),
            accepted=tuple(accepted),
            kind=known_as.kind,
            identification=known_as.identification,
        )
        join_requests.ask(tx, request)
        outbox.add(tx, centre, "company.asks", to="managers")


def waiting(pool: Pool, who: Caller, centre: CentreId) -> list[JoinRequest]:
    """Return the requests that wait for the centre's decision."""
    permit = who.need(centre, Right.PEOPLE_SEE)
    with transaction(pool, permit) as tx:
        return join_requests.waiting(tx, centre)


def approve(
    pool: Pool,
    who: Caller,
    request_id: UUID,
    *,
    category: str,
    public_url: str,
    keys: Keyring,
    now: datetime,
) -> Invited:
    """Serve the company, and invite its first person as its owner.

    The answer is alike for a number or an address that is known. The owner of a known company is
    asked for its consent and told who asked; the account of a known address is offered the place.
    """
    with transaction(pool, who.reach()) as tx:
        request = _found(tx, who, request_id)
        company = Company(
            id=CompanyId(new_id()),
            name=request.company,
            registration_number=request.registration_number,
        )
        centre = people.centre(tx, request.centre_id)
        if centre is None:
            raise NotFound
        join_requests.decide(tx, request.id, is_approved=True, reason="", by=who.known)
        person = _person(request.email, request.name)
        since = now.astimezone(centre.zone).date()
        asker = f"{person.name} ({person.email})"
        if not serve(
            tx,
            who,
            centre.id,
            company,
            category=category,
            since=since,
            public_url=public_url,
            asker=asker,
        ):
            return Invited(person, no_way_in(), centre.id)
        if request.kind is not PayerKind.BUSINESS:
            payer = Payer(kind=request.kind, identification=request.identification)
            payers.keep(tx, centre.id, company.id, payer, by=who.known)
        try:
            people.insert_person(tx, person, NO_PASSWORD)
        except Conflict:
            stand_in = offer_place(
                tx,
                who,
                email=person.email,
                name=person.name,
                public_url=public_url,
                now=now,
                company=company.id,
                is_owner=True,
                through=centre.id,
            )
            return Invited(replace(person, id=stand_in), no_way_in(), centre.id)
        people.add_to_company(tx, company.id, person.id, is_owner=True)
        agreements.accept(tx, person.id, request.accepted)
        path = way_in(tx, person, INVITATION, public_url=public_url, keys=keys, now=now)
        return Invited(person, path, centre.id)


def decline(pool: Pool, who: Caller, request_id: UUID, *, reason: str) -> None:
    """Decline a request with a reason; the person may ask again."""
    if not reason.strip():
        raise Invalid("Say why", field="reason")
    with transaction(pool, who.reach()) as tx:
        request = _found(tx, who, request_id)
        join_requests.decide(tx, request.id, is_approved=False, reason=reason.strip(), by=who.known)


def enter(
    pool: Pool,
    word: str,
    password: str,
    *,
    end_passkeys: bool = False,
    device: str = "",
    now: datetime,
    address: str = "",
) -> FirstEntry | None:
    """Set a password by a mailed link, and open a session if it is the account's first password.

    Return None for an account that had one. Its person logs in, with a one-time code if they have
    those: who reads a mailbox does not thereby get in.
    """
    person_id = reset_password(pool, word, password, end_passkeys=end_passkeys, address=address)
    if person_id is None:
        return None
    return FirstEntry(
        open_session(pool, person_id, now=now, origin=address),
        password_attempts.know_device(pool, person_id, device, now=now, origin=address),
    )


def _found(tx: Tx, who: Caller, request_id: UUID) -> JoinRequest:
    request = join_requests.find(tx, request_id)
    if request is None or not who.may(request.centre_id, Right.PEOPLE_WORK):
        raise NotFound("There is no such request that waits")
    return request


def _person(email: str, name: str) -> Person:
    return Person(
        id=PersonId(new_id()),
        name=need_name(name, LONGEST_SHORT),
        email=email.strip().lower(),
        is_administrator=False,
    )
