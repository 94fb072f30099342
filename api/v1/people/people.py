"""Logging in, tokens, centres, companies and people."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response

from api.identity import (
    Connections,
    Keys,
    Secret,
    Told,
    Who,
    address,
    cookie_name,
    device_of,
    keep_device,
    keep_session,
    need_own_page,
)
from api.v1 import paging
from api.v1.people import people_schemas as schemas
from api.v1.people.people_schemas import ProofIn
from gadong.booking.services import qualifications
from gadong.core.domain.access import Caller
from gadong.core.domain.calendar import OpeningHours
from gadong.core.domain.ids import CentreId, CompanyId, PersonId
from gadong.operations.services import privacy
from gadong.people.domain.centre import Centre
from gadong.people.services import account_recovery, accounts, members, password_attempts
from gadong.training.services import teachers

router = APIRouter(tags=["people"])


@router.post("/sessions", status_code=201)
def log_in(
    request: Request, response: Response, body: schemas.LogIn, pool: Connections, told: Told
) -> schemas.PersonOut:
    """Open a browser's session. The cookie is HttpOnly and ends after twelve hours."""
    need_own_page(request)
    secret, person = accounts.log_in(
        pool,
        email=body.email,
        password=body.password.get_secret_value(),
        address=address(request),
        now=datetime.now(UTC),
        code=body.code,
        secret=told.secret,
        device=device_of(request),
    )
    keep_session(response, told, secret)
    keep_device(
        response,
        told,
        password_attempts.know_device(
            pool, person.id, device_of(request), now=datetime.now(UTC), origin=address(request)
        ),
    )
    return schemas.PersonOut(id=person.id, email=person.email, name=person.name)


@router.delete("/sessions/current", status_code=204)
def log_out(response: Response, who: Who, secret: Secret, pool: Connections, told: Told) -> None:
    """End this session or token."""
    accounts.log_out(pool, who, secret)
    response.delete_cookie(cookie_name(told), path="/")


@router.post("/sessions/current/proof", status_code=204)
def prove_by_password(body: ProofIn, who: Who, pool: Connections, told: Told) -> None:
    """Show that it is still you, by your password: then you may change your account for ten
    minutes.
    """
    account_recovery.prove(
        pool,
        who,
        body.password.get_secret_value(),
        code=body.code,
        secret=told.secret,
        now=datetime.now(UTC),
    )


@router.get("/me")
def get_me(who: Who, pool: Connections) -> schemas.Me:
    """Return your account, roles, companies and centres."""
    person, companies, centres = accounts.describe(pool, who)
    return schemas.Me(
        id=person.id,
        name=person.name,
        email=person.email,
        roles=_roles(who),
        companies=[schemas.NamedCompany(id=i, name=n) for i, n in companies],
        centres=[_centre(c) for c in centres],
    )


def _roles(who: Caller) -> list[str]:
    """Return the caller's roles in companies and at centres."""
    held = {"member": who.companies, "owner": who.owns, "administrator": who.is_administrator}
    return [role for role, has in held.items() if has] + sorted({role for _, role in who.staff})


@router.get("/me/data")
def own_data(who: Who, pool: Connections) -> dict[str, Any]:
    """Return everything that is kept about you, by table."""
    return privacy.known(pool, who, now=datetime.now(UTC))


@router.post("/me/leaving", status_code=204)
def leave_installation(body: schemas.OwnPasswordIn, who: Who, pool: Connections) -> None:
    """Leave. Your name and address go.

    Documents that the law wants kept stay, and name you by a number.
    """
    privacy.leave(pool, who, body.password.get_secret_value())


@router.put("/me/password", status_code=204)
def change_password(body: schemas.PasswordIn, who: Who, secret: Secret, pool: Connections) -> None:
    """Change your password; your other sessions and your tokens end."""
    account_recovery.change_password(
        pool,
        who,
        old=body.old.get_secret_value(),
        new=body.new.get_secret_value(),
        session=secret,
        end_passkeys=body.end_passkeys,
    )


@router.post("/me/second-factor", status_code=201)
def begin_codes(who: Who, pool: Connections, told: Told) -> schemas.CodesOut:
    """Begin with one-time codes: a secret for your telephone."""
    secret, uri = account_recovery.begin_codes(pool, who, secret=told.secret, now=datetime.now(UTC))
    return schemas.CodesOut(secret=secret, uri=uri)


@router.put("/me/second-factor")
def confirm_codes(
    body: schemas.CodeIn, who: Who, pool: Connections, told: Told
) -> schemas.RecoveryCodesOut:
    """Show a code, so that one is asked for from now on."""
    found = account_recovery.confirm_codes(
        pool, who, body.code, secret=told.secret, now=datetime.now(UTC)
    )
    return schemas.RecoveryCodesOut(codes=found)


@router.post("/me/second-factor/removal", status_code=204)
def remove_codes(body: schemas.OwnPasswordIn, who: Who, pool: Connections) -> None:
    """Have no code asked for any more."""
    account_recovery.remove_codes(
        pool, who, body.password.get_secret_value(), now=datetime.now(UTC)
    )


@router.post("/password-recovery", status_code=202)
def ask_for_recovery(
    request: Request, body: schemas.ForgottenIn, pool: Connections, told: Told, keys: Keys
) -> None:
    """Have a way back in mailed. The answer is the same whether there is such an account."""
    account_recovery.ask_back_in(
        pool,
        body.email,
        public_url=told.public_url,
        keys=keys,
        now=datetime.now(UTC),
        address=address(request),
    )


