"""People, companies and centres; logins, sessions and tokens."""

from __future__ import annotations

import re
import secrets
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from uuid import UUID

from gadong.core.database import Pool, Tx, transaction
from gadong.core.domain.access import SYSTEM, Caller, Right, system_for
from gadong.core.domain.calendar import OpeningHours
from gadong.core.domain.ids import CentreId, CompanyId, PersonId, new_id
from gadong.core.domain.name import LONGEST_SHORT, need_name
from gadong.core.domain.problem import Invalid, NotFound, SecondFactorNeeded, Unauthenticated
from gadong.core.store import audit
from gadong.people.domain.centre import Centre
from gadong.people.domain.company import Company
from gadong.people.domain.credential import Credential
from gadong.people.domain.password_attempts import FREE_FOR_ONE, subjects
from gadong.people.domain.payer import A_BUSINESS, Payer, need_payer
from gadong.people.domain.person import Person
from gadong.people.domain.resident_number import need_no_resident_number
from gadong.people.services.account_changes import TOKEN_MADE, tell_owner
from gadong.people.services.account_recovery import need_code
from gadong.people.services.centres import need_apart, need_zone
from gadong.people.services.consents import serve
from gadong.people.services.password_attempts import device_digest, need_pace
from gadong.people.services.passwords import NOBODYS_HASH, matches
from gadong.people.store import password_attempts, people
from gadong.people.store.centres import insert_hours
from gadong.people.store.payers import payers

# Wrong passwords for an account from one network that cause no delay.
ACCOUNT_FAILURES = FREE_FOR_ONE
SESSION_LENGTH = timedelta(hours=12)
TOKEN_LENGTH_LIMIT = timedelta(days=366)
# As the constraint centres_slug_form: a level of every topic, a part of every statement's number.
CENTRE_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{1,30}")
SLUG_WORDS = "small letters, digits and dashes"


def log_in(
    pool: Pool,
    *,
    email: str,
    password: str,
    address: str,
    now: datetime,
    code: str = "",
    secret: str = "",
    device: str = "",
) -> tuple[str, Person]:
    """Open a session, and return the browser's secret and the person.

    Unauthenticated does not reveal the wrong part. Raise SecondFactorNeeded if the password was
    right and a one-time `code` is required. `secret` is the installation's, and `device` the
    browser's value of earlier logins (`know_device`).
    """
    anybody = system_for(None, address)
    with transaction(pool, anybody) as tx:
        found = people.person_and_hash(tx, email)
        digest = device_digest(device, found[0].id) if found else b""
        is_known = bool(
            device and found and password_attempts.is_known_device(tx, found[0].id, digest)
        )
        tried = subjects(
            account=password_attempts.fold_email(tx, email),
            address=address,
            device=digest.hex() if is_known else "",
        )
        names = [subject.name for subject in tried]
        need_pace(tx, tried, now)
        # The attempt is counted before the password is checked, so that parallel attempts count.
        for name in names:
            password_attempts.add(tx, name, at=now)
    is_right = matches(found[1] if found else NOBODYS_HASH, password)
    try:
        if is_right and found:
            with transaction(pool, anybody) as tx:
                is_right = need_code(tx, found[0].id, code, secret=secret, now=now)
    except SecondFactorNeeded:
        with transaction(pool, anybody) as tx:
            password_attempts.take_back(tx, names, at=now)
        raise
    if not is_right or found is None:
        with transaction(pool, anybody) as tx:
            audit.refused(
                tx, "credentials", str(found[0].id) if found else "", why="password or code"
            )
        raise Unauthenticated("E-mail address, password or code is wrong")
    with transaction(pool, anybody) as tx:
        password_attempts.take_back(tx, names, at=now)
        # The first subject is the person's own; the counts of a network and an account include
        # others' attempts.
        password_attempts.forgive(tx, names[:1])
    return open_session(pool, found[0].id, now=now, origin=address), found[0]


