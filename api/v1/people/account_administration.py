"""An administrator's acts on the accounts of others."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from api.identity import Connections, Who
from api.v1 import paging
from api.v1.people.account_administration_schemas import AccountOut, AdministratorIn, BecauseIn
from gadong.core.domain.ids import PersonId
from gadong.people.services import account_administration

router = APIRouter(tags=["people"])


@router.get("/accounts")
def find_accounts(
    who: Who, pool: Connections, part: Annotated[str, Query(min_length=1, max_length=100)]
) -> paging.Page[AccountOut]:
    """List the accounts with the text in their address or name; for administrators."""
    return paging.whole(
        [
            AccountOut.model_validate(found, from_attributes=True)
            for found in account_administration.find(pool, who, part)
        ]
    )


@router.post("/accounts/{person}/shut", status_code=204)
def shut_account(person: UUID, body: BecauseIn, who: Who, pool: Connections) -> None:
    """Shut an account: nothing opens it, and everything that was open ends. Its person is told."""
    account_administration.shut(
        pool, who, PersonId(person), reason=body.reason, now=datetime.now(UTC)
    )


@router.post("/accounts/{person}/reopen", status_code=204)
def reopen_account(person: UUID, body: BecauseIn, who: Who, pool: Connections) -> None:
    """Open an account that was shut."""
    account_administration.reopen(
        pool, who, PersonId(person), reason=body.reason, now=datetime.now(UTC)
    )


@router.post("/accounts/{person}/factors/reset", status_code=204)
def reset_factors(person: UUID, body: BecauseIn, who: Who, pool: Connections) -> None:
    """Take away the codes and passkeys of somebody who lost them.

    Their password stays; everything open ends.
    """
    account_administration.reset_factors(
        pool, who, PersonId(person), reason=body.reason, now=datetime.now(UTC)
    )


@router.put("/accounts/{person}/administrator", status_code=204)
def set_administrator(person: UUID, body: AdministratorIn, who: Who, pool: Connections) -> None:
    """Give or take the administrator's right; the last administrator keeps it."""
    account_administration.set_administrator(
        pool,
        who,
        PersonId(person),
        is_administrator=body.is_administrator,
        reason=body.reason,
        now=datetime.now(UTC),
    )
