"""The caller's own password and one-time codes, and the recovery of an account."""

from __future__ import annotations

import base64
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

import pyotp

from gadong.core.database import Pool, Tx, clock, transaction
from gadong.core.domain.access import SYSTEM, Caller, system_for
from gadong.core.domain.delivery import Delivery
from gadong.core.domain.ids import PersonId, new_id
from gadong.core.domain.problem import Conflict, Invalid, NotFound, ProofNeeded, SecondFactorNeeded
from gadong.core.domain.secret import need_secret
from gadong.core.services.sealing import Keyring, about_letter
from gadong.core.store import audit, deliveries
from gadong.people.domain.password_attempts import FREE_FOR_ONE, AttemptSource, network_of
from gadong.people.domain.person import Person
from gadong.people.services.account_changes import (
    CODES_REMOVED,
    CODES_SET_UP,
    PASSWORD_CHANGED,
    tell_owner,
)
from gadong.people.services.password_attempts import need_pace
from gadong.people.services.passwords import hashed, matches
from gadong.people.store import (
    calendar_feeds,
    passkeys,
    password_attempts,
    people,
    second_factors,
)
from gadong.texts.accounts import body_of, subject_of

# RFC 6238, section 5.2: a clock may be off by one step of thirty seconds either way.
STEP, DRIFT = 30, 1
RECOVERY_CODES = 10
ISSUER = "Gadong"
# More recovery mails than a person needs, and too few to fill a mailbox.
MOST_MAILS, MOST_MAILS_OF_A_NETWORK, MAILS_COUNT_FOR = 3, 20, timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A mail with a link, the link's lifetime, and its text with {name} and {link}."""

    kind: str
    lasts: timedelta
    subject: str
    body: str


FORGOTTEN = Letter(
    kind="password.recovery",
    # Long enough to fetch a mail, too short to find it later in another's mailbox.
    lasts=timedelta(minutes=30),
    subject=subject_of("recovery.subject"),
    body=body_of("recovery"),
)


# No password matches this, since no hash begins so.
NO_PASSWORD = "!"  # noqa: S105  # not a password


def need_code(tx: Tx, person_id: PersonId, code: str, *, secret: str, now: datetime) -> bool:
    """Return whether a one-time or recovery code is right; True if the person has none.

    Raise SecondFactorNeeded if a code is required and none was given.
    """
    factor = second_factors.find(tx, person_id)
    if factor is None or factor.since is None:
        return True
    given = code.replace(" ", "").replace("-", "")
    if not given:
        raise SecondFactorNeeded
    if len(given) > 6:
        return second_factors.use_code(tx, person_id, _digest(given.lower()))
    step = _step(_seed(secret, person_id, factor.generation), given, now)
    return step is not None and second_factors.take_step(tx, person_id, step)


def need_proof(pool: Pool, who: Caller) -> None:
    """Raise ProofNeeded for staff who log in by a password alone."""
    if not (who.staff or who.is_administrator):
        return
    with transaction(pool, SYSTEM) as tx:
        if not second_factors.proves(tx, who.person_id):
            raise ProofNeeded


def prove(
    pool: Pool, who: Caller, password: str, *, code: str = "", secret: str = "", now: datetime
) -> None:
    """Renew a session's proof by the password, and by a one-time code if the person has those."""
    permit = who.need_account()
    need_password(pool, who, password)
    with transaction(pool, permit) as tx:
        if not need_code(tx, who.person_id, code, secret=secret, now=now):
            raise Invalid("This code is not right; is the telephone's clock?", field="code")
        note_proof(tx, who, now=now)


def note_proof(tx: Tx, who: Caller, *, now: datetime) -> None:
    """Record that the caller's session was proven now."""
    if who.session is not None:
        people.prove_session(tx, who.session.id, at=now)


def has_codes(pool: Pool, who: Caller) -> bool:
    """Return whether the caller's login requires a one-time code."""
    with transaction(pool, who.need_account()) as tx:
        factor = second_factors.find(tx, who.person_id)
    return bool(factor and factor.since)


