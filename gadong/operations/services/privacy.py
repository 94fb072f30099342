"""A person's rights over personal data (PIPA, articles 35 and 36): access and erasure.

The table of the data is docs/privacy.md.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from gadong.core.database import Pool, Tx, transaction
from gadong.core.domain.access import Caller, system_for
from gadong.core.domain.ids import CompanyId, PersonId
from gadong.core.domain.problem import Conflict, NotFound
from gadong.core.store import audit
from gadong.operations.store import privacy
from gadong.people.services.account_recovery import need_password
from gadong.people.services.members import need_naming
from gadong.people.store import account_administration, people


def known(pool: Pool, who: Caller, *, now: datetime) -> dict[str, Any]:
    """Return everything that is stored about the caller, by table; for the caller alone."""
    with transaction(pool, who.need_proven(now)) as tx:
        return privacy.known(tx, who.person_id)


def leave(pool: Pool, who: Caller, password: str) -> None:
    """Anonymise the caller and revoke all access; records required by law stay under a number.

    Raise Conflict while others depend on the person: future bookings, or a company or centre
    without another owner, manager or administrator.
    """
    permit = who.need_account()
    need_password(pool, who, password)
    with transaction(pool, permit) as tx:
        person = people.person(tx, who.person_id)
        if person is None:
            raise NotFound
        # Two who leave at once: the second one looks when the first is gone.
        for company in sorted(who.owns):
            people.lock_company(tx, company)
        for centre in sorted(who.works_at | who.oversees):
            people.lock_centre(tx, centre)
        if privacy.ahead(tx, who.person_id):
            raise Conflict("You have bookings to come; cancel them or hand them over first")
        if account_administration.administrators(tx) == [who.person_id]:
            raise Conflict("An installation has at least one administrator; make another one first")
        if left := privacy.sole(tx, who.person_id):
            raise Conflict(f"Nobody else speaks for {', '.join(left)}; name another first")
        privacy.leave(tx, who.person_id, person.email)


def known_of_contact(
    pool: Pool, who: Caller, company: CompanyId, person_id: PersonId
) -> dict[str, Any]:
    """Return everything that is stored about a company's person who has no login, by table.

    For the company's owners and the centre's managers, who hand it to the person that asks.
    """
    with transaction(pool, system_for(who.known, who.origin)) as tx:
        _need_contact(tx, who, company, person_id)
        found = privacy.known(tx, person_id)
        audit.read(tx, "people", str(person_id), why="", centre_id=None)
    return found


def erase_contact(pool: Pool, who: Caller, company: CompanyId, person_id: PersonId) -> None:
    """Anonymise a company's person who has no login, as the person asked.

    Records required by law stay under a number. Raise Conflict while bookings are to come.
    """
    with transaction(pool, system_for(who.known, who.origin)) as tx:
        people.lock_company(tx, company)
        _need_contact(tx, who, company, person_id)
        if privacy.ahead(tx, person_id):
            raise Conflict("The person has bookings to come; cancel them or hand them over first")
        privacy.leave(tx, person_id, email="")


def _need_contact(tx: Tx, who: Caller, company: CompanyId, person_id: PersonId) -> None:
    """Raise unless the caller answers for the person, who has no login.

    The transaction reaches every row, so that each condition of the caller is checked here.
    """
    need_naming(tx, who, company)
    person = people.person(tx, person_id)
    if person is None or person_id not in people.people_of(tx, company):
        raise NotFound("The person is not of this company")
    if person.has_login:
        raise Conflict("Who has a login reads and erases their own data, under Your account")
