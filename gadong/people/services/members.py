"""Memberships: people of a company, and roles at a centre."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from gadong.core.database import Pool, Tx, clock, transaction
from gadong.core.domain.access import RIGHTS, Caller, Right, Role
from gadong.core.domain.ids import CentreId, CompanyId, PersonId, new_id
from gadong.core.domain.name import LONGEST_SHORT, need_name
from gadong.core.domain.problem import Conflict, Forbidden, Invalid, NotFound
from gadong.core.store import audit
from gadong.people.domain.email_address import need_email
from gadong.people.domain.person import Member, Person
from gadong.people.domain.phone_number import need_phone
from gadong.people.services.membership_offers import offer_place
from gadong.people.services.passwords import hashed
from gadong.people.store import entered_people, people, phone_numbers
from gadong.people.store import membership_offers as offers
from gadong.people.store.membership_offers import MembershipOffer


def create_person(
    pool: Pool,
    who: Caller,
    *,
    email: str,
    name: str,
    password: str,
    company: CompanyId | None = None,
    is_owner: bool = False,
    centre: CentreId | None = None,
    roles: Collection[Role] = (),
    is_administrator: bool = False,
    public_url: str = "",
) -> Person:
    """Create an account of a company, of a centre's staff, or of an administrator.

    A company's owners add its people, and so does a centre that serves the company. A centre's
    managers add its staff. A known address is answered alike: its account keeps its password, and
    its person is offered the place. An administrator, who sees every account, gets Conflict.
    """
    need_email(email)
    if is_administrator or not (company or centre):
        who.need_administrator()
    permit = who.need(centre, Right.STAFF_WORK) if centre else who.reach()
    if centre:
        need_giving(who, centre, roles)
    if bool(centre) is not bool(roles):
        raise Invalid("Who works at a centre has a role there: name both", field="roles")
    password_hash = hashed(password, [email, name])
    person = Person(
        id=PersonId(new_id()),
        name=need_name(name, LONGEST_SHORT),
        email=email.strip().lower(),
        is_administrator=is_administrator,
    )
    with transaction(pool, permit) as tx:
        if company:
            need_naming(tx, who, company)
        try:
            people.insert_person(tx, person, password_hash)
        except Conflict:
            if who.is_administrator:
                raise
            stand_in = offer_place(
                tx,
                who,
                email=email,
                name=person.name,
                public_url=public_url,
                now=clock(tx),
                company=company,
                is_owner=is_owner,
                through=through(tx, who, company),
                centre=centre,
                roles=roles,
            )
            return replace(person, id=stand_in)
        if company:
            join(tx, who, company, person.id, is_owner=is_owner)
        if centre:
            people.set_roles(tx, centre, person.id, roles)
    return person


def add_person(
    pool: Pool,
    who: Caller,
    company: CompanyId,
    *,
    name: str,
    email: str = "",
    password: str = "",
    phone: str = "",
    is_owner: bool = False,
    public_url: str = "",
) -> Person:
    """Add a person to a company: with an e-mail address an account, without one no login.

    The company's owners and the desk add who has no login; a known name and number are one person.
    """
    if email.strip() or is_owner:
        if phone.strip():
            raise Invalid("Who logs in enters their own phone number", field="phone")
        return create_person(
            pool,
            who,
            email=email,
            name=name,
            password=password,
            company=company,
            is_owner=is_owner,
            public_url=public_url,
        )
    if password:
        raise Invalid("Without an e-mail address leave the password out", field="password")
    with transaction(pool, who.reach()) as tx:
        if company not in who.companies:
            _need_serving(tx, who, company, Right.DESK_WORK)
        desks = _serving(tx, who, company, Right.DESK_WORK)
        made = people.person(tx, contact(tx, who, next(iter(desks), None), company, name, phone))
        if made is None:
            raise NotFound("There is no such person")
        return made


def join(tx: Tx, who: Caller, company: CompanyId, person_id: PersonId, *, is_owner: bool) -> None:
    """Add a person to the company, and record the centre if its staff does it."""
    people.add_to_company(tx, company, person_id, is_owner=is_owner)
    if centre := through(tx, who, company):
        entered_people.enter(tx, company, person_id, centre)


def contact(
    tx: Tx, who: Caller, centre: CentreId | None, company: CompanyId, name: str, phone: str = ""
) -> PersonId:
    """Return the company's person of that name who has no login; add them where there is none.

    For the centre's desk, which books for them by telephone, and for the company's owners, who
    need no centre. With a
    phone number it is the person of that number, or the one of that name without a number. Two
    numbers are two people of one name.
    """
    is_desk = centre is not None and who.may(centre, Right.DESK_WORK)
    if not is_desk and company not in who.owns:
        raise Forbidden("The centre's desk or a company's owner books for people without a login")
    named = need_name(name, LONGEST_SHORT)
    number = need_phone(phone, field="person_phone") if phone.strip() else ""
    found = people.contacts_named(tx, centre, company, named)
    kept = phone_numbers.of_people(tx, found) if number else {}
    same = [one for one in found if one in kept and kept[one].number == number]
    if same or (found and not number):
        return (same or found)[0]
    unnumbered = [one for one in found if one not in kept]
    if unnumbered:
        phone_numbers.keep(tx, unnumbered[0], number)
        return unnumbered[0]
    made = people.insert_contact(tx, company, named)
    phone_numbers.keep(tx, made, number)
    if centre is not None and company not in who.owns:
        entered_people.enter(tx, company, made, centre)
    return made


def colleagues(pool: Pool, who: Caller, company: CompanyId) -> list[Person]:
    """Return the people of a company; for its own people."""
    if company not in who.companies:
        return []
    with transaction(pool, who.reach()) as tx:
        found = _of(tx, people.people_of(tx, company))
        return [person for person in found if person.id != who.person_id]


def members(pool: Pool, who: Caller, centre: CentreId, company: CompanyId) -> list[Person]:
    """Return the people of a company that the centre serves; for the centre."""
    permit = who.need(centre, Right.PEOPLE_SEE, Right.DESK_WORK)
    with transaction(pool, permit) as tx:
        if company not in {c.id for c in people.companies(tx, centre)}:
            raise NotFound("The centre serves no such company")
        found = _of(tx, people.people_at(tx, company, [centre]))
        waiting = offers.of_company(tx, company, centres=[centre], is_own=False)
        audit.read(tx, "people", str(company), why="", centre_id=centre)
        return found + [_invited(made) for made in waiting]


def of_company(pool: Pool, who: Caller, company: CompanyId) -> list[tuple[Person, bool]]:
    """Return a company's people and whether each is an owner.

    It is for the company and the centres that serve it. Whoever was offered a place is among them,
    as an invited person with a new account is.
    """
    is_own = company in who.companies
    with transaction(pool, who.reach()) as tx:
        centres = (
            [] if is_own else _need_serving(tx, who, company, Right.PEOPLE_SEE, Right.DESK_WORK)
        )
        owners = set(people.owners(tx, company))
        shown = people.people_of(tx, company) if is_own else people.people_at(tx, company, centres)
        found = [(person, person.id in owners) for person in _of(tx, shown)]
        waiting = offers.of_company(tx, company, centres=centres, is_own=is_own)
        if not is_own:
            audit.read(tx, "people", str(company), why="", centre_id=None)
        return found + [(_invited(made), made.is_owner) for made in waiting]


def put_into(
    pool: Pool, who: Caller, company: CompanyId, person_id: PersonId, *, is_owner: bool
) -> None:
    """Grant or revoke the ownership of a company to one of its people."""
    with transaction(pool, who.reach()) as tx:
        need_naming(tx, who, company)
        if made := _offer_into(tx, company, person_id):
            offers.change(tx, made.id, is_owner=is_owner, roles=made.roles)
            return
        people.lock_company(tx, company)
        if person_id not in people.people_of(tx, company):
            raise NotFound("The person is not of this company")
        if not is_owner:
            _need_another_owner(tx, company, person_id)
        people.add_to_company(tx, company, person_id, is_owner=is_owner)


def take_out(pool: Pool, who: Caller, company: CompanyId, person_id: PersonId) -> None:
    """Remove a person from a company; the person's bookings stay the company's."""
    with transaction(pool, who.reach()) as tx:
        if person_id == who.person_id:
            who.need_whole()
        else:
            need_naming(tx, who, company)
            if made := _offer_into(tx, company, person_id):
                offers.decide(tx, made.id, is_accepted=False)
                return
        people.lock_company(tx, company)
        _need_another_owner(tx, company, person_id)
        if not people.remove_from_company(tx, company, person_id):
            raise NotFound("The person is not of this company")


def staff(pool: Pool, who: Caller, centre: CentreId) -> list[Member]:
    """Return a centre's staff with their roles."""
    permit = who.need(centre, Right.PEOPLE_SEE, Right.STAFF_WORK)
    with transaction(pool, permit) as tx:
        waiting = [
            Member(person=_invited(made), roles=made.roles) for made in offers.of_centre(tx, centre)
        ]
        return people.staff(tx, centre) + waiting


