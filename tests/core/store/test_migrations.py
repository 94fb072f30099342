"""The schema: up, down, and the same however it was reached; and what it refuses by itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from psycopg.types.json import Jsonb

from gadong import migrations
from gadong.billing.services import statement_drafts, statements
from gadong.booking.domain.rules.rulebook import RuleSubject, Setting, in_force
from gadong.booking.domain.rules.rulebook import rules as rules_of
from gadong.booking.services.centre_calendar import closures
from gadong.booking.services.centre_calendar.closures import Closing
from gadong.core.database import Pool, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.ids import new_id
from gadong.core.domain.period import Period
from gadong.dialects.domain.signal import Channel
from gadong.machines.services import ingestion
from tests.support.metering.metering import message
from tests.support.schema import schema
from tests.support.world import World, nobody_may


def test_migrations_are_found_by_the_names_of_their_files(tmp_path: Path) -> None:
    for name in ("0010_b", "0002_c", "0001_a"):
        for way in ("up", "down"):
            (tmp_path / f"{name}.{way}.sql").write_text("select 1;")
    assert migrations.revisions(tmp_path) == ["0001_a", "0002_c", "0010_b"]


@pytest.mark.parametrize(
    ("files", "trouble"),
    [
        (["0001_a.up.sql", "0001_a.down.sql", "0002_b.up.sql"], r"without its \.down.sql.*0002_b"),
        (["0001_a.up.sql", "0001_a.down.sql", "0002_b.down.sql"], r"without its \.up.sql.*0002_b"),
        (["0001_a.up.sql", "0001_a.down.sql", "0001_b.up.sql", "0001_b.down.sql"], "number.*0001"),
        (["0001_a.up.sql", "0001_a.down.sql", "notes.sql"], r"without its \.up.sql.*notes"),
    ],
)
def test_files_that_are_no_chain_are_refused(
    tmp_path: Path, files: list[str], trouble: str
) -> None:
    for name in files:
        (tmp_path / name).write_text("select 1;")
    with pytest.raises(migrations.BadMigrations, match=trouble):
        migrations.revisions(tmp_path)


def test_every_step_can_be_taken_back_and_again(empty_url: str, database_url: str) -> None:
    migrations.upgrade(empty_url)
    for revision in [*migrations.revisions()[-2::-1], "base"]:
        migrations.downgrade(empty_url, revision)
    with psycopg.connect(empty_url) as connection:
        left = connection.execute(
            "select tablename from pg_tables where schemaname = 'public'"
        ).fetchall()
    assert left == [("alembic_version",)]
    migrations.upgrade(empty_url)
    assert schema(empty_url) == schema(database_url)


def test_the_database_itself_keeps_two_bookings_apart(world: World) -> None:
    machine = world.machine(teardown=timedelta(minutes=10))
    company = world.company()
    start = datetime(2026, 11, 24, 1, tzinfo=UTC)
    booking = world.booked(machine, company, start)
    with (
        pytest.raises(psycopg.errors.ExclusionViolation) as refused,
        transaction(world.pool, SYSTEM) as tx,
    ):
        # Past every rule in Python: straight into the table, in the turn-round of the other.
        tx.execute(
            """
            insert into bookings (
                id, centre_id, machine_id, company_id, person_id, during, held, state, version
            )
            select %s, centre_id, machine_id, company_id, person_id,
                tstzrange(upper(during), upper(during) + interval '1 hour'),
                tstzrange(upper(during), upper(during) + interval '1 hour'), 'confirmed', 1
            from bookings where id = %s
            """,
            [new_id(), booking.id],
        )
    assert refused.value.diag.constraint_name == "bookings_no_overlap"


@pytest.mark.parametrize(
    "change",
    [
        "update booking_events set reason = 'rewritten'",
        "delete from booking_events",
        "update policy_settings set value = '0'",
        "update tariffs set document = '{}'",
        "delete from tariffs",
        "update signals set text_value = 'idle'",
        "delete from signals",
        "update messages set payload = ''",
        "delete from outages",
        "update closures set reason = ''",
    ],
)
def test_facts_are_never_changed(change: str, world: World) -> None:
    world.tariff()
    machine, at = world.machine(), datetime(2026, 11, 24, 1, tzinfo=UTC)
    world.booked(machine, world.company(), at)
    one_message = message(world.source(machine), at, Channel.ACTIVITY, "running")
    ingestion.commit(world.pool, world.centre.id, [one_message], [])
    for kept in (True, False):
        ingestion.begin_listening(world.pool, world.centre.id, session_kept=kept)
    closures.close(
        world.pool,
        world.manager,
        Closing(
            centre=world.centre.id,
            machine=machine,
            period=Period(at, at + timedelta(hours=1)),
            kind="maintenance",
            reason="점검",
        ),
        now=datetime.now(UTC),
    )
    nobody_may(world.pool, change)


@pytest.mark.parametrize(
    "change",
    [
        "update statements set total = 0",
        "update statements set state = 'draft', number = null",
        "delete from statements",
        "truncate statements cascade",
    ],
)
def test_an_issued_statement_is_frozen_by_the_database(
    change: str, world: World, pool: Pool
) -> None:
    company = world.company()
    drafted = statement_drafts.draft(
        pool, world.manager, centre=world.centre.id, company=company.id, month="2026-10"
    )
    statements.approve(pool, world.manager, drafted.id)
    statements.issue(pool, world.manager, drafted.id, close_early=False, now=datetime.now(UTC))
    nobody_may(pool, change)


def test_runs_cannot_overlap(world: World, pool: Pool) -> None:
    machine = world.machine()
    overlapping = """
        insert into runs (centre_id, machine_id, during, state, grade)
        select %s, %s, tstzrange(to_timestamp(s), to_timestamp(s + 2)), 'idle', 'A'
        from generate_series(1, 2) s
    """
    with pytest.raises(psycopg.errors.ExclusionViolation), transaction(pool, SYSTEM) as tx:
        tx.execute(overlapping, [machine.centre_id, machine.id])


def test_every_row_of_a_centre_says_which(database_url: str) -> None:
    # These belong to the installation, to a person or to a company, and not to one centre.
    shared = {"centres", "people", "companies", "company_people", "credentials", "login_failures"}
    shared |= {
        "repeatable_requests",
        "job_runs",
        "backups",
        "check_states",
        "clock_steps",
        "schema_range",
        "alembic_version",
        "feeds",
        "policy_settings",
        "notice_preferences",
        "holidays",
        "audit_entries",
        "audit_head",
        "second_factors",
        "recovery_codes",
        "recovery_links",
        "passkeys",
        "phone_numbers",
        "push_subscriptions",
        "passkey_challenges",
        "identities",
        "sign_ons",
        "agreements",
        "agreement_acceptances",
        "membership_offers",
        "programme_budgets",  # of one centre, or of several together
        "retired_signals",
    }
    with psycopg.connect(database_url) as connection:
        tables = connection.execute(
            "select tablename from pg_tables where schemaname = 'public'"
        ).fetchall()
        said = connection.execute(
            "select table_name from information_schema.columns where table_schema = 'public' "
            "and column_name = 'centre_id' and is_nullable = 'NO'"
        ).fetchall()
    assert {t for (t,) in tables} - {t for (t,) in said} == shared


def test_a_machines_own_rules_are_carried_into_the_rule_book(empty_url: str) -> None:
    migrations.upgrade(empty_url, "0010_feeds")
    centre, machine = new_id(), new_id()
    rules = {
        "longest": "PT7200S",
        "horizon": "P60D",
        "step": "PT600S",
        "teardown": "PT0S",
        "qualification": None,
    }
    limits = {"no_show_after": "PT1200S", "longest_presence": "PT43200S"}
    with psycopg.connect(empty_url) as connection:
        connection.execute(
            "insert into centres (id, slug, name, zone, currency) values (%s, 'old', '센터', "
            "'Asia/Seoul', 'KRW')",
            [centre],
        )
        connection.execute(
            "insert into machines (id, centre_id, slug, kind, name_ko, name_en)"
            " values (%s, %s, 'm-1', 'mill', '밀링', 'Mill')",
            [machine, centre],
        )
        connection.execute(
            "insert into machine_settings (centre_id, machine_id, effective_from, rules, limits)"
            " values (%s, %s, '2026-01-01Z', %s, %s)",
            [centre, machine, Jsonb(rules), Jsonb(limits)],
        )
    migrations.upgrade(empty_url)
    with psycopg.connect(empty_url) as connection:
        found = connection.execute(
            "select p.parameter, p.value, p.effective_from = s.effective_from and p.recorded_at = "
            "s.recorded_at"
            " from policy_settings p join machine_settings s on s.machine_id = p.machine_id where "
            "reason = '' order by 1"
        ).fetchall()
        row = connection.execute(
            "select id, centre_id, slug, kind, name_ko, name_en from machines"
        ).fetchone()
        assert row is not None
        settings = connection.execute(
            "select parameter, value, centre_id, kind, machine_id, tier, effective_from, "
            "recorded_at from policy_settings"
        ).fetchall()
    names = (
        "parameter",
        "value",
        "centre_id",
        "kind",
        "machine_id",
        "tier",
        "effective_from",
        "recorded_at",
    )
    stood = [Setting(**dict(zip(names, one, strict=True))) for one in settings]
    subject = RuleSubject(centre_id=row[1], kind=row[3], machine_id=row[0])
    # Two hours were allowed, and nothing that is new contradicts what was.
    resolved = rules_of(in_force(stood, subject, datetime.now(UTC)))
    assert (resolved.longest, resolved.day, resolved.strikes) == (timedelta(hours=2), None, None)
    # A centre that was there before holidays were a rule stays open on them, also in its past.
    assert resolved.holidays == "open"
    at_first = in_force(stood, subject, datetime(2000, 1, 1, tzinfo=UTC))
    assert at_first["holidays"].value == "open"
    assert found == [
        ("horizon_days", 60, True),
        ("longest_minutes", 120, True),
        ("longest_presence_minutes", 720, True),
        ("no_show_after_minutes", 20, True),
        ("qualification", None, True),
        ("step_minutes", 10, True),
        ("teardown_minutes", 0, True),
    ]
