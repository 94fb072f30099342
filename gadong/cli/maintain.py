"""gadong migrate | rotate-keys | seed | rebuild | verify | evidence."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

import typer

from gadong import migrations
from gadong.billing.services.prices import tariff_preview
from gadong.billing.services.proof import evidence as evidence_of
from gadong.billing.services.proof import verification
from gadong.cli import demonstration
from gadong.cli.open import centre_named, database, keys
from gadong.core.domain.calendar import Month
from gadong.core.domain.ids import TariffId
from gadong.machines.services import device_secrets, machines
from gadong.metering.services import metering
from gadong.notices.services import push_subscriptions, text_messages
from gadong.operations.services import archiving
from gadong.people.services.accounts import OPERATOR
from gadong.settings import Settings

# So many statements are looked up at once; each is stored in a transaction of its own.
EVIDENCE_AT_ONCE = 100


def migrate(
    to: Annotated[str, typer.Option(help="A revision; the newest if not given.")] = "head",
    back_to: Annotated[
        str, typer.Option(help="An earlier revision: what only later ones know is deleted.")
    ] = "",
) -> None:
    """Bring the database to this program's schema. Safe to repeat."""
    told = Settings()
    if back_to:
        if back_to not in migrations.revisions():
            raise typer.BadParameter(f"there is no revision {back_to}", param_hint="--back-to")
        migrations.downgrade(told.database_owner_url or told.database_url, back_to)
        typer.echo(f"the database stands at {back_to}")
        return
    migrations.upgrade(told.database_owner_url or told.database_url, to)
    if to == "head":
        with database() as pool:
            device_secrets.rotate(pool, OPERATOR, keys())
    typer.echo(f"the database stands at {migrations.revisions()[-1] if to == 'head' else to}")


def rotate_keys() -> None:
    """Encrypt stored secrets by the first key of GADONG_DATA_KEYS; the old one follows it."""
    with database() as pool:
        count, readable = device_secrets.rotate(pool, OPERATOR, keys())
        count += text_messages.rotate(pool, OPERATOR, keys())
        count += push_subscriptions.rotate(pool, OPERATOR, keys())
    typer.echo(f"{count} secrets were encrypted anew")
    for base in readable:
        typer.echo(
            f"the code of {base} from before lies in old settings: change it at the device",
            err=True,
        )


def seed() -> None:
    """Make the demonstration: a centre with a machine hall, one of instruments without sensors,
    and their companies, people, bookings and tariffs.

    Safe to repeat.
    """
    settings = Settings()
    settings.need_seedable()
    with database() as pool:
        made = demonstration.seed(pool, settings.secret)
    typer.echo(
        "the demonstration centre was made" if made else "the demonstration centre is there already"
    )


def rebuild(
    machine: Annotated[str, typer.Argument(help="The machine's slug.")],
    centre: Annotated[str, typer.Option(help="The centre's slug.")],
    since: Annotated[
        str, typer.Option(help="From this instant on, like 2026-11-01T00:00+09:00.")
    ] = "",
) -> None:
    """Delete a machine's derived runs and derive them again from its signals: the same rows come
    back.
    """
    start = datetime.fromisoformat(since) if since else None
    if start is not None and start.tzinfo is None:
        raise typer.BadParameter(
            "write an offset, as in 2026-11-01T00:00+09:00", param_hint="--since"
        )
    with database() as pool:
        found = machines.find(pool, OPERATOR, machine, centre=centre_named(pool, centre).id)
        count = metering.rebuild(pool, OPERATOR, found, since=start)
    typer.echo(f"{machine} has {count} runs")


def verify(
    number: Annotated[
        str, typer.Argument(help="A statement's number; all issued ones if not given.")
    ] = "",
    month: Annotated[str, typer.Option(help="Those of one month alone, like 2026-07.")] = "",
) -> None:
    """Check issued statements against their facts, evidence and chain, and the files of closed
    months against their digests; exit 1 where one differs.

    With a number or a month no files are read.
    """
    if month:
        try:
            Month.parse(month)
        except ValueError as trouble:
            raise typer.BadParameter(str(trouble), param_hint="month") from trouble
    with database() as pool:
        verdicts = verification.verify(pool, OPERATOR, number=number or None, month=month or None)
        faults = [] if number or month else archiving.verify(pool)
    if number and not verdicts:
        raise typer.BadParameter(f"there is no issued statement {number}", param_hint="number")
    for verdict in verdicts:
        typer.echo(f"{verdict.number}\t{verdict}")
    typer.echo(f"{len(verdicts)} verified, {sum(bool(v.differences) for v in verdicts)} differ")
    for fault in faults:
        typer.echo(fault)
    if faults or any(v.differences for v in verdicts):
        raise typer.Exit(1)


def evidence(
    most: Annotated[
        int, typer.Option(help="At most so many statements; the rest at the next call.", min=1)
    ] = 10_000,
) -> None:
    """Store the evidence of statements that were issued before any was kept.

    Safe to repeat and to interrupt.
    """
    kept = 0
    with database() as pool:
        while kept < most and (
            done := evidence_of.keep_missing(pool, most=min(EVIDENCE_AT_ONCE, most - kept))
        ):
            kept += done
    typer.echo(f"the evidence of {kept} statements was stored")


def replay_tariff(
    tariff: Annotated[UUID, typer.Argument(help="A drafted or published tariff's id.")],
    month: Annotated[
        list[str], typer.Option(help="2026-07; up to three, each with its own --month.")
    ],
) -> None:
    """Price past months under a tariff, as if it had always been in force, and say what would have
    changed for whom.
    """
    with database() as pool:
        effects = tariff_preview.preview(pool, OPERATOR, TariffId(tariff), month)
    for effect in effects:
        was, now = effect.difference.was.total, effect.difference.now.total
        typer.echo(f"{effect.month}  {effect.company.name}  {was:,} -> {now:,}  ({now - was:+,})")
    was, now = (sum(getattr(e.difference, name).total for e in effects) for name in ("was", "now"))
    typer.echo(f"{len(effects)} company-months: {was:,} -> {now:,} ({now - was:+,})")
