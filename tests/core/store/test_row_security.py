"""The second net: what a transaction's permit does not reach, the database does not show, whatever
a query asks.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from psycopg.sql import SQL, Composed, Identifier, Literal

from gadong.billing.services import payments, statement_blockers, statement_drafts, statements
from gadong.core.database import Pool, open_pool, transaction
from gadong.core.domain.access import SYSTEM, Caller, Permit, Right, Role
from gadong.core.domain.ids import CentreId, PersonId, new_id
from gadong.core.store import outbox
from gadong.dialects.domain.signal import Channel
from gadong.machines.services import ingestion, register
from gadong.metering.services import metering
from tests.support.metering.metering import message
from tests.support.world import World

# Tables without a policy, and their other guards (ADR 18).
UNGUARDED = {
    "by its machine or source, whose own row is guarded": {
        "contradictions_told", "late_words",
        "booking_events", "check_ins", "closures", "decisions", "ghost_runs_told", "job_events",
        "jobs", "known_runs",
        "live_states", "machine_settings", "message_keys", "messages", "metering_marks", "outages",
        "runs",
        "sequence_positions", "signal_parts", "signals", "source_settings",
    },
    "read before anybody is known to be somebody": {"centre_staff"},
    "read to keep another centre's people from being shown": {"entered_people"},
}  # fmt: skip


@pytest.fixture
def two(world: World, pool: Pool) -> tuple[World, World]:
    """Two centres; the second with a booking, and a paid statement."""
    other = World.made(pool)
    other.companies = [world.company()]
    company = other.company()
    machine = other.machine("mill-1")
    other.source(machine)
    other.tariff(basis="booked")
    other.booked(machine, company, datetime(2026, 10, 5, 1, tzinfo=UTC))
    drafted = statement_drafts.draft(
        pool, other.manager, centre=other.centre.id, company=company.id, month="2026-10"
    )
    statements.approve(
        pool, other.manager, drafted.id, accept=sorted(statement_blockers.ACCEPTABLE)
    )
    issued = statements.issue(
        pool, other.manager, drafted.id, close_early=False, now=datetime.now(UTC)
    )
    assert issued.total > 0
    payments.record(
        pool,
        other.manager,
        issued.id,
        amount=issued.total,
        paid_on=datetime.now(UTC).date(),
        note="",
        now=datetime.now(UTC),
    )
    return world, other


HALL = ("machines", "sources", "bookings", "tariffs", "opening_hours")
MONEY = ("statements", "payments", "company_categories")


def counting(table: str) -> Composed:
    """The statement that counts a table's rows."""
    return SQL("select count(*) as n from {}").format(Identifier(table))


def counts(pool: Pool, permit: Permit, tables: tuple[str, ...], centre: CentreId) -> set[int]:
    """Return the numbers of a centre's rows that a permit may read in the tables."""
    with transaction(pool, permit) as tx:
        found = [
            tx.execute(counting(table) + SQL(" where centre_id = %s"), [centre]).fetchone()
            for table in tables
        ]
    return {row["n"] for row in found if row}


def test_a_permit_shows_its_own_centre_and_no_other(two: tuple[World, World], pool: Pool) -> None:
    world, other = two
    assert 0 not in counts(pool, other.manager.reach(), HALL + MONEY, other.centre.id)
    assert counts(pool, world.manager.reach(), HALL + MONEY, other.centre.id) == {0}
    both = Caller(
        person_id=PersonId(new_id()),
        staff=frozenset({(world.centre.id, Role.MANAGER), (other.centre.id, Role.MANAGER)}),
    )
    # A check for one centre mints a permit for that centre, whatever else the caller is.
    narrow = both.need(world.centre.id, Right.MONEY_SEE)
    assert counts(pool, narrow, HALL + MONEY, other.centre.id) == {0}


def test_a_member_is_shown_the_hall_and_of_money_their_companys_alone(
    two: tuple[World, World], pool: Pool
) -> None:
    _, other = two
    payer = other.companies[-1]
    stranger = other.company()
    for company, shown in ((payer, True), (stranger, False)):
        member = other.member(company)
        assert 0 not in counts(pool, member.reach(), HALL, other.centre.id)
        seen = counts(pool, member.reach(), ("statements", "payments"), other.centre.id)
        assert seen == {int(shown)}


def test_who_says_nothing_is_shown_nothing(two: tuple[World, World], pool: Pool) -> None:
    del two
    with pool.connection() as connection:
        for table in HALL + MONEY:
            row = connection.execute(counting(table)).fetchone()
            assert row == {"n": 0}, table


