"""gadong centre | person | company | machine | source: make what an installation starts from."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from gadong.booking.services import machine_setup
from gadong.cli.open import centre_named, database, keys
from gadong.core.domain.access import Role
from gadong.core.domain.period import Period
from gadong.core.domain.problem import Invalid
from gadong.dialects.domain.power_states import PowerThresholds
from gadong.machines.services import machines
from gadong.metering.services import source_settings
from gadong.people.domain.payer import Payer, PayerKind
from gadong.people.services import accounts, members
from gadong.people.services.accounts import OPERATOR

centre = typer.Typer(help="Sites with their own machines, people and money.", no_args_is_help=True)
person = typer.Typer(help="Accounts that log in.", no_args_is_help=True)
company = typer.Typer(help="Companies that a centre serves.", no_args_is_help=True)
machine = typer.Typer(help="Machines and rooms that can be booked.", no_args_is_help=True)
source = typer.Typer(help="Devices bound to machines.", no_args_is_help=True)

CentreSlug = Annotated[str, typer.Option("--centre", help="The centre's slug.")]
Password = Annotated[
    str,
    typer.Option(
        prompt=True,
        hide_input=True,
        confirmation_prompt=True,
        envvar="GADONG_NEW_PASSWORD",
        help="10 to 200 characters; asked for when not in GADONG_NEW_PASSWORD.",
    ),
]


@centre.command("create")
def create_centre(
    slug: Annotated[
        str, typer.Argument(help="Small letters, digits, dashes: a level of every topic.")
    ],
    name: Annotated[str, typer.Argument(help="As documents show it.")],
    zone: Annotated[
        str, typer.Option(help="IANA time zone of opening hours and months.")
    ] = "Asia/Seoul",
) -> None:
    """Add a centre, open on weekdays from nine to six."""
    with database() as pool:
        accounts.create_centre(pool, OPERATOR, slug=slug, name=name, zone=zone)
    typer.echo(f"centre {slug} is there; ingest listens to it within seconds")


@centre.command("list")
def list_centres() -> None:
    """Show every centre."""
    with database() as pool:
        for found in accounts.every_centre(pool):
            typer.echo(f"{found.slug}\t{found.name}\t{found.zone_name}")


@person.command("create")
def create_person(
    email: Annotated[str, typer.Argument(help="With which they log in.")],
    name: Annotated[str, typer.Argument(help="Their name.")],
    secret: Password,
    member_of: Annotated[str, typer.Option(help="A company's registration number.")] = "",
    owner: Annotated[bool, typer.Option(help="Says who else is of the company.")] = False,
    works_at: Annotated[str, typer.Option(help="A centre's slug.")] = "",
    role: Annotated[list[Role] | None, typer.Option(help="What they are there.")] = None,
    administrator: Annotated[bool, typer.Option(help="May do everything.")] = False,
) -> None:
    """Add an account: of a company, of a centre's staff, or an administrator's."""
    with database() as pool:
        digits = member_of.replace("-", "")
        companies = [
            c
            for one in accounts.every_centre(pool)
            for c in accounts.companies(pool, OPERATOR, one.id)
            # A payer without a number is nobody that a number names.
            if digits and c.registration_number == digits
        ]
        if member_of and not companies:
            raise Invalid(
                f"No centre serves a company {member_of}; make it with gadong company create"
            )
        members.create_person(
            pool,
            OPERATOR,
            email=email,
            name=name,
            password=secret,
            company=companies[0].id if companies else None,
            is_owner=owner,
            centre=centre_named(pool, works_at).id if works_at else None,
            roles=frozenset(role or ()),
            is_administrator=administrator,
        )
    typer.echo(f"{email} can log in")


@company.command("create")
def create_company(
    registration_number: Annotated[
        str,
        typer.Argument(
            help="사업자등록번호, with or without dashes; '-' for a payer that has none."
        ),
    ],
    name: Annotated[str, typer.Argument(help="As documents show it.")],
    centre_slug: CentreSlug,
    kind: Annotated[
        PayerKind, typer.Option(help="The kind of the payer (docs/payers.md).")
    ] = PayerKind.BUSINESS,
    identification: Annotated[
        str, typer.Option(help="What stands for the number, as its kind asks.")
    ] = "",
    category: Annotated[str, typer.Option(help="The tariff category.")] = "small-manufacturer",
) -> None:
    """Add a company, or another payer, that a centre serves from today on."""
    with database() as pool:
        served = centre_named(pool, centre_slug)
        accounts.create_company(
            pool,
            OPERATOR,
            centre=served.id,
            name=name,
            registration_number=registration_number,
            category=category,
            payer=Payer(kind=kind, identification=identification),
            since=datetime.now(served.zone).date(),
        )
    typer.echo(f"{name} is served by {centre_slug}")


@machine.command("create")
def create_machine(
    slug: Annotated[
        str, typer.Argument(help="Small letters, digits, dashes; part of its addresses.")
    ],
    name_ko: Annotated[str, typer.Argument(help="Its Korean name.")],
    centre_slug: CentreSlug,
    kind: Annotated[str, typer.Option(help="Its kind, as the tariff names it.")],
    name_en: Annotated[str, typer.Option(help="Its English name; the slug if not given.")] = "",
) -> None:
    """Add a machine or a room."""
    with database() as pool:
        machine_setup.register(
            pool,
            OPERATOR,
            centre=centre_named(pool, centre_slug).id,
            slug=slug,
            kind=kind,
            name_ko=name_ko,
            name_en=name_en or slug,
        )
    typer.echo(f"machine {slug} can be booked; bind its device with gadong source create")


@source.command("create")
def create_source(
    machine_slug: Annotated[str, typer.Argument(help="The machine's slug.")],
    dialect: Annotated[str, typer.Argument(help="Its wire format: a page of docs/dialects.")],
    base: Annotated[str, typer.Argument(help="The topic levels that name the device.")],
    centre_slug: CentreSlug,
    run_above: Annotated[
        float, typer.Option(help="Watts from which the machine runs (power meters).")
    ] = 0,
    idle_below: Annotated[float, typer.Option(help="Watts below which it does not.")] = 0,
    heartbeat: Annotated[
        int, typer.Option(help="Seconds between the device's messages; 0: its usual.")
    ] = 0,
    *,
    precedence: Annotated[int, typer.Option(help="The lower of two sources decides.")] = 100,
    options: Annotated[
        str, typer.Option(help="The dialect's options as JSON (docs/dialects).")
    ] = "{}",
    proves_running: Annotated[
        bool, typer.Option(help="Where it sees the machine run, it runs.")
    ] = False,
) -> None:
    """Bind a device to a machine."""
    thresholds = PowerThresholds(run_above=run_above, idle_below=idle_below) if run_above else None
    with database() as pool:
        found = machines.find(
            pool, OPERATOR, machine_slug, centre=centre_named(pool, centre_slug).id
        )
        bound = machines.bind(
            pool,
            OPERATOR,
            found,
            dialect=dialect,
            base=base,
            precedence=precedence,
            heartbeat=timedelta(seconds=heartbeat) if heartbeat else None,
            thresholds=thresholds,
            proves_running=proves_running,
            options=json.loads(options),
            keys=keys(),
        )
    typer.echo(
        f"{machine_slug} listens to {', '.join(bound.filters)} since "
        f"{datetime.now(UTC):%H:%M:%S} UTC"
    )


@source.command("calibrate")
def calibrate_source(
    machine_slug: Annotated[str, typer.Argument(help="The machine's slug.")],
    centre_slug: CentreSlug,
    hours: Annotated[float, typer.Option(help="How much of the past to look at.")] = 168,
) -> None:
    """Propose a power meter's thresholds from its past, and show what the runs would have been.

    Saves nothing.
    """
    now = datetime.now(UTC)
    with database() as pool:
        found = machines.find(
            pool, OPERATOR, machine_slug, centre=centre_named(pool, centre_slug).id
        )
        for bound in machines.sources(pool, OPERATOR, found):
            if bound.metering.thresholds is None:
                continue
            stretch = Period(now - timedelta(hours=hours), now)
            done = source_settings.calibrate(pool, OPERATOR, found, bound.id, stretch)
            limits = done.thresholds
            typer.echo(
                f"{bound.base}: run_above {limits.run_above:g} W, idle_below "
                f"{limits.idle_below:g} W"
            )
            for run in done.runs:
                end = f"{run.end:%m-%d %H:%M:%S}" if run.end else "now"
                typer.echo(f"  {run.start:%m-%d %H:%M:%S} to {end} {run.state}")
