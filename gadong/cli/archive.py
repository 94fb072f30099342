"""gadong archive list | write | restore."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from gadong.cli.open import centre_named, database
from gadong.core.domain.calendar import Month
from gadong.machines.domain.archive.months import ArchivedMonth
from gadong.machines.services.archive import restoring
from gadong.operations.services import archiving
from gadong.operations.services.archiving import ArchivePlan
from gadong.people.services import accounts
from gadong.settings import Settings

archive = typer.Typer(help="Files of closed months.", no_args_is_help=True)


@archive.command("list")
def list_files() -> None:
    """Say which months lie in files, and where."""
    with database() as pool:
        slugs = {centre.id: centre.slug for centre in accounts.every_centre(pool)}
        gone = archiving.gone_before(pool)
        for each in archiving.files_of(pool):
            typer.echo(
                f"{slugs[each.centre_id]}\t{each.month}\t{each.kind.value}\t{each.rows:,} rows\t"
                f"{each.bytes:,} bytes\t{_standing(each, gone)}\t{each.file}"
            )


@archive.command("write")
def write() -> None:
    """Do now what the scheduler does each night. Safe to repeat and to interrupt."""
    told = Settings()
    plan = ArchivePlan.of(told.archive_directory, told.archive_months)
    if plan is None:
        raise ValueError("set GADONG_ARCHIVE_DIRECTORY, where closed months lie as files")
    with database() as pool:
        typer.echo(str(archiving.archive(pool, plan, now=datetime.now(UTC))))


@archive.command("restore")
def restore(
    centre: Annotated[str, typer.Argument(help="The centre's short name.")],
    month: Annotated[str, typer.Argument(help="2026-01.")],
    days: Annotated[
        int, typer.Option(min=1, max=365, help="For how long its rows stay in the database.")
    ] = restoring.RESTORED_FOR.days,
) -> None:
    """Bring a month back into the database, so that it can be read and corrected as before."""
    until = datetime.now(UTC) + timedelta(days=days)
    with database() as pool:
        found = centre_named(pool, centre)
        rows = restoring.restore(pool, found, Month.parse(month), until=until)
    typer.echo(f"{rows:,} rows are back until {until.astimezone(found.zone):%Y-%m-%d %H:%M %Z}")


def _standing(each: ArchivedMonth, gone: datetime | None) -> str:
    """Return where the rows of a file lie."""
    if each.deleted_at:
        return f"deleted on {each.deleted_at:%Y-%m-%d}"
    if each.is_restored(datetime.now(UTC)):
        return f"restored until {each.restored_until:%Y-%m-%d}"
    return "file" if gone and each.until <= gone else "file and database"
