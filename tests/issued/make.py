"""Make the dump of statements that engine 4 issued: python -m deploy.stack exec -- python -m
tests.issued.make FILE.
Everything is entered through the services, into a database of its own. README.md names the commit
at which it was run.
"""

from __future__ import annotations

import gzip
import os
import sys
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from zoneinfo import ZoneInfo

import psycopg
from psycopg import sql

from gadong import ENGINE_VERSION, migrations
from gadong.billing.domain.sale import QuantitySource, Spoiled
from gadong.billing.domain.tariff_terms import TaxType
from gadong.billing.services import (
    corrections,
    sales,
    statement_blockers,
    statement_drafts,
    statements,
)
from gadong.billing.services.prices import extras, tariffs
from gadong.booking.domain.booking import Booking
from gadong.booking.domain.decision import DecisionKind
from gadong.booking.services import booking_changes, decisions
from gadong.booking.services.booking_changes import Hand
from gadong.booking.services.decisions import DecisionRequest
from gadong.booking.services.rules import rulebook
from gadong.booking.services.rules.rulebook import Level
from gadong.core.database import Pool, open_pool
from gadong.core.domain.access import Caller, Role
from gadong.core.domain.charge_component import Component
from gadong.core.domain.ids import CompanyId, new_id
from gadong.dialects.domain.signal import Channel
from gadong.machines.domain.machine import Machine
from gadong.machines.services import ingestion, machines
from gadong.machines.services.machines import BEGINNING
from gadong.people.services import accounts, members
from gadong.people.services.accounts import OPERATOR
from tests.support.metering.metering import message
from tests.support.world import ALWAYS, LOOSE, World, registration_number

MONTH = "2026-10"
SCOPE = ["base_fee", "time", "surcharge"]
EVERY_DAY = [0, 1, 2, 3, 4, 5, 6]
EVENING = {"weekdays": EVERY_DAY, "since": "18:00:00", "until": "00:00:00", "pct": "130"}
SEOUL: dict[str, Any] = {
    "effective_from": "2026-01-01",
    "items": [
        {
            "kind": "mill",
            "rate_per_hour": "30000",
            "basis": "actual_run",
            "base_fee": 5000,
            "minimum_amount": 20000,
            "windows": [EVENING],
            "discount_scope": SCOPE,
            "quota_group": "shop",
            "cap_group": "shop",
            "late_cancel": [{"lead_seconds": 0, "pct": "50"}],
        },
        {
            "kind": "lathe",
            "rate_per_hour": "24000",
            "basis": "hull",
            "tax_type": "exempt",
            "overrun": {"grace_seconds": 600, "pct_free_slot": "150", "flat": 10000},
            "no_show": {"pct": "50"},
            "tiers": [{"after_seconds": 7200, "rate_per_hour": "18000"}],
        },
    ],
    "quotas": [{"group": "shop", "seconds": 1800}],
    "caps": [
        {"group": "shop", "amount": 60000, "category": "general"},
        {"group": "shop", "amount": 900000},
    ],
    "discounts": [{"category": "small-manufacturer", "pct": "50"}],
    "extra_discounts": [{"name": "관내", "pct": "20"}],
    "subsidies": [
        {"name": "바우처", "payer": "경남", "pct": "60", "monthly_cap": 30000, "budget": 1000000}
    ],
    "goods": [{"code": "pla", "name_ko": "PLA", "name_en": "PLA", "measure": "g", "price": "80.5"}],
}
BERLIN: dict[str, Any] = {
    "effective_from": "2026-01-01",
    "items": [
        {"kind": "mill", "rate_per_hour": "33000", "basis": "actual_run", "windows": [EVENING]}
    ],
    "vat": "inclusive",
    "document_unit": 100,
}


def site(pool: Pool, slug: str, zone: str, tariff: dict[str, Any]) -> World:
    """A centre that is always open, its manager, and its published tariff."""
    centre = accounts.create_centre(
        pool, OPERATOR, slug=slug, name=f"시험 {slug}", zone=zone, hours=ALWAYS
    )
    email = f"manager@{slug}.example"
    person = members.create_person(
        pool,
        OPERATOR,
        email=email,
        name="담당자",
        password=os.urandom(18).hex(),
        centre=centre.id,
        roles={Role.MANAGER},
    )
    manager = Caller(person_id=person.id, staff=frozenset({(centre.id, Role.MANAGER)}))
    rulebook.change(
        pool,
        OPERATOR,
        Level(centre=centre.id),
        LOOSE,
        effective_from=BEGINNING,
        now=datetime.now(UTC),
    )
    drafted = tariffs.draft(pool, manager, centre=centre.id, document=tariff)
    tariffs.publish(pool, manager, drafted.id)
    return World(pool, centre, manager, email)