def open_session(
    pool: Pool, person_id: PersonId, *, now: datetime, is_proof: bool = True, origin: str = ""
) -> str:
    """Open a browser's session and return its secret, of which a digest is stored.

    `is_proof` states that the person gave a password or passkey just now.
    """
    expires_at, proven_at = now + SESSION_LENGTH, now if is_proof else None
    with transaction(pool, system_for(person_id, origin)) as tx:
        return _keep(
            tx,
            person_id,
            kind="session",
            name="",
            expires_at=expires_at,
            now=now,
            proven_at=proven_at,
        )


def create_token(
    pool: Pool,
    who: Caller,
    *,
    name: str,
    lifetime: timedelta,
    now: datetime,
    rights: Collection[Right] | None = None,
) -> tuple[str, datetime]:
    """Create a token for a program, with the caller's rights or those named.

    It is shown this once.
    """
    permit = who.need_proven(now)
    token_name = need_name(name, LONGEST_SHORT)
    with transaction(pool, permit) as tx:
        tell_owner(tx, who.person_id, TOKEN_MADE)
        return issue_token(
            tx,
            who.person_id,
            name=token_name,
            lifetime=lifetime,
            rights=None if rights is None else tuple(rights),
            now=now,
        )


def issue_token(
    tx: Tx,
    person_id: PersonId,
    *,
    name: str,
    lifetime: timedelta,
    rights: tuple[Right, ...] | None,
    now: datetime,
) -> tuple[str, datetime]:
    """Create a token for a person after the caller's check; return the token and its expiry."""
    if not timedelta(0) < lifetime <= TOKEN_LENGTH_LIMIT:
        raise Invalid("A token lives for up to 366 days", field="days", limit=366)
    expires_at = now + lifetime
    secret = _keep(
        tx, person_id, kind="token", name=name, expires_at=expires_at, now=now, rights=rights
    )
    return secret, expires_at


def _keep(
    tx: Tx,
    person_id: PersonId,
    *,
    kind: str,
    name: str,
    expires_at: datetime,
    now: datetime,
    rights: tuple[Right, ...] | None = None,
    proven_at: datetime | None = None,
) -> str:
    secret = f"gd_{secrets.token_urlsafe(32)}"
    credential = Credential(
        id=new_id(),
        kind=kind,
        name=name,
        created_at=now,
        expires_at=expires_at,
        last_used_at=now,
        rights=rights,
    )
    people.insert_credential(
        tx, credential, digest=_digest(secret), person_id=person_id, proven_at=proven_at
    )
    return secret


def authenticate(pool: Pool, secret: str, *, origin: str = "") -> tuple[Caller, str]:
    """Return the caller of a secret and the secret's kind; raise Unauthenticated if it is invalid.

    `origin` is the address of the request.
    """
    with transaction(pool, SYSTEM) as tx:
        used = people.use_credential(tx, _digest(secret))
        caller = people.caller(tx, used.person_id) if used else None
    if used is None or caller is None:
        raise Unauthenticated
    return limited(replace(caller, origin=origin, session=used.session), used.rights), used.kind


def limited(who: Caller, rights: tuple[Right, ...] | None) -> Caller:
    """Return the caller with at most a token's rights."""
    if rights is None:
        return who
    only = frozenset(rights)
    if Right.COMPANY in only:
        return replace(who, only=only)
    return replace(who, only=only, companies=frozenset(), owns=frozenset())


def log_out(pool: Pool, who: Caller, secret: str) -> None:
    """End the session or token."""
    with transaction(pool, who.reach()) as tx:
        people.revoke_credential(tx, who.person_id, digest=_digest(secret))


def credentials(pool: Pool, who: Caller) -> list[Credential]:
    """Return the caller's sessions and tokens."""
    with transaction(pool, who.need_account()) as tx:
        return people.credentials_of(tx, who.person_id)