def test_a_permit_ends_with_its_transaction(two: tuple[World, World], pool: Pool) -> None:
    _, other = two
    for permit in (other.manager.reach(), SYSTEM):
        with transaction(pool, permit) as tx:
            assert tx.execute("select from machines").rowcount
        # The pool hands the same connection out again; a plain SET would still be in force on it.
        for _ in range(8):
            with pool.connection() as connection:
                row = connection.execute("select current_user, count(*) from machines").fetchone()
                assert row == {"current_user": "gadong_app", "count": 0}


def test_nothing_is_written_into_another_centre(two: tuple[World, World], pool: Pool) -> None:
    world, other = two
    statement = """
        insert into machines (id, centre_id, slug, kind, name_ko, name_en)
        values (gen_random_uuid(), %s, 'stranger', 'mill', '', '')
    """
    with (
        pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"),
        transaction(pool, world.manager.reach()) as tx,
    ):
        tx.execute(statement, [other.centre.id])
    with transaction(pool, world.manager.reach()) as tx:
        changed = tx.execute(
            "update machines set kind = 'x' where centre_id = %s", [other.centre.id]
        )
        assert changed.rowcount == 0


#: Statements that write what staff alone write, as a member's transaction might by mistake.
OF_STAFF = {
    "a technician": "insert into technicians (id, centre_id, person_id, kinds, shifts)"
    " values (gen_random_uuid(), {centre}, {person}, '{{}}', '[]')",
    "how a machine is observed": "insert into machine_observations"
    " (id, centre_id, machine_id, since, observed, recorded_at)"
    " values (gen_random_uuid(), {centre}, {machine}, now(), 'neither', now())",
    "an entry of the register": "insert into register_entries"
    " (id, centre_id, machine_id, entry, reason, recorded_at)"
    " values (gen_random_uuid(), {centre}, {machine}, '{{}}', 'x', now())",
    "the register's columns": "insert into register_columns (id, centre_id, columns, recorded_at)"
    " values (gen_random_uuid(), {centre}, '[]', now())",
    "the columns of tables of companies": "insert into company_columns"
    " (id, centre_id, fields, recorded_at)"
    " values (gen_random_uuid(), {centre}, '{{}}', now())",
}


@pytest.mark.parametrize("written", OF_STAFF)
def test_who_may_enter_a_centre_does_not_write_what_staff_write(
    world: World, pool: Pool, written: str
) -> None:
    machine, member = world.machine("mill-1"), world.member(world.company())
    statement = SQL(OF_STAFF[written]).format(
        centre=Literal(world.centre.id),
        person=Literal(world.manager.person_id),
        machine=Literal(machine.id),
    )
    with (
        pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"),
        transaction(pool, member.reach()) as tx,
    ):
        tx.execute(statement)
    with transaction(pool, world.manager.reach()) as tx:
        tx.execute(statement)


#: Tables into which the permit of somebody who enters a centre, or of a company, writes: what its
#: people do themselves. Every other table that they read is written through a centre's own permit.
OF_MEMBERS = {
    "accepted_terms", "application_rounds", "application_seeds", "assistances", "booking_remarks",
    "bookings", "checklist_answers", "closure_changes", "company_categories", "consents",
    "course_places", "course_waiting", "deliveries", "equipment_holds", "freed_time_listeners",
    "interlock_commands", "logged_uses", "membership_offers", "monthly_applications", "outbox",
    "party_profiles", "phone_numbers", "pledges", "statement_readings", "statements", "waiting",
}  # fmt: skip


