"""Centres, companies, people and their credentials."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from uuid import UUID

from psycopg import errors

from gadong.core.database import Tx, many, one, run
from gadong.core.domain.access import Caller, LoginSession, Right, Role
from gadong.core.domain.ids import CentreId, CompanyId, PersonId, new_id
from gadong.core.domain.problem import Conflict
from gadong.core.store.queries import statements
from gadong.people.domain.centre import Centre
from gadong.people.domain.company import Company
from gadong.people.domain.credential import Credential, Used
from gadong.people.domain.person import Member, Person

SQL = statements(__file__)


def insert_centre(tx: Tx, centre: Centre) -> None:
    """Insert a centre; raise Conflict if the slug is taken."""
    try:
        with tx.transaction():
            run(
                tx,
                SQL["insert_centre"],
                id=centre.id,
                slug=centre.slug,
                name=centre.name,
                zone=centre.zone_name,
                currency=centre.currency,
            )
    except errors.UniqueViolation as trouble:
        raise Conflict(
            f"There is a centre with the slug {centre.slug} already", slug=centre.slug
        ) from trouble


def centres(tx: Tx) -> list[Centre]:
    """Return all centres."""
    return _centres(tx, None)


def centre(tx: Tx, centre_id: CentreId) -> Centre | None:
    """Return a centre, or None."""
    return next(iter(_centres(tx, centre_id)), None)


def _centres(tx: Tx, centre_id: CentreId | None) -> list[Centre]:
    return [
        Centre(
            id=r["id"], slug=r["slug"], name=r["name"], zone_name=r["zone"], currency=r["currency"]
        )
        for r in many(tx, SQL["centres"], id=centre_id)
    ]


def insert_company(tx: Tx, company: Company) -> None:
    """Insert a company; raise Conflict if the registration number is known."""
    try:
        with tx.transaction():
            run(
                tx,
                SQL["insert_company"],
                id=company.id,
                name=company.name,
                registration_number=company.registration_number,
            )
    except errors.UniqueViolation as trouble:
        raise Conflict(
            "There is a company with this registration number already",
            registration_number=company.registration_number,
        ) from trouble


def companies(tx: Tx, centre_id: CentreId) -> list[Company]:
    """Return the companies that a centre serves."""
    return [Company(**row) for row in many(tx, SQL["companies"], centre_id=centre_id)]


def company(tx: Tx, company_id: CompanyId) -> Company | None:
    """Return a company, or None."""
    row = one(tx, SQL["company"], id=company_id)
    return Company(**row) if row else None


def insert_person(tx: Tx, person: Person, password_hash: str) -> None:
    """Insert a person who can log in; raise Conflict if the address is known."""
    try:
        with tx.transaction():
            run(
                tx,
                SQL["insert_person"],
                id=person.id,
                email=person.email,
                name=person.name,
                password_hash=password_hash,
                is_administrator=person.is_administrator,
            )
    except errors.UniqueViolation as trouble:
        raise Conflict("There is an account with this e-mail address already") from trouble


def add_to_company(tx: Tx, company_id: CompanyId, person_id: PersonId, *, is_owner: bool) -> None:
    """Add the person to the company; the first person becomes an owner in any case."""
    run(tx, SQL["add_to_company"], company_id=company_id, person_id=person_id, is_owner=is_owner)


def insert_contact(tx: Tx, company_id: CompanyId, name: str) -> PersonId:
    """Add somebody of the company who has no login."""
    made = PersonId(new_id())
    run(tx, SQL["insert_contact"], id=made, company_id=company_id, name=name)
    return made


def contacts_named(
    tx: Tx, centre_id: CentreId | None, company_id: CompanyId, name: str
) -> list[PersonId]:
    """Return the company's people without a login who have the name and whom the centre sees.

    Without a centre they are those whom the company named itself. The company stays locked.
    """
    lock_company(tx, company_id)
    rows = many(tx, SQL["contacts_named"], centre_id=centre_id, company_id=company_id, name=name)
    return [row["id"] for row in rows]


def lock_company(tx: Tx, company_id: CompanyId) -> None:
    """Lock a company until the transaction ends, so that two change its people in turn."""
    many(tx, SQL["lock_company"], id=company_id)


def lock_centre(tx: Tx, centre_id: CentreId) -> None:
    """Lock a centre until the transaction ends, so that two change its staff in turn."""
    many(tx, SQL["lock_centre"], id=centre_id)


def remove_from_company(tx: Tx, company_id: CompanyId, person_id: PersonId) -> bool:
    """Remove the person from the company; return False if the person was not in it."""
    return bool(run(tx, SQL["remove_from_company"], company_id=company_id, person_id=person_id))


def owners(tx: Tx, company_id: CompanyId) -> list[PersonId]:
    """Return the owners, who decide on the company's people."""
    return [row["person_id"] for row in many(tx, SQL["owners"], company_id=company_id)]


def set_roles(tx: Tx, centre_id: CentreId, person_id: PersonId, roles: Iterable[Role]) -> None:
    """Set the person's roles at the centre; without a role the person leaves the staff."""
    run(tx, SQL["take_roles"], centre_id=centre_id, person_id=person_id)
    for role in sorted(roles):
        run(tx, SQL["give_role"], centre_id=centre_id, person_id=person_id, role=role)