def revoke(pool: Pool, who: Caller, credential_id: UUID, *, now: datetime) -> None:
    """End one of the caller's sessions or tokens; raise NotFound for another's."""
    with transaction(pool, who.need_proven(now)) as tx:
        if not people.revoke_credential(tx, who.person_id, credential_id=credential_id):
            raise NotFound


def describe(pool: Pool, who: Caller) -> tuple[Person, list[tuple[CompanyId, str]], list[Centre]]:
    """Return the caller with the companies to book for and the centres to enter."""
    with transaction(pool, who.reach()) as tx:
        person = people.person(tx, who.person_id)
        if person is None:
            raise NotFound
        centres = [c for c in people.centres(tx) if who.may_enter(c.id)]
        companies = [c for c in people.companies_of(tx, who.person_id) if c[0] in who.companies]
        return person, companies, centres


def centres(pool: Pool, who: Caller) -> list[Centre]:
    """Return the centres that the caller may enter."""
    with transaction(pool, who.reach()) as tx:
        return [c for c in people.centres(tx) if who.may_enter(c.id)]


def every_centre(pool: Pool) -> list[Centre]:
    """Return every centre of the installation, for the programs that serve them all."""
    with transaction(pool, SYSTEM) as tx:
        return people.centres(tx)


def create_centre(
    pool: Pool,
    who: Caller,
    *,
    slug: str,
    name: str,
    zone: str = "Asia/Seoul",
    currency: str = "KRW",
    hours: Sequence[OpeningHours] = (),
) -> Centre:
    """Create a centre; without opening hours it is open on weekdays from nine to six."""
    permit = who.need_administrator()
    if not CENTRE_SLUG.fullmatch(slug):
        raise Invalid(
            f"A centre's slug is {SLUG_WORDS}, up to 31 characters, not {slug!r}", field="slug"
        )
    need_zone(zone)
    need_apart(hours)
    centre = Centre(
        id=CentreId(new_id()), slug=slug, name=need_name(name), zone_name=zone, currency=currency
    )
    with transaction(pool, permit) as tx:
        people.insert_centre(tx, centre)
        insert_hours(tx, centre.id, hours or OFFICE_HOURS)
    return centre


def create_company(
    pool: Pool,
    who: Caller,
    *,
    centre: CentreId,
    name: str,
    registration_number: str,
    category: str,
    since: date,
    payer: Payer = A_BUSINESS,
    public_url: str = "",
) -> Company:
    """Create a company, or another payer, that the centre serves under a category from a day on.

    A company that another centre serves is asked for its consent instead, and the answer is alike.
    """
    permit = who.need(centre, Right.PEOPLE_WORK)
    digits = registration_number.replace("-", "")
    known = need_payer(payer, digits)
    company = Company(id=CompanyId(new_id()), name=need_name(name), registration_number=digits)
    need_no_resident_number(company.name, field="name")
    with transaction(pool, permit) as tx:
        is_served = serve(
            tx, who, centre, company, category=category, since=since, public_url=public_url
        )
        if is_served and known != A_BUSINESS:
            payers.keep(tx, centre, company.id, known, by=who.known)
    return company


def companies(pool: Pool, who: Caller, centre: CentreId) -> list[Company]:
    """Return the companies that the centre serves (rights: docs/security.md)."""
    permit = who.need(centre, Right.DESK_SEE, Right.MONEY_SEE, Right.PEOPLE_SEE)
    with transaction(pool, permit) as tx:
        return people.companies(tx, centre)


#: The administrator's command line on the machine itself has every right.
OPERATOR = Caller(person_id=PersonId(UUID(int=0)), is_administrator=True, origin="command line")

OFFICE_HOURS = tuple(OpeningHours(weekday=day, opens=time(9), closes=time(18)) for day in range(5))


def _digest(secret: str) -> bytes:
    return sha256(secret.encode()).digest()
