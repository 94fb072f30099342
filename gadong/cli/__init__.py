"""The administrator's command line, beside the programs. It may do everything."""

from __future__ import annotations

import sys

import typer
from pydantic import ValidationError

from gadong.cli import (
    accounts,
    archive,
    audit,
    authority,
    backup,
    create,
    devices,
    health,
    maintain,
    watch,
)
from gadong.core.domain.problem import GadongError, Refused

app = typer.Typer(
    name="gadong",
    help="Administer a Gadong installation. The database is named by GADONG_DATABASE_URL.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.command("migrate")(maintain.migrate)
app.command("rotate-keys")(maintain.rotate_keys)
app.command("seed")(maintain.seed)
app.command("authority")(authority.authority)
app.command("rebuild")(maintain.rebuild)
app.command("verify")(maintain.verify)
app.command("evidence")(maintain.evidence)
app.command("replay-tariff")(maintain.replay_tariff)
app.command("health")(health.health)
app.command("backup")(backup.backup)
app.command("restore")(backup.restore)
app.command("move-provider")(accounts.move_provider)
app.command("listen")(watch.listen)
app.command("replay")(watch.replay)
app.add_typer(audit.audit, name="audit")
app.add_typer(archive.archive, name="archive")
app.add_typer(create.centre, name="centre")
create.person.command("shut")(accounts.shut)
create.person.command("reopen")(accounts.reopen)
app.add_typer(create.person, name="person")
app.add_typer(create.company, name="company")
app.add_typer(create.machine, name="machine")
app.add_typer(create.source, name="source")
app.add_typer(devices.device, name="device")


def main() -> None:
    """Run the command line; an error is one line with what to do, and exit code 1."""
    try:
        app()
    except Refused as trouble:
        for problem in trouble.problems:
            typer.echo(f"gadong: {problem.code} {problem.actual or ''}", err=True)
    except (GadongError, ValueError) as trouble:
        if isinstance(trouble, ValidationError):
            names = ", ".join(
                f"GADONG_{str(e['loc'][0]).upper()}" for e in trouble.errors() if e["loc"]
            )
            typer.echo(f"gadong: set {names} in the environment (docs/operators.md)", err=True)
        else:
            typer.echo(f"gadong: {trouble}", err=True)
    else:
        return
    sys.exit(1)