@router.post("/password-recovery/new", status_code=204)
def set_new_password(request: Request, body: schemas.NewPasswordIn, pool: Connections) -> None:
    """Set a new password by the way back in, once.

    Every session and token ends; a second factor stays.
    """
    account_recovery.reset_password(
        pool,
        body.word.get_secret_value(),
        body.password.get_secret_value(),
        end_passkeys=body.end_passkeys,
        address=address(request),
    )


@router.post("/tokens", status_code=201)
def create_token(body: schemas.TokenIn, who: Who, pool: Connections) -> schemas.TokenOut:
    """Make a bearer token for a program. Send it as `Authorization: Bearer …`."""
    token, expires_at = accounts.create_token(
        pool,
        who,
        name=body.name,
        lifetime=timedelta(days=body.days),
        rights=body.rights,
        now=datetime.now(UTC),
    )
    return schemas.TokenOut(token=token, expires_at=expires_at)


@router.get("/tokens")
def list_tokens(who: Who, pool: Connections) -> paging.Page[schemas.CredentialOut]:
    """Your sessions and tokens."""
    return paging.whole(
        [
            schemas.CredentialOut.model_validate(c, from_attributes=True)
            for c in accounts.credentials(pool, who)
        ]
    )


@router.delete("/tokens/{credential_id}", status_code=204)
def revoke_token(credential_id: UUID, who: Who, pool: Connections) -> None:
    """End one of your sessions or tokens."""
    accounts.revoke(pool, who, credential_id, now=datetime.now(UTC))


@router.get("/centres")
def list_centres(who: Who, pool: Connections) -> paging.Page[schemas.CentreOut]:
    """Return the centres you may enter."""
    return paging.whole([_centre(c) for c in accounts.centres(pool, who)])


@router.post("/centres", status_code=201)
def create_centre(body: schemas.CentreIn, who: Who, pool: Connections) -> schemas.CentreOut:
    """Add a site; for administrators. Without hours it opens on weekdays from nine to six."""
    hours = [OpeningHours(weekday=h.weekday, opens=h.opens, closes=h.closes) for h in body.hours]
    centre = accounts.create_centre(
        pool, who, slug=body.slug, name=body.name, zone=body.zone, hours=hours
    )
    return _centre(centre)


@router.post("/people", status_code=201)
def create_person(
    response: Response, body: schemas.PersonIn, who: Who, pool: Connections, told: Told
) -> schemas.PersonOut:
    """Add an account: a company's owner adds its people, a centre those of the companies it serves
    and its own staff.

    An account that exists keeps its password, and its person is asked first. The answer is alike.
    A company's person without an e-mail address has no login; the desk books for them.
    """
    password = body.password.get_secret_value()
    if body.company and not (body.centre or body.roles or body.is_administrator):
        person = members.add_person(
            pool,
            who,
            CompanyId(body.company),
            name=body.name,
            email=body.email,
            password=password,
            phone=body.phone,
            is_owner=body.is_owner,
            public_url=told.public_url,
        )
    else:
        person = members.create_person(
            pool,
            who,
            email=body.email,
            name=body.name,
            password=password,
            company=CompanyId(body.company) if body.company else None,
            is_owner=body.is_owner,
            centre=CentreId(body.centre) if body.centre else None,
            roles=frozenset(body.roles),
            is_administrator=body.is_administrator,
            public_url=told.public_url,
        )
    # No list shows an administrator who is of no company and no centre.
    if body.company:
        response.headers["Location"] = f"/api/v1/companies/{body.company}/people"
    elif body.centre:
        response.headers["Location"] = f"/api/v1/centres/{body.centre}/staff"
    return schemas.PersonOut(id=person.id, email=person.email, name=person.name)


@router.get("/centres/{centre}/staff")
def list_staff(centre: UUID, who: Who, pool: Connections) -> paging.Page[schemas.StaffOut]:
    """List the staff of a centre with their roles."""
    return paging.whole(
        [
            schemas.StaffOut(
                id=m.person.id, email=m.person.email, name=m.person.name, roles=sorted(m.roles)
            )
            for m in members.staff(pool, who, CentreId(centre))
        ]
    )


@router.put("/centres/{centre}/staff/{person}", status_code=204)
def set_staff(
    centre: UUID, person: UUID, body: schemas.RolesIn, who: Who, pool: Connections
) -> None:
    """Set a person's roles at a centre; without a role they leave it. For managers."""
    teachers.set_roles(
        pool,
        who,
        CentreId(centre),
        PersonId(person),
        frozenset(body.roles),
        now=datetime.now(UTC),
    )


@router.post("/qualifications", status_code=204)
def grant_qualification(body: schemas.QualificationIn, who: Who, pool: Connections) -> None:
    """Record a training; for managers."""
    qualifications.grant(
        pool,
        who,
        centre=CentreId(body.centre),
        person=PersonId(body.person),
        code=body.code,
        expires_at=body.expires_at,
    )


def _centre(centre: Centre) -> schemas.CentreOut:
    return schemas.CentreOut(
        id=centre.id,
        slug=centre.slug,
        name=centre.name,
        zone=centre.zone_name,
        currency=centre.currency,
    )