def company(world: World, index: int, category: str) -> CompanyId:
    """A company of the category."""
    made = accounts.create_company(
        world.pool,
        OPERATOR,
        centre=world.centre.id,
        name=f"회사 {index}",
        registration_number=registration_number(index),
        category=category,
        since=date(2026, 1, 1),
    )
    world.companies.append(made)
    return made.id


def ran(
    world: World, machine: Machine, *stretches: tuple[datetime, datetime], repeat: int = 10
) -> None:
    """The machine says that it ran: at both ends, and every so many minutes in between."""
    (source,) = machines.sources(world.pool, world.manager, machine)
    words: list[tuple[datetime, str]] = []
    for start, end in stretches:
        words += [(start - timedelta(minutes=2), "idle"), (end, "idle")]
        at = start
        while at < end:
            words.append((at, "running"))
            at += timedelta(minutes=repeat)
    said = [
        replace(
            message(source, at, Channel.ACTIVITY, word), payload=f'{{"state":"{word}"}}'.encode()
        )
        for at, word in sorted(words)
    ]
    ingestion.commit(world.pool, world.centre.id, said, [])


def issued(world: World, firm: CompanyId) -> Any:
    """The company's month, issued."""
    drafted = statement_drafts.draft(
        world.pool, world.manager, centre=world.centre.id, company=firm, month=MONTH
    )
    accept = sorted(statement_blockers.ACCEPTABLE)
    statements.approve(world.pool, world.manager, drafted.id, accept=accept)
    return statements.issue(
        world.pool, world.manager, drafted.id, close_early=False, now=datetime.now(UTC)
    )


def decided(
    world: World, machine: Machine, booking: Booking, kind: DecisionKind, **given: Any
) -> None:
    """A manager's word on a booking's session."""
    word = DecisionRequest(
        kind=kind,
        period=booking.period,
        company=booking.company_id,
        booking=booking.id,
        reason="장비 점검과 겹침",
        **given,
    )
    decisions.decide(world.pool, world.manager, machine, word, now=datetime.now(UTC))


def seoul(pool: Pool) -> None:
    """Two companies and two machines: discounts, free time, a cap, a programme, fees, decisions,
    and a correction.
    """
    world = site(pool, "seoul", "Asia/Seoul", SEOUL)
    small, general = company(world, 0, "small-manufacturer"), company(world, 1, "general")
    mill, lathe = world.machine("mill-1"), world.machine("lathe-1", kind="lathe")
    for machine in (mill, lathe):
        world.source(machine)

    def at(day: int, hour: int, minute: int = 0) -> datetime:
        return datetime(2026, 10, day, hour, minute, tzinfo=ZoneInfo("Asia/Seoul")).astimezone(UTC)

    for name in ("관내", "바우처"):
        extras.prove(
            pool,
            world.manager,
            centre=world.centre.id,
            company=small,
            name=name,
            since=date(2026, 1, 1),
            until=None,
            proof="증명서",
        )
    first, second = world.companies
    world.booked(mill, first, at(5, 16), 3, now=at(1, 9))
    waived = world.booked(mill, first, at(7, 10), 1, now=at(1, 9))
    lengthened = world.booked(mill, second, at(8, 10), 2, now=at(1, 9))
    world.booked(mill, second, at(9, 10), 3, now=at(1, 9))
    given_up = world.booked(mill, second, at(12, 10), 2, now=at(1, 9))
    world.booked(lathe, second, at(13, 10), 2, now=at(1, 9))
    world.booked(lathe, second, at(14, 10), 2, now=at(1, 9))
    world.booked(lathe, first, at(15, 10), 2, now=at(1, 9))
    booking_changes.cancel(pool, Hand(who=world.manager, booking=given_up.id), now=at(12, 8))
    ran(
        world,
        mill,
        (at(5, 16, 5), at(5, 18, 47)),
        (at(7, 10, 3), at(7, 10, 20)),
        (at(8, 10), at(8, 11, 13)),
        (at(9, 10), at(9, 12, 41)),
    )
    ran(world, lathe, (at(13, 10, 1), at(13, 12, 31)), (at(15, 9, 58), at(15, 11, 40)))
    decided(world, mill, waived, DecisionKind.WAIVE, component=Component.TIME)
    decided(world, mill, lengthened, DecisionKind.SET_SECONDS, seconds=5400)
    sales.sell(
        pool,
        world.manager,
        centre=world.centre.id,
        company=small,
        machine=mill,
        booking=None,
        at=at(7, 11),
        code="pla",
        quantity=Decimal("248.35"),
        unit="g",
        source=QuantitySource.SCALE,
        spoiled=Spoiled.NO,
        note="",
        now=datetime.now(UTC),
    )
    sales.add_line(
        pool,
        world.manager,
        centre=world.centre.id,
        company=general,
        at=at(20, 9),
        amount=-3000,
        tax_type=TaxType.TAXABLE_10,
        note="불편 보상",
        now=datetime.now(UTC),
    )
    mine, _ = issued(world, small), issued(world, general)
    ran(world, mill, (at(7, 10, 40), at(7, 10, 58)))
    ran(world, lathe, (at(15, 11, 42), at(15, 11, 59)))
    ran(world, mill, (at(6, 14), at(6, 15, 30)))
    decided(world, mill, waived, DecisionKind.WAIVE, component=Component.BASE_FEE)
    found = corrections.propose(pool, world.manager, mine.id)
    corrections.issue(pool, world.manager, mine.id, digest=found.digest, reason="늦게 도착한 신호")


