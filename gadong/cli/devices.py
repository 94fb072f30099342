"""gadong device: what devices log in to the broker as."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from gadong.cli.open import centre_named, database
from gadong.core.domain.problem import NotFound
from gadong.machines.domain.broker_accounts import password
from gadong.machines.services import device_accounts, machines
from gadong.people.services.accounts import OPERATOR
from gadong.settings import Settings

device = typer.Typer(help="Devices' accounts at the broker.", no_args_is_help=True)
CentreSlug = Annotated[str, typer.Option("--centre", help="The centre's slug.")]


@device.command("create")
def create(
    name: Annotated[str, typer.Argument(help="What people call the device.")],
    centre: CentreSlug,
    topic: Annotated[
        list[str] | None,
        typer.Option(help="A topic that it publishes at and below; may be given again."),
    ] = None,
    machine: Annotated[
        str, typer.Option(help="Instead: for the devices bound to this machine.")
    ] = "",
) -> None:
    """Make an account for a device: for topics, or one for each device that is bound to a
    machine.
    """
    now, secret = datetime.now(UTC), Settings().secret
    with database() as pool:
        found = centre_named(pool, centre)
        bound = []
        if machine:
            bound = machines.sources(
                pool, OPERATOR, machines.find(pool, OPERATOR, machine, centre=found.id)
            )
            if not bound:
                raise NotFound(f"No device is bound to {machine}; name topics instead")
        made = [
            device_accounts.issue(
                pool, OPERATOR, found.id, name=name, source=s.id, secret=secret, now=now
            )
            for s in bound
        ] or [
            device_accounts.issue(
                pool, OPERATOR, found.id, name=name, topics=topic or [], secret=secret, now=now
            )
        ]
    for account, word in made:
        typer.echo(f"username {account.username}\npassword {word}")
        typer.echo(
            f"client id {account.username}; publishes at and below {', '.join(account.publishes)}"
        )


@device.command("list")
def show(
    centre: CentreSlug,
    passwords: Annotated[
        bool, typer.Option(help="Show the passwords too: name, user, password.")
    ] = False,
) -> None:
    """Show a centre's accounts."""
    secret = Settings().secret
    with database() as pool:
        for a in device_accounts.of_centre(pool, OPERATOR, centre_named(pool, centre).id):
            state = (
                "revoked"
                if a.revoked_at
                else "rests"
                if a.paused_until
                else "in force"
                if a.applied_at
                else "waits for ingest"
            )
            told = (
                password(secret, a.username) if passwords else f"{state}\t{' '.join(a.publishes)}"
            )
            if not (passwords and a.revoked_at):
                typer.echo(f"{a.name}\t{a.username}\t{told}")


@device.command("revoke")
def revoke(
    username: Annotated[str, typer.Argument(help="As it logs in.")],
    centre: CentreSlug,
    reason: Annotated[str, typer.Option(help="Why.")],
    since: Annotated[
        str,
        typer.Option(
            help="Set aside what it sent from this instant on, like 2026-11-01T00:00+09:00."
        ),
    ] = "",
) -> None:
    """Cut a device off, in the middle of its session."""
    start = datetime.fromisoformat(since) if since else None
    if start is not None and start.tzinfo is None:
        raise typer.BadParameter(
            "write an offset, as in 2026-11-01T00:00+09:00", param_hint="--since"
        )
    with database() as pool:
        accounts = device_accounts.of_centre(pool, OPERATOR, centre_named(pool, centre).id)
        found = next((a for a in accounts if a.username == username), None)
        if found is None:
            raise NotFound(f"{centre} has no account {username}")
        device_accounts.revoke(pool, OPERATOR, found.id, reason=reason, since=start)
    typer.echo(f"{username} is cut off within seconds")
