"""One's own password, one-time codes, and the way back in for whoever forgot."""

from __future__ import annotations

import base64
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

import pyotp

from gadong.domain.access import SYSTEM, Caller
from gadong.domain.ids import PersonId, new_id
from gadong.domain.problem import (
    Conflict,
    Invalid,
    NotFound,
    ProofNeeded,
    SecondFactorNeeded,
    TooManyAttempts,
)
from gadong.domain.secret import need_secret
from gadong.services.passwords import hashed, matches
from gadong.store import deliveries, factors, people
from gadong.store.database import Pool, Tx, transaction
from gadong.store.deliveries import Delivery
from gadong.store.people import Person

# RFC 6238 §5.2: a clock may be off by one step of thirty seconds either way.
STEP, DRIFT = 30, 1
RECOVERY_CODES = 10
ISSUER = "Gadong"
# As for an account at the door: ten in a quarter of an hour.
MOST_GUESSES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A mail with a way in: what it is, how long its link opens, and its words with {name} and {link}."""

    kind: str
    lasts: timedelta
    subject: str
    body: str


FORGOTTEN = Letter(
    kind="password.recovery",
    # Long enough to fetch one's mail, too short to find it in somebody's mailbox.
    lasts=timedelta(minutes=30),
    subject="가동 비밀번호 재설정 (Gadong: a new password)",
    body="30분 안에 아래 주소에서 새 비밀번호를 정하세요. 요청하지 않았다면 이 메일을 무시하세요.\n{link}\n\n"
    "Choose a new password at this address within 30 minutes. If you did not ask, ignore this mail.\n",
)


def need_code(tx: Tx, person_id: PersonId, code: str, *, secret: str, now: datetime) -> bool:
    """Whether the code is right, of a telephone or a recovery code; True where the person has none.

    SecondFactorNeeded where one is due and none was given.
    """
    factor = factors.find(tx, person_id)
    if factor is None or factor.since is None:
        return True
    given = code.replace(" ", "").replace("-", "")
    if not given:
        raise SecondFactorNeeded
    if len(given) > 6:
        return factors.use_code(tx, person_id, _digest(given.lower()))
    step = _step(_seed(secret, person_id, factor.generation), given, now)
    return step is not None and factors.take_step(tx, person_id, step)


def need_proof(pool: Pool, who: Caller) -> None:
    """Raise ProofNeeded for whoever works at a centre and logs in by a password alone."""
    if not (who.staff or who.is_administrator):
        return
    with transaction(pool, SYSTEM) as tx:
        if not factors.proves(tx, who.person_id):
            raise ProofNeeded


def has_codes(pool: Pool, who: Caller) -> bool:
    """Whether a code is asked for when the caller logs in."""
    with transaction(pool, SYSTEM) as tx:
        factor = factors.find(tx, who.person_id)
    return bool(factor and factor.since)


def begin_codes(pool: Pool, who: Caller, *, secret: str) -> tuple[str, str]:
    """A secret for the caller's telephone, and the same as an address to be drawn as a QR code. It counts once confirmed."""
    need_secret(secret, "codes")
    with transaction(pool, SYSTEM) as tx:
        person = people.person(tx, who.person_id)
        factor = factors.find(tx, who.person_id)
        if person is None:
            raise NotFound
        if factor and factor.since:
            raise Conflict("You have one-time codes; take them away before you begin anew")
        generation = factors.begin(tx, who.person_id)
    seed = _seed(secret, who.person_id, generation)
    return seed, pyotp.TOTP(seed).provisioning_uri(name=person.email, issuer_name=ISSUER)


def confirm_codes(pool: Pool, who: Caller, code: str, *, secret: str, now: datetime) -> list[str]:
    """Show a code, so that one is asked for from now on; the recovery codes, shown this once."""
    words = [secrets.token_hex(5) for _ in range(RECOVERY_CODES)]
    with transaction(pool, SYSTEM) as tx:
        factor = factors.find(tx, who.person_id)
        if factor is None or factor.since:
            raise Conflict("Begin with a new secret first")
        step = _step(_seed(secret, who.person_id, factor.generation), code.replace(" ", ""), now)
        if step is None:
            raise Invalid("This code is not right; is the telephone's clock?", field="code")
        factors.confirm(tx, who.person_id, step, [_digest(word) for word in words])
    return words