def begin_codes(pool: Pool, who: Caller, *, secret: str, now: datetime) -> tuple[str, str]:
    """Return a new secret for one-time codes, and its otpauth address for a QR code.

    The secret takes effect once a code confirms it.
    """
    need_secret(secret)
    with transaction(pool, who.need_proven(now)) as tx:
        person = people.person(tx, who.person_id)
        factor = second_factors.find(tx, who.person_id)
        if person is None:
            raise NotFound
        if factor and factor.since:
            raise Conflict("You have one-time codes; take them away before you begin anew")
        generation = second_factors.begin(tx, who.person_id)
    seed = _seed(secret, who.person_id, generation)
    return seed, pyotp.TOTP(seed).provisioning_uri(name=person.email, issuer_name=ISSUER)


def confirm_codes(pool: Pool, who: Caller, code: str, *, secret: str, now: datetime) -> list[str]:
    """Confirm the new secret by a code, and return the recovery codes,
    which are shown this once.
    """
    words = [secrets.token_hex(5) for _ in range(RECOVERY_CODES)]
    with transaction(pool, who.need_proven(now)) as tx:
        factor = second_factors.find(tx, who.person_id)
        if factor is None or factor.since:
            raise Conflict("Begin with a new secret first")
        step = _step(_seed(secret, who.person_id, factor.generation), code.replace(" ", ""), now)
        if step is None:
            raise Invalid("This code is not right; is the telephone's clock?", field="code")
        second_factors.confirm(tx, who.person_id, step, [_digest(word) for word in words])
        tell_owner(tx, who.person_id, CODES_SET_UP)
    return words


def remove_codes(pool: Pool, who: Caller, password: str, *, now: datetime) -> None:
    """Remove the caller's one-time codes.

    The password is required, since another person may use the session.
    """
    permit = who.need_proven(now)
    need_password(pool, who, password)
    with transaction(pool, permit) as tx:
        second_factors.remove(tx, who.person_id)
        tell_owner(tx, who.person_id, CODES_REMOVED)


def change_password(
    pool: Pool, who: Caller, *, old: str, new: str, session: str, end_passkeys: bool = False
) -> None:
    """Set another password, and end all else that opens the caller's account.

    Every other session, token, mailed link, calendar feed and known browser ends. `end_passkeys`
    removes every passkey too, since a stolen password may have been used to add some.
    """
    permit = who.need_account()
    need_password(pool, who, old)
    with transaction(pool, permit) as tx:
        person = people.person(tx, who.person_id)
        fresh = hashed(new, [person.email, person.name] if person else [])
        _set_password(tx, who.person_id, fresh, but=_digest(session), end_passkeys=end_passkeys)


def ask_back_in(
    pool: Pool, email: str, *, public_url: str, keys: Keyring, now: datetime, address: str = ""
) -> None:
    """Mail a recovery link if the account exists and the limit permits.

    The caller cannot tell whether a mail was sent.
    """
    if not (public_url and keys.can_seal):
        return
    with transaction(pool, system_for(None, address)) as tx:
        limits = (
            (f"mails to {password_attempts.fold_email(tx, email)}", MOST_MAILS),
            (f"mails asked from {network_of(address)}", MOST_MAILS_OF_A_NETWORK),
        )
        password_attempts.lock(tx, [name for name, _ in limits])
        since = now - MAILS_COUNT_FOR
        if any(
            password_attempts.of_subject(tx, name, since=since).count >= most
            for name, most in limits
        ):
            return
        for name, _ in limits:
            password_attempts.add(tx, name, at=now)
        found = people.person_and_hash(tx, email)
        centre = second_factors.mailbox(tx, found[0].id) if found else None
        if found is None or centre is None:
            return
        way_in(tx, found[0], FORGOTTEN, public_url=public_url, keys=keys, now=now)


