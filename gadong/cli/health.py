"""gadong health: the state of the installation's parts, for supervisors and for people."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from gadong.cli.open import database
from gadong.migrations import revisions
from gadong.operations.services import health as checks
from gadong.settings import Settings


def health(
    parts: Annotated[
        list[str] | None,
        typer.Argument(help="Parts to look at, such as `ingest` or `scheduler`; without any, all."),
    ] = None,
) -> None:
    """Show each part's state; exit code 1 if one is not ready."""
    with database() as pool:
        found = checks.parts(
            pool,
            revision=revisions()[-1],
            now=datetime.now(UTC),
            data_directory=Settings().data_directory,
        )
    named = parts or []
    shown = [part for part in found if not named or part.name.split(" of ")[0] in named]
    if missing := set(named) - {part.name.split(" of ")[0] for part in found} - {"ingest"}:
        known = ", ".join(sorted({part.name.split(" of ")[0] for part in found}))
        raise typer.BadParameter(f"there is no part {', '.join(sorted(missing))}; there is {known}")
    for part in shown:
        typer.echo(
            f"{'ready' if part.is_ready else 'NOT READY'}  {part.name}  {part.detail}".rstrip()
        )
    if not all(part.is_ready for part in shown):
        raise typer.Exit(1)
