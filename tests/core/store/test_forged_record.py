"""Nobody forges the record: not with the programs' own login, and not unseen with the owner's."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from psycopg import sql

from gadong import migrations
from gadong.core.database import Pool, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.ids import new_id
from gadong.dialects.domain.signal import Channel
from gadong.machines.domain.device_account import DeviceAccount
from gadong.machines.services import ingestion
from gadong.metering.services import metering, run_verification
from gadong.operations.services import audit_export
from gadong.people.services import accounts
from gadong.people.services.accounts import OPERATOR
from tests.support.metering.metering import message
from tests.support.world import World

NOW = datetime.now(UTC)
#: Tables that programs write and that are on no record, each with its reason. A new table is on
#: record or here.
UNRECORDED = {
    # Machines' own words, and what follows from them: read again from signals (gadong audit verify,
    # gadong verify).
    "handovers": "which session heard a device",
    "jobs": "follows from signals",
    "job_events": "follows from signals",
    "known_runs": "follows from signals; who verifies reads the signals",
    "late_words": "follows from messages, never changed",
    "listening": "since when a session hears",
    "live_states": "follows from signals",
    "message_keys": "which messages are known",
    "messages": "machines' own words, never changed",
    "derivation_marks": "which runs are due",
    "metering_marks": "the marks of the previous release's programs, copied at once",
    "outages": "when nobody listened, never changed",
    "relay_positions": "which messages of a relay are known",
    "runs": "follows from signals: gadong audit verify reads them again",
    "sequence_positions": "which messages are known",
    "signal_parts": "which parts a source names",
    "signals": "machines' own words, never changed",
    "source_channels": "which source reads which channel; sources are on record",
    "source_noise": "how often a source said what means nothing",
    "statement_evidence": "a copy that gadong verify compares, never changed",
    "statement_series": "the last link of a chain that gadong verify follows",
    # The record is read by auditors, and a seed is secret until its draw reveals it in the round.
    "application_seeds": "never changed; the round on record has its digest",
    # Of bookings and statements that are on record themselves.
    "assistances": "of bookings; who is given another technician is an event of theirs",
    "booking_events": "of bookings, never changed",
    "equipment_holds": "of bookings; it follows their time and state",
    "booking_remarks": "words",
    "commission_events": "of commissions, never changed",
    "commission_files": "files, never changed; the handing over on record has a report's digest",
    "commission_sample_ends": "where a sample went, never changed",
    "commission_samples": "samples and their pictures, never changed",
    "checklist_photos": "pictures, never changed",
    "limit_judgements": "up to where readings were judged; they are judged again",
    "ghost_runs_told": "that somebody was told",
    "interlock_commands": "of interlocks, never changed once settled",
    "report_months": "figures that are computed again",
    "statement_readings": "that somebody opened a statement, never changed; it opens nothing",
    "statement_remarks": "words",
    "waiting": "what somebody asks for; a booking of it is on record",
    "course_waiting": "what somebody asks for; a place of it is on record",
    # An entry would say who answered, and when; these name nobody, or are deleted.
    "satisfaction_links": "whom a request concerns, until it is answered",
    "satisfaction_requests": "scores without a name, given once and never changed",
    "satisfaction_words": "words",
    # These grant nothing by themselves.
    "contradictions_told": "that somebody was told",
    "deliveries": "letters",
    "favourite_machines": "which machines begin somebody's own list",
    "freed_time_listeners": "who is told of freed time",
    "inbox_devices": "devices that nobody has bound",
    "inbox_messages": "their last words",
    "backups": "when backups ended",
    "check_states": "what is wrong with the service, made anew each half minute",
    "clock_steps": "when the clock was set",
    "schema_range": "the oldest programs that the schema serves; migrations write it",
    "job_runs": "when the clock's work was done",
    "login_failures": "slows guessing; each refusal is on record",
    "calibration_files": "files, never changed; the register's entry on record has their digest",
    "machine_photos": "pictures",
    "notice_preferences": "what somebody is told",
    "notices": "what somebody was told",
    "outbox": "letters not posted yet",
    "push_subscriptions": "which browsers show somebody's notices; they open nothing",
    "passkey_challenges": "what an authenticator was asked; the key that answers is on record",
    "qualification_reminders": "that somebody was told",
    "quarantine": "what was not understood",
    "quarantined_messages": "likewise",
    "refusals": "the day's first is on record",
    "repeatable_requests": "answers that are given again to whoever asked",
    "sign_ons": "who is on the way back from a provider; the link that follows is on record",
}
WAYS_IN = {
    "a session becomes another's": "update credentials set person_id = {other}",
    "a session lasts longer": "update credentials set expires_at = expires_at + interval '1 year'",
    "a token may do more": "update credentials set rights = null, kind = 'token', proven_at = null",
    "a passkey becomes another's": "update passkeys set person_id = {other}",
    "a passkey has another key": "update passkeys set public_key = '\\x00'",
    "a provider's account becomes another's": "update identities set person_id = {other}",
    "a device may publish more": "update device_accounts set publishes = publishes || '{{\"#\"}}'",
    "a feed shows another's": "update feeds set person_id = {other}",
    "codes are asked for no more": "update second_factors set since = null",
    "a recovery code is another": "update recovery_codes set digest = '\\x01'",
    "a mailed link is another's": "update recovery_links set person_id = {other}",
    "a password is another": "update people set password_hash = '!x' where id = {person}",
    "somebody administers": "update people set is_administrator = true where id = {person}",
}


@pytest.fixture
def person(world: World, pool: Pool) -> str:
    """The manager, who has one of every way in."""
    who = world.manager.person_id
    world.device(f"{world.centre.slug}/one")
    accounts.open_session(pool, who, now=NOW)
    with transaction(pool, SYSTEM) as tx:
        for statement in (
            (
                "insert into passkeys (id, person_id, name, public_key, sign_count) values "
                "('\\x07', "
                "%s, 'x', '\\x01', 0)"
            ),
            "insert into identities (issuer, subject, person_id) values ('https://x', 'x', %s)",
            "insert into second_factors (person_id, generation, since) values (%s, 1, now())",
            "insert into recovery_codes (person_id, digest) values (%s, '\\x07')",
            (
                "insert into recovery_links (digest, person_id, expires_at) values ('\\x07', "
                "%s, now())"
            ),
            "insert into feeds (id, person_id, digest) values (gen_random_uuid(), %s, '\\x07')",
        ):
            tx.execute(statement.encode(), [who])
    return str(who)


@pytest.fixture
def programs(programs_url: str, world: World) -> Iterator[psycopg.Connection]:
    """A connection by the programs' own login, as the role that sees everything."""
    assert world.manager_email
    with psycopg.connect(programs_url) as opened:
        opened.execute("set role gadong_system")
        yield opened
        opened.rollback()