def set_roles(
    pool: Pool, who: Caller, centre: CentreId, person_id: PersonId, roles: Collection[Role]
) -> None:
    """Set the roles of a person at a centre; without a role the person leaves the staff."""
    permit = who.need(centre, Right.STAFF_WORK)
    need_giving(who, centre, roles)
    with transaction(pool, permit) as tx:
        if made := _offer_at(tx, centre, person_id):
            if roles:
                offers.change(tx, made.id, is_owner=False, roles=roles)
            else:
                offers.decide(tx, made.id, is_accepted=False)
            return
        people.lock_centre(tx, centre)
        # An unrelated account is not visible here; only an administrator may add it.
        is_known = who.is_administrator or people.is_known(tx, centre, person_id)
        if not is_known or people.person(tx, person_id) is None:
            raise NotFound("There is no such person")
        if Role.MANAGER not in roles and people.staff_who_are(tx, centre, Role.MANAGER) == [
            person_id
        ]:
            raise Conflict("A centre has at least one manager; make another one first")
        people.set_roles(tx, centre, person_id, roles)


def need_giving(who: Caller, centre: CentreId, roles: Collection[Role]) -> None:
    """Raise Forbidden if a role has a right that the caller does not have."""
    who.need_giving(centre, frozenset[Right]().union(*(RIGHTS[role] for role in roles)))


