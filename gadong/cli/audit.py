"""gadong audit: whether the record of who did what is whole."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import Annotated

import typer

from gadong.cli.open import database
from gadong.core.domain.audit import BEGINNING, Head
from gadong.metering.services import run_verification
from gadong.metering.services.run_verification import OPEN_DAYS
from gadong.operations.services import audit_export
from gadong.people.services.accounts import OPERATOR

audit = typer.Typer(help="Who did what.", no_args_is_help=True)


@audit.command("verify")
def verify(
    known: Annotated[
        str, typer.Option(help="An end that was written down earlier, as this command prints it.")
    ] = "",
    days: Annotated[
        int, typer.Option(min=1, help="Of how many days runs are read again from signals.")
    ] = OPEN_DAYS,
) -> None:
    """Follow the audit's chain, compare the rows that it tells of, and read runs again.

    Exit 1 where anything differs.
    """
    with database() as pool:
        end, wrong = audit_export.verify(pool, OPERATOR, _head(known) if known else BEGINNING)
        wrong += run_verification.adrift(pool, OPERATOR, now=datetime.now(UTC), days=days)
    for line in wrong:
        typer.echo(line, err=True)
    typer.echo(f"{end.number} entries; write down elsewhere: {end.written()}")
    if wrong:
        sys.exit(1)


def _head(text: str) -> Head:
    number, _, digest = text.partition(":")
    try:
        return Head(int(number), bytes.fromhex(digest))
    except ValueError as trouble:
        raise typer.BadParameter("an end looks like 42:0f3a…", param_hint="--known") from trouble