def written(statement: str, person: str, other: str) -> sql.Composed:
    """Fill in the two people."""
    return sql.SQL(statement).format(person=sql.Literal(person), other=sql.Literal(other))


@pytest.mark.parametrize("way", WAYS_IN)
def test_a_way_in_that_is_changed_is_on_record(
    way: str, person: str, programs: psycopg.Connection, world: World, pool: Pool
) -> None:
    other = str(world.member(world.company()).person_id)
    before, wrong = audit_export.verify(pool, OPERATOR)
    assert wrong == []
    changed = programs.execute(written(WAYS_IN[way], person, other))
    assert changed.rowcount > 0
    programs.commit()
    after, wrong = audit_export.verify(pool, OPERATOR)
    assert (after.number - before.number, wrong) == (changed.rowcount, [])


@pytest.mark.parametrize("way", WAYS_IN)
def test_a_way_in_that_is_changed_around_the_record_is_seen(
    way: str, person: str, world: World, pool: Pool
) -> None:
    other = str(world.member(world.company()).person_id)
    statement = WAYS_IN[way]
    with psycopg.connect(str(pool.conninfo)) as owner:
        owner.execute("set session_replication_role = replica")  # no trigger fires
        assert owner.execute(written(statement, person, other)).rowcount > 0
    _, wrong = audit_export.verify(pool, OPERATOR)
    assert wrong
    table = statement.split()[1]
    assert any("not as the record left it" in line for line in wrong)
    assert all(line.startswith(table) for line in wrong)


def test_a_row_that_is_taken_away_around_the_record_is_seen(
    person: str, world: World, pool: Pool
) -> None:
    with psycopg.connect(str(pool.conninfo)) as owner:
        owner.execute("set session_replication_role = replica")
        owner.execute("delete from passkeys")
        owner.execute("delete from check_ins")
    assert audit_export.verify(pool, OPERATOR)[1] == [
        "passkeys \\x07 is gone, and the record does not say who removed it"
    ]


def test_what_only_says_that_it_was_used_is_no_entry(
    person: str, programs: psycopg.Connection, pool: Pool
) -> None:
    before, _ = audit_export.verify(pool, OPERATOR)
    for used in (
        "update credentials set last_used_at = now() + interval '1 minute'",
        "update passkeys set sign_count = sign_count + 1, last_used_at = now()",
        "update identities set last_used_at = now()",
        "update second_factors set last_step = last_step + 1",
        "update device_accounts set applied_at = now()",
    ):
        assert programs.execute(used.encode()).rowcount > 0
    programs.commit()
    assert audit_export.verify(pool, OPERATOR) == (before, [])


@pytest.mark.parametrize(
    "forgery",
    [
        "create temporary table people (id uuid)",
        "create table people2 (id uuid)",
        "create trigger x after insert on people for each row execute function audit_row()",
        "select audit_append(null)",
        "select audit_seal()",
        "insert into audit_entries select * from audit_entries",
        "update audit_head set number = 0",
        "update alembic_version set version_num = '0001_people'",
        "set session_replication_role = replica",
        "alter table people disable trigger user",
        "truncate people cascade",
    ],
)
def test_the_programs_login_reaches_no_forgery(forgery: str, programs: psycopg.Connection) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        programs.execute(forgery.encode())


