"""gadong person shut | person reopen | move-provider: accounts, when nobody reaches the pages."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from gadong.cli.open import database
from gadong.core.database import Pool
from gadong.core.domain.ids import PersonId
from gadong.core.domain.problem import NotFound
from gadong.people.services import account_administration, single_sign_on
from gadong.people.services.accounts import OPERATOR
from gadong.people.services.single_sign_on import Provider
from gadong.settings import Settings

Email = Annotated[str, typer.Argument(help="With which they log in.")]
Reason = Annotated[str, typer.Option(help="Why; it is mailed to them and on record.")]


def shut(email: Email, reason: Reason) -> None:
    """Shut an account: every session, token and mailed link of it ends now."""
    with database() as pool:
        person, now = _person(pool, email), datetime.now(UTC)
        account_administration.shut(pool, OPERATOR, person, reason=reason, now=now)
    typer.echo(f"{email} is shut; whatever they had open is closed")


def reopen(email: Email, reason: Reason) -> None:
    """Open an account again that was shut."""
    with database() as pool:
        person, now = _person(pool, email), datetime.now(UTC)
        account_administration.reopen(pool, OPERATOR, person, reason=reason, now=now)
    typer.echo(f"{email} can log in again")


def move_provider(
    old: Annotated[str, typer.Argument(help="The issuer of before, like https://login.example.")],
    new: Annotated[str, typer.Argument(help="The issuer of now.")],
) -> None:
    """Keep everybody's link to a login provider whose address changed.

    Only where the same provider has the same people under the new address: whoever answers there is
    believed.
    """
    told = Settings()
    provider = Provider(issuer=new, client_id="", client_secret="", public_url=told.public_url)
    with database() as pool:
        moved, left = single_sign_on.move(pool, OPERATOR, provider, old)
    typer.echo(f"{moved} links lead to {new} now")
    if left:
        typer.echo(f"{left} stay with {old}: these people are linked to {new} already", err=True)


def _person(pool: Pool, email: str) -> PersonId:
    address = email.strip().lower()
    for account in account_administration.find(pool, OPERATOR, address):
        if account.email == address:
            return account.id
    raise NotFound(f"Nobody logs in as {email}")
