"""Relation of a centre to companies and people: those that it serves and knows."""

from __future__ import annotations

from gadong.core.database import Tx
from gadong.core.domain.ids import CentreId, CompanyId, PersonId
from gadong.core.domain.problem import Conflict, NotFound
from gadong.people.store import consents, people


def need_served(tx: Tx, centre_id: CentreId, company_id: CompanyId) -> None:
    """Raise NotFound for a company that the centre does not serve."""
    if company_id not in {c.id for c in people.companies(tx, centre_id)}:
        raise NotFound("The centre serves no such company")


def need_customer(tx: Tx, centre_id: CentreId, company_id: CompanyId) -> None:
    """Raise unless the centre may take something new on for a company.

    Raise NotFound for one that it does not serve, and Conflict for one that took its consent back.
    """
    need_served(tx, centre_id, company_id)
    if consents.has_withdrawn(tx, centre_id, company_id):
        raise Conflict("The company withdrew its consent to be served by this centre")


def need_known(tx: Tx, centre_id: CentreId, person_id: PersonId) -> None:
    """Raise NotFound for a person without a relation to the centre.

    Staff, people of served companies and guests have one.
    """
    if not people.is_known(tx, centre_id, person_id):
        raise NotFound("The centre knows no such person")
