"""Accounts of programs, for example an export, an ERP or a gate.

They belong to a centre and stay when their creator leaves.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from gadong.core.database import Pool, Tx, transaction
from gadong.core.domain.access import AT_CENTRES, Caller, Right, Role
from gadong.core.domain.ids import CentreId, PersonId, new_id
from gadong.core.domain.name import LONGEST_SHORT, need_name
from gadong.core.domain.problem import Invalid, NotFound
from gadong.people.services.accounts import issue_token
from gadong.people.store import people, service_accounts
from gadong.people.store.service_accounts import Program

#: The rights that a program may have: without the right to name staff, or it could grant itself the
#: rest.
GIVEN = AT_CENTRES - {Right.STAFF_WORK}
A_YEAR = timedelta(days=365)
# Both tokens are valid while the new one replaces the old one in the program.
CHANGED_WITHIN = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """A program's token, shown this once."""

    program_id: PersonId
    centre_id: CentreId
    token: str
    expires_at: datetime


def make(
    pool: Pool,
    who: Caller,
    centre: CentreId,
    *,
    name: str,
    rights: Collection[Right],
    lifetime: timedelta,
    now: datetime,
) -> Issued:
    """Create an account for a program of a centre, with the named rights only."""
    permit = who.need(centre, Right.STAFF_WORK)
    program_name = need_name(name, LONGEST_SHORT)
    if not rights or not GIVEN.issuperset(rights):
        raise Invalid(
            "A program is given some rights, and never to say who works here", field="rights"
        )
    who.need_giving(centre, rights)
    program_id = PersonId(new_id())
    with transaction(pool, permit) as tx:
        service_accounts.insert(tx, program_id, program_name)
        # Its tokens are limited to its rights; without a token it can do nothing, and it has no
        # login.
        people.set_roles(tx, centre, program_id, [Role.MANAGER])
        return _issued(tx, centre, program_id, rights, lifetime=lifetime, now=now)


def of_centre(pool: Pool, who: Caller, centre: CentreId) -> list[Program]:
    """Return a centre's programs."""
    permit = who.need(centre, Right.STAFF_WORK, Right.AUDIT_SEE)
    with transaction(pool, permit) as tx:
        return service_accounts.of_centre(tx, centre)


def renew(pool: Pool, who: Caller, program_id: PersonId, *, now: datetime) -> Issued:
    """Create another token for a program for a year; the old one is valid for one more day."""
    with transaction(pool, who.reach()) as tx:
        centre = _owned(tx, who, program_id)
        rights = next(
            p.rights for p in service_accounts.of_centre(tx, centre) if p.id == program_id
        )
        if not rights:
            raise Invalid("Its token has been over for long; make another account", field="program")
        who.need_giving(centre, rights)
        service_accounts.shorten(tx, program_id, until=now + CHANGED_WITHIN)
        return _issued(tx, centre, program_id, rights, lifetime=A_YEAR, now=now)


def end(pool: Pool, who: Caller, program_id: PersonId) -> None:
    """Revoke a program's access to the centre."""
    with transaction(pool, who.reach()) as tx:
        _owned(tx, who, program_id)
        service_accounts.end(tx, program_id)


def _owned(tx: Tx, who: Caller, program_id: PersonId) -> CentreId:
    centre = service_accounts.centre_of(tx, program_id)
    if centre is None or not who.may(centre, Right.STAFF_WORK):
        raise NotFound("There is no such program")
    return centre


def _issued(
    tx: Tx,
    centre: CentreId,
    program_id: PersonId,
    rights: Collection[Right],
    *,
    lifetime: timedelta,
    now: datetime,
) -> Issued:
    token, expires_at = issue_token(
        tx, program_id, name="program", lifetime=lifetime, rights=tuple(sorted(rights)), now=now
    )
    return Issued(program_id=program_id, centre_id=centre, token=token, expires_at=expires_at)