def test_a_staged_batch_takes_no_trigger(programs: psycopg.Connection) -> None:
    programs.execute("select stage_incoming()")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        programs.execute(
            "create trigger x after insert on incoming_messages for each row execute function "
            "audit_row()"
        )


@pytest.mark.parametrize("action", ["made", "removed", "read", "sealed"])
def test_a_service_says_refusals_and_reasons_alone(
    action: str, programs: psycopg.Connection
) -> None:
    with pytest.raises(psycopg.errors.CheckViolation):
        programs.execute("select audit_say(%s, 'people', 'x', '')", [action])


@pytest.mark.parametrize(
    ("opened", "shut", "words"),
    [
        (
            "grant temporary on database {database} to public",
            "revoke temporary on database {database} from public",
            "everybody may make temporary tables",
        ),
        (
            "grant execute on function audit_row() to public",
            "revoke execute on function audit_row() from public",
            "everybody may execute audit_row()",
        ),
        (
            "alter table passkeys disable trigger passkeys_audited",
            "alter table passkeys enable trigger passkeys_audited",
            "the trigger passkeys_audited is switched off",
        ),
    ],
)
def test_verifying_names_what_would_let_somebody_forge(
    opened: str, shut: str, words: str, world: World, pool: Pool
) -> None:
    assert audit_export.verify(pool, OPERATOR)[1] == []
    with psycopg.connect(str(pool.conninfo), autocommit=True) as owner:
        database = sql.Identifier(owner.info.dbname)
        owner.execute(sql.SQL(opened).format(database=database))
        assert audit_export.verify(pool, OPERATOR)[1] == [words]
        owner.execute(sql.SQL(shut).format(database=database))
    assert audit_export.verify(pool, OPERATOR)[1] == []


def test_migrating_closes_what_a_restored_database_has_lost(database_url: str) -> None:
    def open_to_all(owner: psycopg.Connection) -> tuple[object, ...] | None:
        return owner.execute(
            "select has_database_privilege('public', current_database(), 'temporary'),"
            " has_function_privilege('public', 'audit_row()', 'execute')"
        ).fetchone()

    with psycopg.connect(database_url, autocommit=True) as owner:
        database = sql.Identifier(owner.info.dbname)
        owner.execute(sql.SQL("grant temporary on database {} to public").format(database))
        owner.execute("grant execute on function audit_row() to public")
        assert open_to_all(owner) == (True, True)
    migrations.upgrade(database_url)
    with psycopg.connect(database_url) as owner:
        assert open_to_all(owner) == (False, False)


def test_every_table_is_on_record_or_named(database_url: str) -> None:
    with psycopg.connect(database_url) as owner:
        writable = {
            row[0]
            for row in owner.execute(
                "select relname from pg_class where relnamespace = 'public'::regnamespace and "
                "relkind in ('r', 'p')"
                " and has_table_privilege('gadong_system', oid, 'insert, update, delete')"
            )
        }
        recorded = {
            row[0]
            for row in owner.execute(
                "select c.relname from pg_trigger t join pg_class c on c.oid = t.tgrelid"
                # 4 is insert, 16 is update; of facts that nobody may change the insert is all there
                # is.
                " where t.tgfoid = 'audit_row'::regproc and (t.tgtype & 4) = 4 and ((t.tgtype & "
                "16) = 16"
                " or not has_table_privilege('gadong_system', c.oid, 'update, delete'))"
            )
        }
    assert writable - recorded == set(UNRECORDED)


def test_runs_that_are_turned_to_idle_are_seen(
    programs: psycopg.Connection, world: World, pool: Pool
) -> None:
    machine = world.machine("mill-1")
    source = world.source(machine)
    start = (NOW - timedelta(days=3)).replace(microsecond=0)
    words = ((0, "running"), (40, "idle"), (90, "running"), (120, "idle"))
    said = [
        message(source, start + timedelta(minutes=m), Channel.ACTIVITY, word) for m, word in words
    ]
    ingestion.commit(pool, world.centre.id, said, [])
    metering.catch_up(pool)
    assert run_verification.adrift(pool, OPERATOR, now=datetime.now(UTC)) == []
    changed = programs.execute(
        "update runs set state = 'idle' where state = 'running' and upper(during) < now()"
    )
    assert changed.rowcount == 2
    programs.commit()
    (line,) = run_verification.adrift(pool, OPERATOR, now=datetime.now(UTC))
    assert line == (
        f"the runs of machine {machine.id} are not those that its signals give, from "
        f"{start.isoformat()} on"
    )
    metering.rebuild(pool, OPERATOR, machine)
    assert run_verification.adrift(pool, OPERATOR, now=datetime.now(UTC)) == []


def test_a_devices_account_is_the_record_of_its_topics(world: World, pool: Pool) -> None:
    made: DeviceAccount = world.device(f"{world.centre.slug}/two", name=f"x{new_id().hex[:4]}")
    entry = audit_export.page(pool, world.manager, world.centre.id)[0]
    assert (entry.action, entry.what, entry.which) == ("made", "device_accounts", str(made.id))
