"""Phone numbers: one's own, and those of a company's people who have no login."""

from __future__ import annotations

from gadong.core.database import Pool, Tx, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.ids import CompanyId, PersonId
from gadong.core.domain.problem import Conflict, Invalid, NotFound
from gadong.core.store import audit
from gadong.people.domain.phone_number import need_phone, receives_texts
from gadong.people.store import people, phone_numbers
from gadong.people.store.phone_numbers import PhoneNumber


def own(pool: Pool, who: Caller) -> PhoneNumber:
    """Return the caller's number; an empty one if there is none."""
    with transaction(pool, who.need_account()) as tx:
        kept = phone_numbers.of_people(tx, [who.person_id])
    return kept.get(who.person_id, PhoneNumber(number="", by_text=False))


def set_own(pool: Pool, who: Caller, phone: str, *, by_text: bool) -> None:
    """Set the caller's number and whether text messages go there; an empty one deletes it."""
    number = need_phone(phone) if phone.strip() else ""
    if by_text and not receives_texts(number):
        raise Invalid("Text messages need a mobile number", field="phone")
    with transaction(pool, who.need_account()) as tx:
        phone_numbers.keep(tx, who.person_id, number, by_text=by_text)


def set_contact(
    pool: Pool, who: Caller, company: CompanyId, person_id: PersonId, phone: str
) -> None:
    """Set the number of a company's person who has no login; an empty one deletes it.

    For the company's owners and the desks that serve the company. People with a login set their
    own number, so that nobody directs another's notices elsewhere.
    """
    number = need_phone(phone) if phone.strip() else ""
    with transaction(pool, who.reach()) as tx:
        person = people.person(tx, person_id)
        if person is None or person_id not in _seen(tx, who, company):
            raise NotFound("The person is not of this company")
        if person.has_login:
            raise Conflict("People with a login set their own phone number")
        phone_numbers.keep(tx, person_id, number)


def of_company(pool: Pool, who: Caller, company: CompanyId) -> dict[PersonId, str]:
    """Return the numbers of a company's people, for its owners and the desks that serve it."""
    with transaction(pool, who.reach()) as tx:
        seen = _seen(tx, who, company, Right.PEOPLE_SEE)
        kept = phone_numbers.of_people(tx, seen)
        if kept and company not in who.owns:
            audit.read(tx, "phone_numbers", str(company), why="", centre_id=None)
    return {person: phone.number for person, phone in kept.items()}


def _seen(tx: Tx, who: Caller, company: CompanyId, *others: Right) -> list[PersonId]:
    """Return the company's people whose numbers the caller sees; none for everybody else."""
    if company in who.owns:
        return people.people_of(tx, company)
    serving = [
        centre.id
        for centre in people.centres(tx)
        if who.may(centre.id, Right.DESK_WORK, *others)
        and company in {c.id for c in people.companies(tx, centre.id)}
    ]
    return people.people_at(tx, company, serving) if serving else []
