"""Memberships: people of a company, and roles at a centre."""

from __future__ import annotations

from collections.abc import Collection

from gadong.core.database import Pool, Tx, transaction
from gadong.core.domain.access import RIGHTS, Caller, Right, Role
from gadong.core.domain.ids import CentreId, CompanyId, PersonId, new_id
from gadong.core.domain.name import LONGEST_SHORT, need_name
from gadong.core.domain.problem import Conflict, Forbidden, Invalid, NotFound
from gadong.core.store import audit
from gadong.people.domain.person import Member, Person
from gadong.people.services.passwords import hashed
from gadong.people.store import people


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
) -> Person:
    """Create an account of a company, of a centre's staff, or of an administrator.

    A company's owners add its people, and so does a centre that serves the company. A centre's
    managers add its staff.
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
        people.insert_person(tx, person, password_hash)
        if company:
            people.add_to_company(tx, company, person.id, is_owner=is_owner)
        if centre:
            people.set_roles(tx, centre, person.id, roles)
    return person


def contact(tx: Tx, who: Caller, centre: CentreId, company: CompanyId, name: str) -> PersonId:
    """Return the company's person of that name who has no login; add them where there is none.

    For the centre's desk, which books for them by telephone, and for the company's owners.
    """
    if not who.may(centre, Right.DESK_WORK) and company not in who.owns:
        raise Forbidden("The centre's desk or a company's owner books for people without a login")
    named = need_name(name, LONGEST_SHORT)
    found = people.contacts_named(tx, company, named)
    return found[0] if found else people.insert_contact(tx, company, named)


def need_email(email: str) -> None:
    """Raise Invalid for a text that cannot be an address."""
    if "@" not in email or len(email) > 254 or not email.isprintable():
        raise Invalid("This is no e-mail address", field="email")


def colleagues(pool: Pool, who: Caller, company: CompanyId) -> list[Person]:
    """Return the people of a company; for its own people."""
    if company not in who.companies:
        return []
    with transaction(pool, who.reach()) as tx:
        return [person for person in _of(tx, company) if person.id != who.person_id]


def members(pool: Pool, who: Caller, centre: CentreId, company: CompanyId) -> list[Person]:
    """Return the people of a company that the centre serves; for the centre."""
    permit = who.need(centre, Right.PEOPLE_SEE, Right.DESK_WORK)
    with transaction(pool, permit) as tx:
        if company not in {c.id for c in people.companies(tx, centre)}:
            raise NotFound("The centre serves no such company")
        found = _of(tx, company)
        audit.read(tx, "people", str(company), why="", centre_id=centre)
        return found


def of_company(pool: Pool, who: Caller, company: CompanyId) -> list[tuple[Person, bool]]:
    """Return a company's people and whether each is an owner.

    It is for the company and the centres that serve it.
    """
    with transaction(pool, who.reach()) as tx:
        if company not in who.companies:
            _need_serving(tx, who, company, Right.PEOPLE_SEE, Right.DESK_WORK)
        owners = set(people.owners(tx, company))
        found = [(person, person.id in owners) for person in _of(tx, company)]
        if company not in who.companies:
            audit.read(tx, "people", str(company), why="", centre_id=None)
        return found


def put_into(pool: Pool, who: Caller, company: CompanyId, person_id: PersonId, *, is_owner: bool) -> None:
    """Grant or revoke the ownership of a company to one of its people."""
    with transaction(pool, who.reach()) as tx:
        need_naming(tx, who, company)
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
        _need_another_owner(tx, company, person_id)
        if not people.remove_from_company(tx, company, person_id):
            raise NotFound("The person is not of this company")


def staff(pool: Pool, who: Caller, centre: CentreId) -> list[Member]:
    """Return a centre's staff with their roles."""
    permit = who.need(centre, Right.PEOPLE_SEE, Right.STAFF_WORK)
    with transaction(pool, permit) as tx:
        return people.staff(tx, centre)


def set_roles(
    pool: Pool, who: Caller, centre: CentreId, person_id: PersonId, roles: Collection[Role]
) -> None:
    """Set the roles of a person at a centre; without a role the person leaves the staff."""
    permit = who.need(centre, Right.STAFF_WORK)
    need_giving(who, centre, roles)
    with transaction(pool, permit) as tx:
        # An unrelated account is not visible here; only an administrator may add it.
        is_known = who.is_administrator or people.is_known(tx, centre, person_id)
        if not is_known or people.person(tx, person_id) is None:
            raise NotFound("There is no such person")
        if Role.MANAGER not in roles and people.staff_who_are(tx, centre, Role.MANAGER) == [person_id]:
            raise Conflict("A centre has at least one manager; make another one first")
        people.set_roles(tx, centre, person_id, roles)


def need_giving(who: Caller, centre: CentreId, roles: Collection[Role]) -> None:
    """Raise Forbidden if a role has a right that the caller does not have."""
    who.need_giving(centre, frozenset[Right]().union(*(RIGHTS[role] for role in roles)))


def _of(tx: Tx, company: CompanyId) -> list[Person]:
    found = [people.person(tx, one) for one in people.people_of(tx, company)]
    return [person for person in found if person]


def _need_another_owner(tx: Tx, company: CompanyId, person_id: PersonId) -> None:
    if people.owners(tx, company) == [person_id]:
        raise Conflict("A company has at least one owner; make another one first")


def need_naming(tx: Tx, who: Caller, company: CompanyId) -> None:
    """Raise unless the caller may decide on the company's people."""
    if company in who.owns:
        return
    if company in who.companies and not who.staff:
        raise Forbidden("A company's owner says who is of it")
    _need_serving(tx, who, company, Right.PEOPLE_WORK)


def _need_serving(tx: Tx, who: Caller, company: CompanyId, right: Right, *others: Right) -> None:
    """Raise NotFound unless a centre serves the company and the caller has a right there."""
    serving = [c.id for c in people.centres(tx) if who.may(c.id, right, *others)]
    if not any(company in {c.id for c in people.companies(tx, centre)} for centre in serving):
        raise NotFound("There is no such company that you may see")
