"""Passkeys (WebAuthn level 3): login by a device that verifies its owner.

The authenticator verifies its owner (by a finger or a PIN), so that a passkey alone counts as two
factors. A passkey cannot be phished or guessed, since it is bound to the pages' own address.
Without GADONG_PUBLIC_URL passkeys are not offered.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from webauthn import (
    base64url_to_bytes,
    generate_authentication_options,
    generate_registration_options,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import options_to_json_dict
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.parse_client_data_json import parse_client_data_json
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from gadong.core.database import Pool, alone, transaction
from gadong.core.domain.access import SYSTEM, Caller, system_for
from gadong.core.domain.ids import PersonId
from gadong.core.domain.name import LONGEST_SHORT, need_name
from gadong.core.domain.problem import Conflict, Invalid, NotFound, Unauthenticated
from gadong.core.store import audit
from gadong.people.services.account_changes import PASSKEY_ADDED, tell_owner
from gadong.people.services.account_recovery import need_password, note_proof
from gadong.people.services.accounts import open_session
from gadong.people.store import passkeys, people
from gadong.people.store.passkeys import Challenge, Passkey

# Long enough to look for a telephone.
ANSWERED_WITHIN = timedelta(minutes=5)
# More than any person has; a browser receives all their ids.
MOST_PASSKEYS = 20
NAME = "Gadong"
# The library's own errors, and those for JSON of another form.
NOT_AN_ANSWER = (WebAuthnException, KeyError, TypeError, ValueError, AttributeError)


def are_offered(public_url: str) -> bool:
    """Return whether passkeys can be bound to the address: a name, with TLS or on this machine."""
    parts = urlsplit(public_url)
    is_number = (parts.hostname or "").replace(".", "").isdecimal() or ":" in (parts.hostname or "")
    return (
        bool(parts.hostname)
        and not is_number
        and (parts.scheme == "https" or parts.hostname == "localhost")
    )


def begin(pool: Pool, who: Caller, *, public_url: str, now: datetime) -> dict[str, Any]:
    """Return the options to create a passkey (PublicKeyCredentialCreationOptions as JSON)."""
    site = _site(public_url)
    challenge = secrets.token_bytes(32)
    with transaction(pool, who.need_proven(now)) as tx:
        person = people.person(tx, who.person_id)
        known = passkeys.of_person(tx, who.person_id)
        if person is None:
            raise NotFound
        _need_few(known)
        passkeys.insert_challenge(tx, _asked(challenge, who.person_id, now))
    options = generate_registration_options(
        rp_id=site,
        rp_name=NAME,
        user_id=who.person_id.bytes,
        user_name=person.email,
        user_display_name=person.name,
        challenge=challenge,
        exclude_credentials=[PublicKeyCredentialDescriptor(id=k.id) for k in known],
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
    )
    return options_to_json_dict(options)


def add(
    pool: Pool, who: Caller, *, name: str, answer: dict[str, Any], public_url: str, now: datetime
) -> None:
    """Store the passkey that an authenticator made; raise Invalid if its answer is not valid."""
    permit = who.need_proven(now)
    site = _site(public_url)
    passkey_name = need_name(name, LONGEST_SHORT)
    asked = _taken(pool, answer, now)
    if asked is None or asked.person_id != who.person_id:
        raise Invalid("This answer comes too late; begin again", field="answer")
    try:
        made = verify_registration_response(
            credential=answer,
            expected_challenge=asked.challenge,
            expected_rp_id=site,
            expected_origin=public_url.rstrip("/"),
            require_user_verification=True,
        )
    except NOT_AN_ANSWER as trouble:
        raise Invalid(
            "Your device's answer does not hold; begin again", field="answer"
        ) from trouble
    with transaction(pool, permit) as tx:
        # Of challenges that were asked for at once, no more are used than the limit leaves.
        alone(tx, f"passkeys of {who.person_id}")
        _need_few(passkeys.of_person(tx, who.person_id))
        kept = passkeys.insert(
            tx,
            who.person_id,
            made.credential_id,
            name=passkey_name,
            key=made.credential_public_key,
            count=made.sign_count,
        )
        if not kept:
            raise Conflict("This passkey is known already")
        tell_owner(tx, who.person_id, PASSKEY_ADDED)


def _need_few(known: Sequence[Passkey]) -> None:
    """Raise Conflict where a person has as many passkeys as anybody may."""
    if len(known) >= MOST_PASSKEYS:
        raise Conflict("Twenty passkeys are enough; take one away first")


def ask(pool: Pool, *, public_url: str, now: datetime) -> dict[str, Any]:
    """Return the options to log in (PublicKeyCredentialRequestOptions as JSON), for any person."""
    site = _site(public_url)
    challenge = secrets.token_bytes(32)
    with transaction(pool, SYSTEM) as tx:
        passkeys.insert_challenge(tx, _asked(challenge, None, now))
    options = generate_authentication_options(
        rp_id=site, challenge=challenge, user_verification=UserVerificationRequirement.REQUIRED
    )
    return options_to_json_dict(options)


def log_in(
    pool: Pool, answer: dict[str, Any], *, public_url: str, now: datetime, address: str = ""
) -> str:
    """Open a session and return its secret; raise Unauthenticated if the answer is not valid."""
    try:
        owner = _owner(pool, answer, public_url=public_url, now=now)
    except Unauthenticated:
        with transaction(pool, system_for(None, address)) as tx:
            audit.refused(tx, "passkeys", "", why="passkey")
        raise
    return open_session(pool, owner, now=now, origin=address)


def prove(
    pool: Pool, who: Caller, answer: dict[str, Any], *, public_url: str, now: datetime
) -> None:
    """Renew a session's proof by a passkey; raise Invalid unless it is the caller's."""
    permit = who.need_account()
    try:
        is_own = _owner(pool, answer, public_url=public_url, now=now) == who.person_id
    except Unauthenticated:
        is_own = False
    if not is_own:
        raise Invalid("Your device's answer does not hold; begin again", field="answer")
    with transaction(pool, permit) as tx:
        note_proof(tx, who, now=now)


def _owner(pool: Pool, answer: dict[str, Any], *, public_url: str, now: datetime) -> PersonId:
    """Return the owner of the passkey that signed a login challenge.

    Raise Unauthenticated if no valid passkey did.
    """
    site = _site(public_url)
    asked = _taken(pool, answer, now)
    if asked is None or asked.person_id is not None:
        raise Unauthenticated
    with transaction(pool, SYSTEM) as tx:
        found = passkeys.find(tx, _id(answer))
        if found is None:
            raise Unauthenticated
        try:
            proved = verify_authentication_response(
                credential=answer,
                expected_challenge=asked.challenge,
                expected_rp_id=site,
                expected_origin=public_url.rstrip("/"),
                credential_public_key=found.public_key,
                credential_current_sign_count=found.sign_count,
                require_user_verification=True,
            )
        except NOT_AN_ANSWER as trouble:
            raise Unauthenticated from trouble
        passkeys.use(tx, found.id, count=proved.new_sign_count)
    return found.person_id


def of(pool: Pool, who: Caller) -> Sequence[Passkey]:
    """Return the caller's passkeys, the oldest first."""
    with transaction(pool, who.need_account()) as tx:
        return passkeys.of_person(tx, who.person_id)


