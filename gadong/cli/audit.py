"""gadong audit: whether the record of who did what is whole."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from gadong.cli.open import database
from gadong.core.domain.audit import BEGINNING, Head
from gadong.operations.services import audit_export
from gadong.people.services.accounts import OPERATOR

audit = typer.Typer(help="Who did what.", no_args_is_help=True)


@audit.command("verify")
def verify(
    known: Annotated[
        str, typer.Option(help="An end that was written down earlier, as this command prints it.")
    ] = "",
) -> None:
    """Follow the audit's chain from its first entry to its last; exit 1 where it was tampered with."""
    with database() as pool:
        end, wrong = audit_export.verify(pool, OPERATOR, _head(known) if known else BEGINNING)
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