def staff(tx: Tx, centre_id: CentreId) -> list[Member]:
    """Return the centre's staff, by name."""
    found: list[Member] = []
    for row in many(tx, SQL["staff"], centre_id=centre_id):
        roles = frozenset(Role(role) for role in row.pop("roles"))
        found.append(Member(person=Person(**row), roles=roles))
    return found


def person_and_hash(tx: Tx, email: str) -> tuple[Person, str] | None:
    """Return the person with the address, and the hash of the password."""
    row = one(tx, SQL["person_by_email"], email=email)
    if row is None:
        return None
    password_hash = row.pop("password_hash")
    return Person(**row), password_hash


def id_by_email(tx: Tx, email: str) -> PersonId | None:
    """Return the person with the address, or None."""
    row = one(tx, SQL["id_by_email"], email=email)
    return row["id"] if row else None


def company_by_number(tx: Tx, registration_number: str) -> Company | None:
    """Return the company with the registration number, or None."""
    row = one(tx, SQL["company_by_number"], registration_number=registration_number)
    return Company(**row) if row else None


def person(tx: Tx, person_id: PersonId) -> Person | None:
    """Return a person, or None."""
    row = one(tx, SQL["person"], id=person_id)
    return Person(**row) if row else None


def companies_of(tx: Tx, person_id: PersonId) -> list[tuple[CompanyId, str]]:
    """Return the companies for which the person books."""
    return [(row["id"], row["name"]) for row in many(tx, SQL["companies_of"], person_id=person_id)]


def is_known(tx: Tx, centre_id: CentreId, person_id: PersonId) -> bool:
    """Return whether the person is staff, is of a served company, or has booked at the centre."""
    row = one(tx, SQL["is_known"], centre_id=centre_id, person_id=person_id)
    return bool(row and row["is_known"])


def people_of(tx: Tx, company_id: CompanyId) -> list[PersonId]:
    """Return the people who book for the company."""
    return [row["person_id"] for row in many(tx, SQL["people_of"], company_id=company_id)]


def people_at(tx: Tx, company_id: CompanyId, centres: Collection[CentreId]) -> list[PersonId]:
    """Return the company's people whom one of the centres sees."""
    rows = many(tx, SQL["people_at"], company_id=company_id, centre_ids=list(centres))
    return [row["person_id"] for row in rows]


def staff_who_are(tx: Tx, centre_id: CentreId, *roles: Role) -> list[PersonId]:
    """Return the staff with one of the roles at the centre."""
    rows = many(tx, SQL["staff_who_are"], centre_id=centre_id, roles=[str(role) for role in roles])
    return [row["person_id"] for row in rows]


def caller(tx: Tx, person_id: PersonId) -> Caller | None:
    """Return the person as a caller with roles and rights, or None."""
    row = one(tx, SQL["caller"], id=person_id)
    if row is None:
        return None
    return Caller(
        person_id=row["id"],
        companies=frozenset(row["companies"]),
        centres=frozenset(row["centres"]),
        owns=frozenset(row["owns"]),
        staff=frozenset(zip(row["staff_centres"], map(Role, row["staff_roles"]), strict=True)),
        is_administrator=row["is_administrator"],
    )


def insert_credential(
    tx: Tx,
    credential: Credential,
    *,
    digest: bytes,
    person_id: PersonId,
    proven_at: datetime | None = None,
) -> None:
    """Insert a session or token by its digest."""
    run(
        tx,
        SQL["insert_credential"],
        id=credential.id,
        digest=digest,
        person_id=person_id,
        kind=credential.kind,
        name=credential.name,
        expires_at=credential.expires_at,
        proven_at=proven_at,
        rights=None if credential.rights is None else sorted(credential.rights),
    )


def use_credential(tx: Tx, digest: bytes) -> Used | None:
    """Return the credential of a secret; None for an invalid one."""
    row = one(tx, SQL["use_credential"], digest=digest)
    if row is None:
        return None
    is_session = row["kind"] == "session"
    return Used(
        person_id=row["person_id"],
        kind=row["kind"],
        rights=_rights(row["rights"]),
        session=LoginSession(id=row["id"], proven_at=row["proven_at"]) if is_session else None,
    )


def prove_session(tx: Tx, session_id: UUID, *, at: datetime) -> None:
    """Record when the session's person last gave the password or a passkey."""
    run(tx, SQL["prove_session"], id=session_id, at=at)


def credentials_of(tx: Tx, person_id: PersonId) -> list[Credential]:
    """Return the person's sessions and tokens."""
    return [
        Credential(**{**row, "rights": _rights(row["rights"])})
        for row in many(tx, SQL["credentials_of"], person_id=person_id)
    ]


def _rights(kept: Sequence[str] | None) -> tuple[Right, ...] | None:
    return None if kept is None else tuple(Right(name) for name in kept)


def revoke_credential(
    tx: Tx, person_id: PersonId, *, credential_id: UUID | None = None, digest: bytes | None = None
) -> bool:
    """End a session or token of the person; return False if there is none."""
    return bool(
        run(tx, SQL["revoke_credential"], person_id=person_id, id=credential_id, digest=digest)
    )


def forget_old(tx: Tx) -> int:
    """Delete ended credentials."""
    return run(tx, SQL["forget_credentials"])