def remove(pool: Pool, who: Caller, passkey_id: bytes, password: str) -> None:
    """Remove a passkey.

    The password is required, since another person may use the session.
    """
    permit = who.need_account()
    need_password(pool, who, password)
    with transaction(pool, permit) as tx:
        if not passkeys.remove(tx, who.person_id, passkey_id):
            raise NotFound


def _site(public_url: str) -> str:
    """Return the relying party's id: the pages' host."""
    if not are_offered(public_url):
        raise Conflict("Passkeys need GADONG_PUBLIC_URL: https and a name")
    return urlsplit(public_url).hostname or ""


def _asked(challenge: bytes, person_id: PersonId | None, now: datetime) -> Challenge:
    return Challenge(challenge=challenge, person_id=person_id, expires_at=now + ANSWERED_WITHIN)


def _taken(pool: Pool, answer: dict[str, Any], now: datetime) -> Challenge | None:
    """Return the answer's challenge if it is known and not expired.

    It is consumed, so that no second answer counts, not even a correct one.
    """
    try:
        data = parse_client_data_json(base64url_to_bytes(answer["response"]["clientDataJSON"]))
    except NOT_AN_ANSWER:
        return None
    with transaction(pool, SYSTEM) as tx:
        found = passkeys.take_challenge(tx, data.challenge)
    return found if found and found.expires_at > now else None


def _id(answer: dict[str, Any]) -> bytes:
    try:
        return base64url_to_bytes(answer["rawId"])
    except NOT_AN_ANSWER as trouble:
        raise Unauthenticated from trouble
