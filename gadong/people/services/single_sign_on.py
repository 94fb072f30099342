"""Login by an organisation's provider: OpenID Connect with code and PKCE (advice of RFC 9700).

A person is identified by the issuer's `sub`, never by an e-mail address, which may pass to another
person. The provider creates no accounts here. A person links an account once while logged in; from
then on the provider's login opens the account.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import quote, urlsplit

import httpx2

# It says no types.
from authlib.common.errors import AuthlibBaseError  # type: ignore[import-untyped]
from authlib.oauth2.client import OAuth2Client  # type: ignore[import-untyped]
from authlib.oidc.core import CodeIDToken  # type: ignore[import-untyped]
from authlib.oidc.discovery import get_well_known_url  # type: ignore[import-untyped]
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from gadong.core.database import Pool, transaction
from gadong.core.domain.access import SYSTEM, Caller
from gadong.core.domain.problem import Conflict, GadongError, NotFound, Unauthenticated
from gadong.people.services.account_changes import PROVIDER_LINKED, tell_owner
from gadong.people.services.account_recovery import need_password
from gadong.people.services.accounts import open_session
from gadong.people.store import linked_identities
from gadong.people.store.linked_identities import SignOn

BACK_WITHIN = timedelta(minutes=10)
# A provider that does not answer must not hold our threads.
TIMEOUT = 10.0
# Providers sign with a public key (OpenID Connect Core, section 3.1.3.7); a shared secret or
# nothing is no signature.
ALGORITHMS = [
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "ES512",
    "EdDSA",
    "Ed25519",
]
# Clocks differ; the provider's documents live for minutes.
LEEWAY = 60
RETURN_PATH = "/login/return"


class ProviderAway(GadongError):
    """The login provider does not answer as it should; try again, or log in with your password."""

    code = "provider_away"


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """The provider's address, our registration there, and its label."""

    issuer: str
    client_id: str
    client_secret: str
    public_url: str
    name: str = ""

    @property
    def called(self) -> str:
        """Return the label of the provider."""
        return self.name or urlsplit(self.issuer).hostname or self.issuer

    @property
    def return_url(self) -> str:
        """Return the address to which the provider sends people back."""
        return self.public_url.rstrip("/") + RETURN_PATH


def begin(
    pool: Pool, provider: Provider, who: Caller | None, *, going_to: str, now: datetime
) -> tuple[str, str]:
    """Return the provider's login address, and the state that the browser keeps meanwhile.

    For a caller, the login links the caller's account.
    """
    if who is not None:
        who.need_proven(now)
    state, verifier, nonce = (secrets.token_urlsafe(32) for _ in range(3))
    with httpx2.Client(timeout=TIMEOUT) as http:
        found = _discovered(http, provider)
        client = _client(http, provider)
        url, _ = client.create_authorization_url(
            found["authorization_endpoint"], state=state, code_verifier=verifier, nonce=nonce
        )
    with transaction(pool, SYSTEM) as tx:
        sign_on = SignOn(
            digest=_digest(state),
            verifier=verifier,
            nonce=nonce,
            person_id=who.person_id if who else None,
            going_to=going_to,
            expires_at=now + BACK_WITHIN,
        )
        linked_identities.insert_sign_on(tx, sign_on)
    return str(url), state


def finish(
    pool: Pool,
    provider: Provider,
    who: Caller | None,
    *,
    kept: str,
    state: str,
    code: str,
    now: datetime,
    address: str = "",
) -> tuple[str | None, str]:
    """Finish a login or a link at the provider; return the session's secret and the next path.

    The secret is None after a link. Raise Unauthenticated if another browser began the login, or if
    no account here is linked.
    """
    if not kept or not secrets.compare_digest(kept, state):
        raise Unauthenticated("This was not begun in this browser; begin again")
    with transaction(pool, SYSTEM) as tx:
        sent = linked_identities.take_sign_on(tx, _digest(state))
    if sent is None or sent.expires_at <= now:
        raise Unauthenticated("This took too long; begin again")
    subject = _subject(provider, code, sent)
    if sent.person_id is not None:
        if who is None or who.person_id != sent.person_id:
            raise Unauthenticated("Log in first, then link the provider")
        with transaction(pool, who.need_account()) as tx:
            if not linked_identities.link(tx, provider.issuer, subject, sent.person_id):
                raise Conflict("This account of the provider's, or yours here, is linked already")
            tell_owner(tx, who.person_id, PROVIDER_LINKED)
        return None, sent.going_to
    with transaction(pool, SYSTEM) as tx:
        person_id = linked_identities.use(tx, provider.issuer, subject)
    if person_id is None:
        raise Unauthenticated(
            "Nobody here is linked to this account yet; log in with your password and link it"
        )
    # The provider may have used a session of its own: no proof of the person's presence.
    return open_session(pool, person_id, now=now, is_proof=False, origin=address), sent.going_to


