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
from gadong.core.domain.period import Period
from gadong.core.store import outbox
from gadong.dialects.domain.signal import Channel
from gadong.machines.services import ingestion, register
from gadong.metering.services import metering
from gadong.training.domain.course import Course
from gadong.training.services import courses
from tests.support.metering.metering import message
from tests.support.world import World

# Tables without a policy, and their other guards (ADR 18).
UNGUARDED = {
    "by its machine or source, whose own row is guarded": {
        "contradictions_told", "late_words",
        "booking_events", "check_ins", "closures", "decisions", "ghost_runs_told", "job_events",
        "derivation_marks", "jobs", "known_runs",
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
    "a calibration's certificate": "insert into calibration_files"
    " (machine_id, centre_id, digest, media_type, data)"
    " values ({machine}, {centre}, encode(sha256('x'), 'hex'), 'image/png', 'x')",
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


#: Tables into which the permit of somebody who enters a centre, or of a company, writes for others
#: too, as a freed time is offered to whoever waits for it. What every other table that they reach
#: takes from them is narrowed, to their own words or to none.
OF_MEMBERS = {
    "agreement_acceptances", "assistances", "booking_remarks", "bookings", "checklist_photos",
    "commission_events", "commission_files", "commission_items", "commissions", "credentials",
    "deliveries",
    "equipment_holds", "guidance", "logged_uses", "monthly_applications", "outbox",
    "recovery_links", "waiting",
}  # fmt: skip


def test_a_table_is_narrowed_or_is_named_as_one_that_members_write(database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        policies = connection.execute(
            """
            select tablename, permissive, coalesce(with_check, qual) from pg_policies
            where 'gadong_app' = any (roles) and cmd in ('ALL', 'INSERT')
            """
        ).fetchall()
    # A row that hangs on another is reached with it.
    others = ("permit_entered", "permit_companies", "EXISTS")
    reached = {
        table
        for table, permissive, condition in policies
        if permissive == "PERMISSIVE" and any(word in condition for word in others)
    }
    narrowed = {table for table, permissive, _ in policies if permissive == "RESTRICTIVE"}
    assert reached - narrowed == OF_MEMBERS


#: Tables that a member reads; a row of nothing but its centre is refused for its writer first.
READ_BY_MEMBERS = (
    "bank_accounts", "centre_contacts", "centre_names", "check_states", "checklists",
    "closure_changes", "courses", "holidays", "interlock_commands", "interlock_holds", "interlocks",
    "listening", "machine_photos", "machines", "opening_hours", "opening_weeks", "party_profiles",
    "pledges", "policy_settings", "qualifications", "set_aside", "source_beginnings",
    "source_channels", "source_noise", "sources", "stops", "tariffs", "trainings",
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


def planned(world: World) -> Course:
    """A course of the centre, a week from now."""
    start = datetime.now(UTC).replace(microsecond=0) + timedelta(days=7)
    return courses.plan(
        world.pool,
        world.manager,
        centre=world.centre.id,
        code="mill",
        period=Period(start, start + timedelta(hours=1)),
        place="",
        seats=5,
        valid_days=None,
        good="",
        now=datetime.now(UTC),
    )


@pytest.mark.parametrize(
    "change",
    [
        "machines set kind = 'x'",
        "sources set base = base",
        "opening_hours set opens = opens",
        "courses set cancelled_at = now()",
        "statements set total = 0",
    ],
)
def test_a_member_changes_nothing_that_staff_decide(world: World, pool: Pool, change: str) -> None:
    machine, company = world.machine("mill-1"), world.company()
    world.source(machine)
    world.tariff(basis="booked")
    planned(world)
    statement_drafts.draft(
        pool, world.manager, centre=world.centre.id, company=company.id, month="2026-10"
    )
    member = world.member(company)
    with (
        pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"),
        transaction(pool, member.reach()) as tx,
    ):
        tx.execute(b"update " + change.encode())
    for table in ("opening_hours", "courses"):
        with transaction(pool, member.reach()) as tx:
            removed = tx.execute(SQL("delete from {}").format(Identifier(table)))
            assert removed.rowcount == 0


#: What hangs on a statement, and what a company's own statement takes from its people.
ON_A_STATEMENT = (
    "corrections", "payments", "statement_evidence", "statement_remarks", "statement_voids",
    "tax_invoices",
)  # fmt: skip


@pytest.mark.parametrize("table", ON_A_STATEMENT)
def test_a_company_writes_nothing_on_its_own_statement(
    two: tuple[World, World], pool: Pool, table: str
) -> None:
    _, other = two
    member = other.member(other.companies[-1])
    with transaction(pool, member.reach()) as tx:
        (statement,) = tx.execute("select id from statements").fetchall()
    written = SQL("insert into {} (centre_id, statement_id) values (%s, %s)")
    with (
        pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"),
        transaction(pool, member.reach()) as tx,
    ):
        tx.execute(written.format(Identifier(table)), [other.centre.id, statement["id"]])


#: Words that are not one's own, as a member's transaction might write them by mistake.
OF_OTHERS = {
    "a request by a centre that never asked": "insert into consents"
    " (id, centre_id, company_id, name, category, since)"
    " values (gen_random_uuid(), {elsewhere}, {company}, 'x', 'friend', current_date)",
    "a category at a centre that never asked": "insert into company_categories"
    " (centre_id, company_id, category, during, proof)"
    " values ({elsewhere}, {company}, 'friend', daterange(current_date, null), '')",
    "a better category": "insert into company_categories"
    " (centre_id, company_id, category, during, proof)"
    " values ({centre}, {company}, 'friend', daterange(current_date, null), '')",
    "a statement": "insert into statements (centre_id, company_id) values ({centre}, {company})",
    "a round that is drawn": "insert into application_rounds (centre_id, machine_id, seed,"
    " drawn_at) values ({centre}, {machine}, sha256(''), now())",
    "another's acceptance": "insert into accepted_terms (centre_id, person_id, version,"
    " recorded_by) values ({centre}, {manager}, '1', {person})",
    "an acceptance that another recorded": "insert into accepted_terms (centre_id, person_id,"
    " version, recorded_by) values ({centre}, {person}, '1', {manager})",
    "another's wish for freed time": "insert into freed_time_listeners (centre_id, machine_id,"
    " person_id, minutes, days) values ({centre}, {machine}, {manager}, 60, 7)",
    "another's checklist": "insert into checklist_answers (centre_id, company_id, person_id)"
    " values ({centre}, {company}, {manager})",
    "attendance": "insert into course_places (course_id, person_id, centre_id, company_id,"
    " attended, marked_at) values ({course}, {person}, {centre}, {company}, true, now())",
    "another's telephone": "insert into phone_numbers (person_id, number)"
    " values ({owner}, '01012345678')",
    "a place that no owner offers": "insert into membership_offers (id, person_id, company_id,"
    " is_owner, email, name, expires_at) values (gen_random_uuid(), {manager}, {company}, true,"
    " 'x@x', 'x', now() + interval '1 day')",
    "a share of another's booking": "insert into booking_shares (centre_id, booker_id, company_id,"
    " booking_id, asked_by) values ({centre}, {company}, {other}, gen_random_uuid(), {person})",
    "another company's consent": "insert into booking_share_answers (centre_id, booker_id,"
    " company_id, answer, answered_by) values ({centre}, {company}, {other}, 'consent', {person})",
    "a consent in another's name": "insert into booking_share_answers (centre_id, booker_id,"
    " company_id, answer, answered_by) values ({centre}, {other}, {company}, 'consent', {owner})",
    "another company's waiting": "insert into course_waiting (course_id, centre_id, person_id,"
    " company_id) values ({course}, {centre}, {person}, {other})",
}


@pytest.mark.parametrize("written", OF_OTHERS)
def test_a_member_writes_in_nobody_elses_name(world: World, pool: Pool, written: str) -> None:
    company, other = world.company(), world.company()
    owner, member = world.member(company), world.member(company)
    statement = SQL(OF_OTHERS[written]).format(
        centre=Literal(world.centre.id),
        elsewhere=Literal(World.made(pool).centre.id),
        company=Literal(company.id),
        other=Literal(other.id),
        machine=Literal(world.machine("mill-1").id),
        course=Literal(planned(world).id),
        owner=Literal(owner.person_id),
        person=Literal(member.person_id),
        manager=Literal(world.manager.person_id),
    )
    with (
        pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"),
        transaction(pool, member.reach()) as tx,
    ):
        tx.execute(statement)


def test_an_owner_alone_decides_on_a_request_and_takes_what_was_asked(
    world: World, pool: Pool
) -> None:
    company, elsewhere = world.company(), World.made(pool).centre.id
    owner, member = world.member(company), world.member(company)
    with transaction(pool, SYSTEM) as tx:
        tx.execute(
            """
            insert into consents (id, centre_id, company_id, name, category, since)
            values (gen_random_uuid(), %s, %s, 'x', 'general', current_date)
            """,
            [elsewhere, company.id],
        )
    decide = (
        "update consents set decided_at = clock_timestamp(), decided_by = %s, is_given = true"
        " where centre_id = %s"
    )
    take = (
        "insert into company_categories (centre_id, company_id, category, during, proof)"
        " values (%s, %s, %s, daterange(current_date, null), '')"
    )
    changed = "update consents set category = 'friend' where centre_id = %s"
    for caller, statement, given in (
        (member, decide, [member.person_id, elsewhere]),
        (member, decide, [owner.person_id, elsewhere]),
        (owner, changed, [elsewhere]),
        (owner, take, [elsewhere, company.id, "general"]),
    ):
        with (
            pytest.raises(psycopg.errors.InsufficientPrivilege),
            transaction(pool, caller.reach()) as tx,
        ):
            tx.execute(statement, given)
    with transaction(pool, owner.reach()) as tx:
        tx.execute(decide, [owner.person_id, elsewhere])
        with pytest.raises(psycopg.errors.InsufficientPrivilege), tx.transaction():
            tx.execute(take, [elsewhere, company.id, "friend"])
        tx.execute(take, [elsewhere, company.id, "general"])


def test_a_reading_and_an_objection_are_their_own_persons(
    two: tuple[World, World], pool: Pool
) -> None:
    _, other = two
    company = other.companies[-1]
    member, colleague = other.member(company), other.member(company)
    with transaction(pool, member.reach()) as tx:
        (statement,) = tx.execute("select id from statements").fetchall()
    given = statement["id"], other.centre.id, company.id
    reading = (
        "insert into statement_readings (statement_id, centre_id, company_id, person_id, first_at)"
        " values (%s, %s, %s, %s, now())"
    )
    for person in (colleague, other.manager):
        with (
            pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"),
            transaction(pool, member.reach()) as tx,
        ):
            tx.execute(reading, [*given, person.person_id])
    with (
        pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"),
        transaction(pool, member.reach()) as tx,
    ):
        tx.execute(
            "insert into objections (statement_id, centre_id, raised_by) values (%s, %s, %s)",
            [statement["id"], other.centre.id, colleague.person_id],
        )
    with transaction(pool, member.reach()) as tx:
        tx.execute(reading, [*given, member.person_id])


def test_a_seed_is_of_the_digest_that_its_round_has_published(world: World, pool: Pool) -> None:
    machine, member = world.machine("mill-1"), world.member(world.company())
    opened = new_id()
    with transaction(pool, member.reach()) as tx:
        tx.execute(
            """
            insert into application_rounds (
                id, centre_id, machine_id, month, during, ordering, seed_digest, committed_at
            )
            values (%s, %s, %s, '2030-01', tstzrange(now(), now() + interval '1 day'), '{lot}',
                sha256(%s), now())
            """,
            [opened, world.centre.id, machine.id, b"s" * 32],
        )
    seed = "insert into application_seeds (round_id, centre_id, seed) values (%s, %s, %s)"
    drawn = (
        "update application_rounds set seed = %s, drawn_at = now() + interval '2 days'"
        " where id = %s"
    )
    for statement, given in (
        (seed, [opened, world.centre.id, b"t" * 32]),
        (drawn, [b"s" * 32, opened]),
    ):
        with (
            pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"),
            transaction(pool, member.reach()) as tx,
        ):
            tx.execute(statement, given)
    with transaction(pool, member.reach()) as tx:
        tx.execute(seed, [opened, world.centre.id, b"s" * 32])


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