def test_a_table_is_written_by_staff_alone_or_is_named_as_its_members(database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        policies = connection.execute(
            """
            select tablename, permissive, coalesce(with_check, qual) from pg_policies
            where 'gadong_app' = any (roles) and cmd in ('ALL', 'INSERT')
            """
        ).fetchall()
    reached = {
        table
        for table, permissive, condition in policies
        if permissive == "PERMISSIVE"
        and ("permit_entered" in condition or "permit_companies" in condition)
    }
    narrowed = {table for table, permissive, _ in policies if permissive == "RESTRICTIVE"}
    assert reached - narrowed == OF_MEMBERS


#: Tables that a member reads; a row of nothing but its centre is refused for its writer first.
READ_BY_MEMBERS = (
    "bank_accounts", "centre_contacts", "centre_names", "check_states", "checklists", "courses",
    "holidays", "interlock_holds", "interlocks", "listening", "machine_photos", "machines",
    "opening_hours", "opening_weeks", "policy_settings", "qualifications", "set_aside",
    "source_beginnings", "source_channels", "source_noise", "sources", "stops", "tariffs",
    "trainings",
)  # fmt: skip


@pytest.mark.parametrize("table", READ_BY_MEMBERS)
def test_a_member_writes_nothing_that_staff_decide(world: World, pool: Pool, table: str) -> None:
    member = world.member(world.company())
    statement = SQL("insert into {} (centre_id) values (%s)").format(Identifier(table))
    everywhere = [None] if table in {"check_states", "holidays", "policy_settings"} else []
    for centre in [world.centre.id, *everywhere]:
        with (
            pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"),
            transaction(pool, member.reach()) as tx,
        ):
            tx.execute(statement, [centre])
    # The same row of a manager's comes as far as the columns that it lacks.
    with (
        pytest.raises(psycopg.errors.NotNullViolation),
        transaction(pool, world.manager.reach()) as tx,
    ):
        tx.execute(statement, [world.centre.id])


@pytest.mark.parametrize("change", ["machines set kind = 'x'", "sources set base = base"])
def test_a_member_changes_nothing_that_staff_decide(world: World, pool: Pool, change: str) -> None:
    machine, member = world.machine("mill-1"), world.member(world.company())
    world.source(machine)
    with (
        pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"),
        transaction(pool, member.reach()) as tx,
    ):
        tx.execute(b"update " + change.encode())


def test_the_register_is_shown_to_its_centres_staff_alone(world: World, pool: Pool) -> None:
    machine, member = world.machine("mill-1"), world.member(world.company())
    register.write(pool, world.manager, machine.id, {"model": "V-1"}, reason="시험")
    for caller, shown in ((world.manager, 1), (member, 0), (World.made(pool).manager, 0)):
        with transaction(pool, caller.reach()) as tx:
            assert tx.execute("select from register_entries").rowcount == shown


def test_every_table_of_a_centres_is_guarded_or_says_what_guards_it(database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        rows = connection.execute(
            """
            select c.relname, c.relrowsecurity
            from pg_class c
            join pg_attribute a on a.attrelid = c.oid
                and a.attname in ('centre_id', 'company_id', 'statement_id')
            where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace
                and not a.attisdropped
            """
        ).fetchall()
    open_tables = {name for name, guarded in rows if not guarded}
    assert open_tables == set().union(*UNGUARDED.values()) | {"company_people"}


@pytest.fixture
def modest(database_url: str) -> Iterator[Pool]:
    """The pool of a login that owns nothing, as docs/operators.md has it made."""
    login, word = f"gadong_login_{new_id().hex[-12:]}", new_id().hex
    with psycopg.connect(database_url, autocommit=True) as owner:
        create = SQL("create role {} login noinherit password {} in role gadong_app, gadong_system")
        owner.execute(create.format(Identifier(login), Literal(word)))
        parts = urlsplit(database_url)
        place = parts.netloc.rpartition("@")[2]
        pool = open_pool(
            urlunsplit(parts._replace(netloc=f"{login}:{word}@{place}")), size=4, name="modest"
        )
        yield pool
        pool.close()
        owner.execute(SQL("drop role {}").format(Identifier(login)))


def test_a_login_that_owns_nothing_runs_a_centre(modest: Pool) -> None:
    world = World.made(modest)
    world.tariff()
    machine, company = world.machine("mill-1"), world.company()
    at = datetime(2026, 10, 5, 1, tzinfo=UTC)
    world.booked(machine, company, at)
    said = [message(world.source(machine), at, Channel.ACTIVITY, "running")]
    assert ingestion.commit(modest, world.centre.id, said, []).stored == 1
    metering.catch_up(modest)
    drafted = statement_drafts.draft(
        modest, world.manager, centre=world.centre.id, company=company.id, month="2026-10"
    )
    assert drafted.total > 0
    with transaction(modest, SYSTEM) as tx:
        outbox.forget_old(tx, signals_before=at + timedelta(days=400))
        assert tx.execute("select from signals").rowcount == 0
    refused = pytest.raises(psycopg.errors.InsufficientPrivilege)
    with refused, modest.connection() as connection:
        connection.execute("alter table machines disable row level security")


def test_a_way_in_is_kept_for_whoever_has_no_password_yet_and_nobody_else(
    two: tuple[World, World], pool: Pool
) -> None:
    world, _ = two
    kept = (
        "insert into recovery_links (digest, person_id, expires_at) values (%s, %s, now() + "
        "interval '1 day')"
    )
    with (
        pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"),
        transaction(pool, world.manager.reach()) as tx,
    ):
        tx.execute(kept, [b"x", world.manager.person_id])
