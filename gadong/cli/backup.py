"""gadong backup | restore."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Annotated

import typer

from gadong import migrations
from gadong.cli.open import database
from gadong.core.database import open_pool
from gadong.core.domain.problem import NotFound
from gadong.operations.services.backups import backup as backups
from gadong.operations.services.backups import restore as restoring
from gadong.operations.services.backups.site import Site, manifest, password_of
from gadong.settings import Settings


def backup(
    trial: Annotated[
        bool,
        typer.Option("--trial", help="Restore it into a scratch cluster as well, and verify that."),
    ] = False,
) -> None:
    """Back up the database, secrets and certificates, encrypted; run every night, as root."""
    told = Settings()
    site = _site(told)
    with database() as pool:
        began = monotonic()
        made = backups.make(pool, site, now=datetime.now(UTC))
        spent = monotonic() - began
        typer.echo(f"{made.kind} backup {made.label} and {made.files} files in {spent:.0f} s")
        if trial:
            began = monotonic()
            restoring.try_out(pool, site, told.database_url, said=typer.echo)
            typer.echo(f"it was restored and verified in {monotonic() - began:.0f} s")


def restore(
    directory: Annotated[Path, typer.Argument(help="The backups' directory, on its mounted disk.")],
    root: Annotated[str, typer.Option(help="Another root of the file system, for trying.")] = "",
) -> None:
    """Make this computer the centre of the last backup, and verify it.

    GADONG_BACKUP_PASSPHRASE opens it.
    """
    began = monotonic()
    passphrase = os.environ.get("GADONG_BACKUP_PASSPHRASE", "")
    seen = Path(root + str(directory)) if root else directory
    where = manifest(seen)
    site = Site(directory=str(directory), passphrase=passphrase, root=root, **where)
    # Before anything is written: a running centre keeps its secrets as well.
    restoring.need_no_cluster(site)
    restoring.restore_files(site)
    typer.echo("secrets and certificates are back")
    kept = restoring.read_environment(site.path(site.environment_file))
    # The login that owns the tables, which the programs do not get.
    owner = site.path(site.environment_file).with_name("owner")
    if owner.exists():
        kept |= restoring.read_environment(owner)
    if "GADONG_DATABASE_URL" not in kept:
        raise NotFound(f"{site.environment_file} of the backup has no GADONG_DATABASE_URL")
    os.environ.update({name: value for name, value in kept.items() if name.startswith("GADONG_")})
    restoring.restore_database(site)
    told = Settings()
    restoring.wait_for(told.database_url)
    typer.echo(f"the database is back and answers after {monotonic() - began:.0f} s")
    migrations.upgrade(told.database_owner_url or told.database_url)
    pool = open_pool(told.database_url, size=2, name="restore")
    try:
        wrong = restoring.verify(pool)
    finally:
        pool.close()
    for line in wrong:
        typer.echo(line, err=True)
    typer.echo(
        f"verified in {monotonic() - began:.0f} s; start the programs: systemctl start gadong-*"
    )
    if wrong:
        raise typer.Exit(1)


def _named(files: str) -> list[str]:
    return [part.strip() for part in files.split(",") if part.strip()]


def _archive(told: Settings) -> list[str]:
    """Return the directory of closed months, once it is there."""
    directory = told.archive_directory
    return [directory] if directory and Path(told.backup_root + directory).is_dir() else []


def _site(told: Settings) -> Site:
    return Site(
        directory=told.backup_directory,
        passphrase=told.backup_passphrase,
        cluster=told.backup_cluster,
        start=told.backup_start,
        config=told.backup_config,
        environment_file=told.backup_environment_file,
        files=(*_named(told.backup_files), *_archive(told)),
        root=told.backup_root,
        password=password_of(told.database_owner_url or told.database_url),
    )
