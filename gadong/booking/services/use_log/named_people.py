"""People as the ledger of use names them: by a name or an e-mail address."""

from __future__ import annotations

from gadong.core.database import Tx
from gadong.core.domain.ids import CentreId, CompanyId, PersonId
from gadong.core.domain.problem import Problem, Refused
from gadong.people.store import people


def person_named(
    tx: Tx, centre_id: CentreId, company: CompanyId | None, name: str
) -> PersonId | None:
    """Return the person of a company, or of the staff without one; None for no name.

    Raise Refused for a name that nobody has, or that several have.
    """
    name = name.strip()
    if not name:
        return None
    # Another centre's people of the company are no names of this one's ledger.
    members = people.people_at(tx, company, [centre_id]) if company else []
    staff = [] if company else [m.person.id for m in people.staff(tx, centre_id)]
    known = [p for i in (*members, *staff) if (p := people.person(tx, i))]
    matches = [p for p in known if name.casefold() in {p.name.casefold(), p.email.casefold()}]
    if len(matches) == 1:
        return matches[0].id
    raise Refused(
        [Problem(code="table.person_several" if matches else "table.person", actual=name)]
    )