def _of(tx: Tx, ids: Iterable[PersonId]) -> list[Person]:
    found = [people.person(tx, one) for one in ids]
    return [person for person in found if person]


def _offer_into(tx: Tx, company: CompanyId, offer_id: PersonId) -> MembershipOffer | None:
    """Return a waiting offer into the company that stands for a person, or None."""
    made = offers.find(tx, offer_id, now=clock(tx))
    return made if made and made.company_id == company else None


def _offer_at(tx: Tx, centre: CentreId, offer_id: PersonId) -> MembershipOffer | None:
    """Return a waiting offer at the centre that stands for a person, or None."""
    made = offers.find(tx, offer_id, now=clock(tx))
    return made if made and made.centre_id == centre else None


def _invited(made: MembershipOffer) -> Person:
    """Return the person of an offer as its author wrote them; the id is the offer's."""
    return Person(id=PersonId(made.id), name=made.name, email=made.email, is_administrator=False)


def _need_another_owner(tx: Tx, company: CompanyId, person_id: PersonId) -> None:
    if people.owners(tx, company) == [person_id]:
        raise Conflict("A company has at least one owner; make another one first")


def need_naming(tx: Tx, who: Caller, company: CompanyId) -> None:
    """Raise unless the caller may decide on the company's people.

    Whoever is of a company sees its affairs at every centre. So no centre of several names them.
    """
    if company in who.owns:
        return
    if company in who.companies and not who.staff:
        raise Forbidden("A company's owner says who is of it")
    _need_serving(tx, who, company, Right.PEOPLE_WORK)
    if not who.is_administrator and entered_people.is_shared(tx, company):
        raise Forbidden("A company's owner says who is of it")


def through(tx: Tx, who: Caller, company: CompanyId | None) -> CentreId | None:
    """Return the centre whose staff names the company's people; None for the company's owner."""
    if company is None or company in who.owns:
        return None
    return next(iter(_serving(tx, who, company, Right.PEOPLE_WORK)), None)


def _need_serving(
    tx: Tx, who: Caller, company: CompanyId, right: Right, *others: Right
) -> list[CentreId]:
    """Return the centres that serve the company and where the caller has a right.

    Raise NotFound if there is none.
    """
    if found := _serving(tx, who, company, right, *others):
        return found
    raise NotFound("There is no such company that you may see")


def _serving(
    tx: Tx, who: Caller, company: CompanyId, right: Right, *others: Right
) -> list[CentreId]:
    allowed = [c.id for c in people.centres(tx) if who.may(c.id, right, *others)]
    return [centre for centre in allowed if company in {c.id for c in people.companies(tx, centre)}]
