"""Passkeys: what a browser hands to an authenticator, and what that answers.

The bodies are WebAuthn's own JSON.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Request, Response

from api.identity import Connections, Told, Who, address, keep_session, need_own_page
from api.v1 import paging
from api.v1.people import people_schemas as schemas
from gadong.people.services import passkeys

router = APIRouter(tags=["people"])


@router.get("/me/passkeys")
def list_passkeys(who: Who, pool: Connections) -> paging.Page[schemas.PasskeyOut]:
    """Your passkeys, the oldest first."""
    return paging.whole(
        [
            schemas.PasskeyOut(
                id=k.id.hex(), name=k.name, created_at=k.created_at, last_used_at=k.last_used_at
            )
            for k in passkeys.of(pool, who)
        ]
    )


@router.post("/me/passkeys/options")
def begin_passkey(who: Who, pool: Connections, told: Told) -> dict[str, Any]:
    """Return the options for a new passkey (PublicKeyCredentialCreationOptions)."""
    return passkeys.begin(pool, who, public_url=told.public_url, now=datetime.now(UTC))


@router.post("/me/passkeys", status_code=204)
def add_passkey(body: schemas.PasskeyIn, who: Who, pool: Connections, told: Told) -> None:
    """Keep the passkey that your authenticator made."""
    passkeys.add(
        pool,
        who,
        name=body.name,
        answer=body.answer,
        public_url=told.public_url,
        now=datetime.now(UTC),
    )


@router.post("/me/passkeys/removal", status_code=204)
def remove_passkey(body: schemas.PasskeyRemovalIn, who: Who, pool: Connections) -> None:
    """Let a passkey of yours open nothing any more."""
    passkeys.remove(pool, who, bytes.fromhex(body.passkey), body.password.get_secret_value())


@router.post("/sessions/current/proof/passkey", status_code=204)
def prove_by_passkey(
    body: schemas.PasskeyAnswerIn, who: Who, pool: Connections, told: Told
) -> None:
    """Show that it is still you, by a passkey: then you may change your account for ten minutes."""
    passkeys.prove(pool, who, body.answer, public_url=told.public_url, now=datetime.now(UTC))


@router.post("/passkeys/options")
def ask_passkey(pool: Connections, told: Told) -> dict[str, Any]:
    """Return the options for a login by passkey (PublicKeyCredentialRequestOptions).

    They reveal nothing of anybody.
    """
    return passkeys.ask(pool, public_url=told.public_url, now=datetime.now(UTC))


@router.post("/sessions/passkey", status_code=204)
def log_in_by_passkey(
    request: Request,
    response: Response,
    body: schemas.PasskeyAnswerIn,
    pool: Connections,
    told: Told,
) -> None:
    """Open a browser's session with a passkey. It is both factors; no code is asked for."""
    need_own_page(request)
    secret = passkeys.log_in(
        pool,
        body.answer,
        public_url=told.public_url,
        now=datetime.now(UTC),
        address=address(request),
    )
    keep_session(response, told, secret)
