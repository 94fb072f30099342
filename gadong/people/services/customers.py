"""Relation of a centre to companies and people: those that it serves and knows."""

from __future__ import annotations

from gadong.core.database import Tx
from gadong.core.domain.ids import CentreId, CompanyId, PersonId
from gadong.core.domain.problem import Conflict, NotFound
from gadong.people.store import consents, people
from gadong.people.store.consents import CustomerStanding


def need_served(tx: Tx, centre_id: CentreId, company_id: CompanyId) -> CustomerStanding:
    """Raise NotFound for a company that the centre does not serve; return how the two stand."""
    standing = consents.standing(tx, centre_id, company_id)
    if not standing.is_served:
        raise NotFound("The centre serves no such company")
    return standing


def need_customer(tx: Tx, centre_id: CentreId, company_id: CompanyId) -> None:
    """Raise unless the centre may take something new on for a company.

    Raise NotFound for one that it does not serve, and Conflict for one that took its consent back.
    """
    if need_served(tx, centre_id, company_id).has_withdrawn:
        raise Conflict("The company withdrew its consent to be served by this centre")


def need_known(tx: Tx, centre_id: CentreId, person_id: PersonId) -> None:
    """Raise NotFound for a person without a relation to the centre.

    Staff, people of served companies and guests have one.
    """
    if not people.is_known(tx, centre_id, person_id):
        raise NotFound("The centre knows no such person")