def remove_codes(pool: Pool, who: Caller, password: str) -> None:
    """Take one's codes away; with the password, since a session may be somebody else's by now."""
    need_password(pool, who, password)
    with transaction(pool, SYSTEM) as tx:
        factors.remove(tx, who.person_id)


def change_password(pool: Pool, who: Caller, *, old: str, new: str, session: str) -> None:
    """Another password; every other session and every token of the caller's ends."""
    need_password(pool, who, old)
    with transaction(pool, SYSTEM) as tx:
        person = people.person(tx, who.person_id)
        fresh = hashed(new, [person.email, person.name] if person else [])
        factors.set_password(tx, who.person_id, fresh, but=sha256(session.encode()).digest())


def ask_back_in(pool: Pool, email: str, *, public_url: str, now: datetime) -> None:
    """Mail a way back in, where there is such an account; nothing tells whether there is."""
    if not public_url:
        return
    with transaction(pool, SYSTEM) as tx:
        found = people.person_and_hash(tx, email.strip())
        centre = factors.mailbox(tx, found[0].id) if found else None
        if found is None or centre is None:
            return
        way_in(tx, found[0], FORGOTTEN, public_url=public_url, now=now)


def way_in(tx: Tx, person: Person, letter: Letter, *, public_url: str, now: datetime) -> str:
    """Keep a way in by its digest, and mail it where that can be; its path on the pages."""
    word = secrets.token_urlsafe(32)
    path = f"/recover/{word}"
    factors.insert_link(tx, person.id, _digest(word), expires_at=now + letter.lasts)
    centre = factors.mailbox(tx, person.id)
    if public_url and centre:
        deliveries.insert(
            tx,
            Delivery(
                id=new_id(),
                centre_id=centre,
                channel="mail",
                kind=letter.kind,
                address=person.email,
                subject=letter.subject,
                body=letter.body.format(name=person.name, link=public_url.rstrip("/") + path),
                created_at=now,
            ),
        )
    return path


def come_back_in(pool: Pool, word: str, password: str) -> None:
    """Set a new password by the way back in, once; every session and token ends. A second factor stays."""
    fresh = hashed(password, [])
    with transaction(pool, SYSTEM) as tx:
        person_id = factors.use_link(tx, _digest(word))
        if person_id is None:
            raise NotFound("This way back in is used or over; ask for another")
        factors.set_password(tx, person_id, fresh)


def need_password(pool: Pool, who: Caller, password: str) -> None:
    """Raise unless this is the caller's password; who guesses is slowed down as at the door."""
    subject = f"password of {who.person_id}"
    with transaction(pool, SYSTEM) as tx:
        if people.login_failures(tx, [subject]) >= MOST_GUESSES:
            raise TooManyAttempts(retry_after=900)
        kept = factors.hash_of(tx, who.person_id)
    if kept is None or not matches(kept, password):
        with transaction(pool, SYSTEM) as tx:
            people.add_login_failure(tx, subject)
        raise Invalid("This is not your password", field="password")


def _seed(secret: str, person_id: PersonId, generation: int) -> str:
    """160 bits (RFC 4226 §4 R6) as base32: a keyed digest, so that nothing of it lies in the database."""
    words = f"one-time codes {person_id} {generation}"
    return base64.b32encode(hmac.digest(secret.encode(), words.encode(), "sha256")[:20]).decode()


def _step(seed: str, code: str, now: datetime) -> int | None:
    """The step whose code this is, within the drift; None where it is none."""
    present = int(now.timestamp()) // STEP
    otp = pyotp.TOTP(seed)
    for step in range(present - DRIFT, present + DRIFT + 1):
        if hmac.compare_digest(otp.generate_otp(step).encode(), code.encode()):
            return step
    return None


def _digest(word: str) -> bytes:
    return sha256(word.encode()).digest()