def way_in(
    tx: Tx, person: Person, letter: Letter, *, public_url: str, keys: Keyring, now: datetime
) -> str:
    """Store a link by its digest, mail it if possible, and return its path.

    The mail waits encrypted in the outbox: a reader of the database reads no link that opens.
    """
    word = secrets.token_urlsafe(32)
    path = f"/recover/{word}"
    second_factors.insert_link(tx, person.id, _digest(word), expires_at=now + letter.lasts)
    centre = second_factors.mailbox(tx, person.id)
    if public_url and centre and keys.can_seal:
        delivery_id = new_id()
        words = letter.body.format(name=person.name, link=public_url.rstrip("/") + path)
        deliveries.insert(
            tx,
            Delivery(
                id=delivery_id,
                centre_id=centre,
                channel="mail",
                kind=letter.kind,
                address=person.email,
                subject=letter.subject,
                body=keys.seal(words, about_letter(delivery_id)),
                created_at=now,
            ),
        )
    return path


def no_way_in() -> str:
    """Return a path that looks like a link's and opens nothing."""
    return f"/recover/{secrets.token_urlsafe(32)}"


def reset_password(
    pool: Pool, word: str, password: str, *, end_passkeys: bool = False, address: str = ""
) -> PersonId | None:
    """Set a new password by a recovery link, once.

    Every session, token and calendar feed ends; a second factor stays. Return the person if the
    account had no password or second factor before, so that the link alone opens it.
    """
    fresh = hashed(password, [])
    with transaction(pool, system_for(None, address)) as tx:
        person_id = second_factors.use_link(tx, _digest(word))
        if person_id is None:
            raise NotFound("This way back in is used or over; ask for another")
        factor = second_factors.find(tx, person_id)
        is_new = second_factors.hash_of(tx, person_id) == NO_PASSWORD
        _set_password(tx, person_id, fresh, end_passkeys=end_passkeys)
        return person_id if is_new and not (factor and factor.since) else None


def _set_password(
    tx: Tx, person_id: PersonId, fresh: str, *, but: bytes = b"", end_passkeys: bool = False
) -> None:
    """Set a password, end other sessions and links, and notify the person.

    The session of the digest given stays.
    """
    was_chosen = second_factors.hash_of(tx, person_id) != NO_PASSWORD
    second_factors.set_password(tx, person_id, fresh)
    end_everything(tx, person_id, but=but)
    if end_passkeys:
        for passkey in passkeys.of_person(tx, person_id):
            passkeys.remove(tx, person_id, passkey.id)
    if was_chosen:
        tell_owner(tx, person_id, PASSWORD_CHANGED)


def end_everything(tx: Tx, person_id: PersonId, *, but: bytes = b"") -> None:
    """End a person's sessions, tokens, links, feeds and browsers, except the digest's session."""
    second_factors.end_others(tx, person_id, but=but)
    calendar_feeds.revoke_all(tx, person_id)
    second_factors.end_links(tx, person_id)


def need_password(pool: Pool, who: Caller, password: str) -> None:
    """Raise unless this is the caller's password; wrong passwords are delayed as at the login."""
    subject = AttemptSource(f"password of {who.person_id}", FREE_FOR_ONE)
    permit = who.need_account()
    with transaction(pool, permit) as tx:
        at = clock(tx)
        need_pace(tx, [subject], at)
        password_attempts.add(tx, subject.name, at=at)
        kept = second_factors.hash_of(tx, who.person_id)
    if kept is None or not matches(kept, password):
        with transaction(pool, permit) as tx:
            audit.refused(
                tx, "credentials", str(who.person_id), why="password for a change of the account"
            )
        raise Invalid("This is not your password", field="password")
    with transaction(pool, permit) as tx:
        password_attempts.forgive(tx, [subject.name])


def _seed(secret: str, person_id: PersonId, generation: int) -> str:
    """Derive 160 bits (RFC 4226, requirement R6) as base32; the database does not store them."""
    words = f"one-time codes {person_id} {generation}"
    return base64.b32encode(hmac.digest(secret.encode(), words.encode(), "sha256")[:20]).decode()


def _step(seed: str, code: str, now: datetime) -> int | None:
    """Return the step of a code within the clock drift, or None."""
    present = int(now.timestamp()) // STEP
    otp = pyotp.TOTP(seed)
    for step in range(present - DRIFT, present + DRIFT + 1):
        if hmac.compare_digest(otp.generate_otp(step).encode(), code.encode()):
            return step
    return None


def _digest(word: str) -> bytes:
    return sha256(word.encode()).digest()