def is_linked(pool: Pool, provider: Provider, who: Caller) -> bool:
    """Return whether the provider opens the caller's account."""
    with transaction(pool, who.need_account()) as tx:
        return linked_identities.is_linked(tx, provider.issuer, who.person_id)


def unlink(pool: Pool, provider: Provider, who: Caller, password: str) -> None:
    """Remove the provider from the caller's account; the password is required."""
    permit = who.need_account()
    need_password(pool, who, password)
    with transaction(pool, permit) as tx:
        linked_identities.unlink(tx, provider.issuer, who.person_id)


def move(pool: Pool, who: Caller, provider: Provider, old: str) -> tuple[int, int]:
    """Give the links of an issuer of before to the provider's address of now.

    Return how many were moved, and how many were not since their people are linked there already.
    Raise ProviderAway unless the provider answers there under that name.
    """
    permit = who.need_administrator()
    with httpx2.Client(timeout=TIMEOUT) as http:
        _discovered(http, provider)
    with transaction(pool, permit) as tx:
        if not linked_identities.linked_to(tx, old):
            raise NotFound(f"Nobody is linked to {old}")
        moved = linked_identities.move(tx, old, provider.issuer)
        return moved, linked_identities.linked_to(tx, old)


def _subject(provider: Provider, code: str, sent: SignOn) -> str:
    """Return the subject of the ID token, after checking signature, audience, age and nonce.

    The checks: OpenID Connect Core, section 3.1.3.7.
    """
    try:
        with httpx2.Client(timeout=TIMEOUT) as http:
            found = _discovered(http, provider)
            answer = _client(http, provider).fetch_token(
                found["token_endpoint"],
                grant_type="authorization_code",
                code=code,
                code_verifier=sent.verifier,
                redirect_uri=provider.return_url,
                # RFC 6749, section 2.3.1: as a form would write them.
                auth=(quote(provider.client_id, safe=""), quote(provider.client_secret, safe="")),
            )
            keys = KeySet.import_key_set(_json(http, found["jwks_uri"]))
        token = jwt.decode(answer["id_token"], keys, algorithms=ALGORITHMS)
        claims = CodeIDToken(
            token.claims,
            token.header,
            options={
                "iss": {"essential": True, "value": provider.issuer},
                "aud": {"essential": True, "value": provider.client_id},
            },
            params={
                "nonce": sent.nonce,
                "client_id": provider.client_id,
                "access_token": answer.get("access_token"),
            },
        )
        claims.validate(leeway=LEEWAY)
        return str(claims["sub"])
    except httpx2.HTTPError as trouble:
        raise ProviderAway from trouble
    except (AuthlibBaseError, JoseError, KeyError, TypeError, ValueError) as trouble:
        raise Unauthenticated("The provider's word does not hold; begin again") from trouble


def _discovered(http: httpx2.Client, provider: Provider) -> dict[str, Any]:
    """Return the provider's metadata, whose issuer must match (Discovery, section 4.3)."""
    try:
        found: dict[str, Any] = _json(http, get_well_known_url(provider.issuer, external=True))
    except (httpx2.HTTPError, ValueError) as trouble:
        raise ProviderAway from trouble
    if found.get("issuer") != provider.issuer:
        raise ProviderAway
    return found


def _json(http: httpx2.Client, url: str) -> Any:
    return http.get(url).raise_for_status().json()


def _client(http: httpx2.Client, provider: Provider) -> Any:
    return OAuth2Client(
        session=http,
        client_id=provider.client_id,
        client_secret=provider.client_secret,
        scope="openid",
        redirect_uri=provider.return_url,
        code_challenge_method="S256",
    )


def _digest(state: str) -> bytes:
    return sha256(state.encode()).digest()