def berlin(pool: Pool) -> None:
    """Prices that hold the tax, in another zone, over the night on which its clocks go back."""
    world = site(pool, "berlin", "Europe/Berlin", BERLIN)
    firm = company(world, 2, "general")
    mill = world.machine("mill-1")
    world.source(mill)
    start = datetime(2026, 10, 24, 21, tzinfo=UTC)
    world.booked(mill, world.companies[0], start, 6, now=start - timedelta(days=3))
    ran(world, mill, (start + timedelta(minutes=1), start + timedelta(hours=5, minutes=30)))
    issued(world, firm)


def written(database_url: str) -> bytes:
    """Every row as SQL: a COPY of each table, which `psql` and tests/issued/restored.py read."""
    parts = [
        (
            f"-- Issued by engine {ENGINE_VERSION}; the schema is that of migration "
            f"{migrations.revisions()[-1]}.\n"
        )
    ]
    with psycopg.connect(database_url) as db:
        # Readers of the dump log in as nobody.
        db.execute("set session_replication_role = replica")
        db.execute("update people set password_hash = '-'")
        tables = [
            r[0]
            for r in db.execute(
                "select table_name from information_schema.tables where table_schema = 'public' "
                "and table_type = 'BASE TABLE' order by table_name"
            )
            if r[0] not in {"alembic_version", "credentials", "login_failures"}
        ]
        for table in tables:
            columns = [
                r[0]
                for r in db.execute(
                    "select column_name from information_schema.columns where table_schema = "
                    "'public' "
                    "and table_name = %s and is_generated = 'NEVER' order by ordinal_position",
                    [table],
                )
            ]
            names = sql.SQL(", ").join(map(sql.Identifier, columns))
            query = sql.SQL("copy (select {} from {} order by 1) to stdout").format(
                names, sql.Identifier(table)
            )
            with db.cursor().copy(query) as rows:
                data = b"".join(bytes(r) for r in rows).decode()
            if data:
                parts.append(f"copy {table} ({', '.join(columns)}) from stdin;\n{data}\\.\n")
        db.rollback()
    return "".join(parts).encode()


def main() -> None:
    """Make the database, dump it, and drop it."""
    server = os.environ["GADONG_DATABASE_URL"]
    name = f"gadong_made_{new_id().hex[-8:]}"
    url = urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
    with psycopg.connect(
        urlunsplit(urlsplit(server)._replace(path="/postgres")), autocommit=True
    ) as db:
        db.execute(f"create database {name}")
        try:
            migrations.upgrade(url)
            pool = open_pool(url, size=4, name="make")
            seoul(pool)
            berlin(pool)
            pool.close()
            Path(sys.argv[1]).write_bytes(gzip.compress(written(url), 9, mtime=0))
        finally:
            db.execute(f"drop database {name} with (force)")


if __name__ == "__main__":
    main()
