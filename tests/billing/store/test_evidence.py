"""Evidence: issued statements stay provable when the engine has changed and when their signals have
retired.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from gadong.billing.domain.kept_statement import Statement
from gadong.billing.services import corrections, statement_drafts
from gadong.billing.services.prices import tariff_preview
from gadong.billing.services.proof import evidence, signal_retention, verification
from gadong.billing.services.proof.dossier import opened, read
from gadong.billing.services.proof.verification import Kind
from gadong.billing.store import evidence as kept_evidence
from gadong.billing.store import statements as money
from gadong.billing.store.evidence import Origin
from gadong.booking.services.rules import rulebook
from gadong.booking.services.rules.rulebook import Level
from gadong.core.database import Pool, open_pool, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.calendar import Month
from gadong.core.domain.ids import TariffId, new_id
from gadong.core.domain.problem import Refused
from gadong.core.store import outbox
from gadong.people.services.accounts import OPERATOR
from tests.conftest import Stack, _nobody_in, named
from tests.issued.restored import restore
from tests.support.billing.evidence import ran, tampered
from tests.support.world import World, nobody_may

#: Later than every signal of the dump.
LATER = datetime(2027, 3, 1, tzinfo=UTC)
NUMBERS = ["seoul-202610-0001", "seoul-202610-0001-C01", "seoul-202610-0002", "berlin-202610-0001"]


@pytest.fixture(scope="module")
def issued_by_engine_4(stack: Stack) -> Iterator[str]:
    """A database with the statements of engine 4, migrated to the newest schema; to be cloned."""
    name = f"gadong_issued_{new_id().hex[-12:]}"
    with psycopg.connect(named(stack.database_url, "postgres"), autocommit=True) as server:
        server.execute(f"create database {name}")
        server.execute("select pg_advisory_lock(1)")
        restore(named(stack.database_url, name))
        server.execute("select pg_advisory_unlock(1)")
        server.execute(f"alter database {name} allow_connections false")
        yield name
        server.execute(f"drop database {name} with (force)")


@pytest.fixture
def old_url(stack: Stack, issued_by_engine_4: str) -> Iterator[str]:
    """A copy of that database."""
    name = f"gadong_test_{new_id().hex[-16:]}"
    with psycopg.connect(named(stack.database_url, "postgres"), autocommit=True) as server:
        _nobody_in(server, issued_by_engine_4)
        server.execute(f"create database {name} template {issued_by_engine_4}")
        yield named(stack.database_url, name)
        server.execute(f"drop database {name} with (force)")


@pytest.fixture
def old(old_url: str) -> Iterator[Pool]:
    """Connections to it."""
    opened = open_pool(old_url, size=4, name="tests")
    yield opened
    opened.close()


def gadong(url: str, *arguments: str) -> tuple[int, list[str]]:
    """The exit code of the command line, and what it printed."""
    done = subprocess.run(
        [str(Path(sys.executable).parent / "gadong"), *arguments],
        env={"GADONG_DATABASE_URL": url, "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout.splitlines()


def retire(pool: Pool, before: datetime = LATER) -> None:
    """Drop the signals from before the instant."""
    with transaction(pool, SYSTEM) as tx:
        outbox.forget_old(tx, signals_before=before)


def kinds(pool: Pool) -> list[str]:
    """Every verdict, as one word or more."""
    return [str(v).partition(";")[0] for v in verification.verify(pool, OPERATOR)]


def test_what_engine_4_issued_holds_after_the_upgrade_and_when_its_signals_are_gone(
    old_url: str, old: Pool
) -> None:
    code, lines = gadong(old_url, "verify")
    assert code == 0, lines
    assert [line.split("\t")[0] for line in lines[:-1]] == NUMBERS
    assert all("holds; made by engine 4" in line for line in lines[:-1])
    assert gadong(old_url, "evidence") == (0, ["the evidence of 3 statements was stored"])
    assert gadong(old_url, "evidence") == (0, ["the evidence of 0 statements was stored"])
    retire(old)
    code, lines = gadong(old_url, "verify")
    assert code == 0, lines
    assert all("holds; made by engine 4; raw signals retired" in line for line in lines[:-1])
    assert lines[-1] == "4 verified, 0 differ"
    assert {v.kind for v in verification.verify(old, OPERATOR)} == {Kind.OLDER}


FACTS = {
    "a price": "update tariffs set document = jsonb_set(document, '{items,0,rate_per_hour}', "
    "'\"30001\"') "
    "where document ->> 'effective_from' = '2026-01-01'",
    "a booking": "update booking_events set reason = reason || chr(46)",
    "a due day": "update statements set due_on = due_on + 1",
    "an issue instant": "update statements set issued_at = issued_at - interval '1 us' "
    "where number = 'seoul-202610-0002'",
    "a correction's issue instant": "update corrections set issued_at = issued_at + "
    "interval '1 us'",
    "a quantity": "update entries set quantity = quantity + 1 where code = 'pla'",
    "a decision": "update decisions set seconds = seconds + 1 where seconds is not null",
    "a proof": "update company_extras set name = '관외' where name = '관내'",
    "an amount on paper": "update statements set document = jsonb_set(document, "
    "'{totals,total}', '1') "
    "where number = 'seoul-202610-0001'",
    "a correction": "update corrections set document = jsonb_set(document, '{reason}', "
    "'\"다른 이유\"')",
    "a byte of the evidence": "update statement_evidence set body = set_byte(body, 40, "
    "get_byte(body, 40) # 1)",
    "how evidence came to be": "update statement_evidence set origin = 'issue'",
}


@pytest.mark.parametrize("what", FACTS)
def test_one_changed_fact_differs_when_the_signals_are_gone(
    what: str, old_url: str, old: Pool
) -> None:
    assert evidence.keep_missing(old, most=10) == 3
    retire(old)
    tampered(old_url, FACTS[what])
    code, lines = gadong(old_url, "verify")
    assert code == 1, lines
    assert any("\tdiffers; " in line for line in lines)


SIGNALS = {
    "a signal that began a run": "update signals set event_time = event_time + interval '5 "
    "minutes' "
    "where text_value = 'running' and event_time = (select min(event_time) from signals where "
    "text_value = 'running')",
    "a signal that repeats another": "update signals set uncertain_seconds = 1 where text_value = "
    "'running' "
    "and event_time = timestamptz '2026-10-05 07:25+00'",
    "a payload": 'update messages set payload = \'{"state":"runninG"}\' '
    "where received_at = timestamptz '2026-10-05 07:25+00'",
}


@pytest.mark.parametrize("what", SIGNALS)
def test_one_changed_byte_of_what_was_heard_differs(what: str, old_url: str, old: Pool) -> None:
    assert evidence.keep_missing(old, most=10) == 3
    tampered(old_url, SIGNALS[what])
    assert "differs" in kinds(old)


def test_a_word_that_no_machine_says_differs_and_stops_no_other_verification(
    old_url: str, old: Pool
) -> None:
    assert evidence.keep_missing(old, most=10) == 3
    tampered(
        old_url,
        "update signals set text_value = 'runninG' where event_time = (select min(event_time) "
        "from signals where text_value = 'running')",
    )
    code, lines = gadong(old_url, "verify")
    assert code == 1, lines
    told = [line.split("\t")[1].partition(";") for line in lines[:-1]]
    assert {kind for kind, *_ in told} == {"differs", "holds"}
    why = {rest.strip() for kind, _, rest in told if kind == "differs"}
    assert why == {"the facts cannot be read: 'runninG' is not a valid State"}


def test_what_was_changed_before_the_evidence_was_stored_differs_for_good(
    old_url: str, old: Pool
) -> None:
    tampered(old_url, SIGNALS["a signal that began a run"])
    assert "differs" in kinds(old)
    assert evidence.keep_missing(old, most=10) == 3
    assert "differs" in kinds(old)
    retire(old)
    assert "differs" in kinds(old)


def test_the_job_is_bounded_and_goes_on_where_it_stopped(old: Pool) -> None:
    assert [evidence.keep_missing(old, most=2) for _ in range(3)] == [2, 1, 0]
    with transaction(old, SYSTEM) as tx:
        found = tx.execute("select origin from statement_evidence").fetchall()
    assert [row["origin"] for row in found] == ["confirmed"] * 4


def test_signals_stay_while_an_issued_statement_has_no_evidence(old: Pool) -> None:
    with pytest.raises(psycopg.errors.RestrictViolation):
        retire(old)
    far = datetime(2036, 1, 1, tzinfo=UTC)
    # A month may rest on a machine's last word from long before it.
    for left in (3, 1):
        with transaction(old, SYSTEM) as tx:
            assert signal_retention.horizon(tx, far) is None
        assert evidence.keep_missing(old, most=2) == min(left, 2)
    with transaction(old, SYSTEM) as tx:
        assert signal_retention.horizon(tx, far) == far - timedelta(days=730)
    retire(old)


def tariff_of(world: World) -> TariffId:
    """The published tariff."""
    with transaction(world.pool, SYSTEM) as tx:
        return money.published(tx, world.centre.id)[0].id


def retired_on(pool: Pool) -> str:
    """The day before which signals were dropped."""
    with transaction(pool, SYSTEM) as tx:
        before = kept_evidence.retired_before(tx)
    assert before is not None
    return before.date().isoformat()


@pytest.mark.parametrize(("seconds", "is_refused"), [(-1, False), (0, False), (1, True)])
def test_a_month_is_computed_up_to_the_very_second_of_the_horizon(
    world: World, pool: Pool, seconds: int, is_refused: bool
) -> None:
    company = world.company()
    world.tariff(basis="booked")
    month = Month.of(datetime.now(UTC), world.centre.zone).previous
    horizon = month.period(world.centre.zone).start + timedelta(seconds=seconds)
    retire(pool, horizon)

    def draft() -> Statement:
        return statement_drafts.draft(
            pool, world.manager, centre=world.centre.id, company=company.id, month=str(month)
        )

    if not is_refused:
        assert draft().document["lines"] == []
        return
    with pytest.raises(Refused) as refused:
        draft()
    (problem,) = refused.value.problems
    assert (problem.code, problem.actual) == ("statement.retired", horizon.date().isoformat())


def test_a_statement_is_issued_with_its_evidence_and_corrected_only_while_signals_are_there(
    world: World, pool: Pool, database_url: str
) -> None:
    statement = ran(world)
    with transaction(pool, SYSTEM) as tx:
        kept = kept_evidence.find(tx, statement.id)
    assert kept is not None
    assert (kept.origin, kept.digest) == (Origin.ISSUE, statement.evidence_digest)
    dossier = read(opened(kept))
    running = [h for h in dossier.heard if h.signals == 2]
    assert {m.id for m in dossier.messages} >= {running[0].opened_by, running[0].closed_by}
    assert dossier.inputs.digest == statement.input_digest
    assert [(v.kind, v.differences) for v in verification.verify(pool, world.manager)] == [
        (Kind.HOLDS, ())
    ]
    assert corrections.propose(pool, world.manager, statement.id).difference.changes == ()
    retire(pool, datetime.now(UTC) + timedelta(days=60))
    (verdict,) = verification.verify(pool, world.manager)
    assert (verdict.kind, str(verdict)) == (Kind.RETIRED, "holds; raw signals retired")
    with pytest.raises(Refused) as refused:
        corrections.propose(pool, world.manager, statement.id)
    assert [p.code for p in refused.value.problems] == ["statement.retired"]
    with pytest.raises(Refused) as refused:
        corrections.issue(pool, world.manager, statement.id, digest="0" * 64, reason="늦은 신호")
    assert [p.code for p in refused.value.problems] == ["statement.retired"]
    another, month = world.company(), statement.month
    for ask in (
        lambda: statement_drafts.draft(
            pool, world.manager, centre=world.centre.id, company=another.id, month=month
        ),
        lambda: statement_drafts.preview(
            pool, world.manager, centre=world.centre.id, company=another.id, month=month
        ),
        lambda: statement_drafts.draft_all(pool, world.manager, world.centre.id, month),
        lambda: tariff_preview.preview(pool, world.manager, tariff_of(world), [month]),
    ):
        with pytest.raises(Refused) as refused:
            ask()
        (problem,) = refused.value.problems
        assert (problem.code, problem.actual) == ("statement.retired", retired_on(pool))
    nobody_may(pool, "delete from statement_evidence")
    nobody_may(pool, "update statement_evidence set origin = 'confirmed'")
    tampered(database_url, "update statement_evidence set body = '\\x00'")
    assert kinds(pool) == ["differs"]


def test_evidence_that_was_taken_away_is_missed(
    world: World, pool: Pool, database_url: str
) -> None:
    ran(world)
    tampered(database_url, "delete from statement_evidence")
    (verdict,) = verification.verify(pool, world.manager)
    assert "its evidence is missing" in verdict.differences


def test_retention_waits_for_open_statements_and_is_a_setting(world: World, pool: Pool) -> None:
    now = datetime.now(UTC)
    ten_years = now + timedelta(days=3650)
    with transaction(pool, SYSTEM) as tx:
        assert signal_retention.horizon(tx, now) == now - timedelta(days=730)
    level = Level(centre=world.centre.id)
    for days in (93, None):
        rulebook.change(pool, OPERATOR, level, {"signal_days": days}, effective_from=now, now=now)
        with transaction(pool, SYSTEM) as tx:
            wanted = None if days is None else ten_years - timedelta(days=days)
            assert signal_retention.horizon(tx, ten_years) == wanted
    rulebook.change(
        pool, OPERATOR, level, {"signal_days": 93}, effective_from=now, now=datetime.now(UTC)
    )
    machine, company = world.machine("mill-1"), world.company()
    world.tariff(basis="booked")
    start = Month.of(now, world.centre.zone).previous.period(world.centre.zone).start
    world.booked(machine, company, start + timedelta(days=3))
    month = str(Month.of(start, world.centre.zone))
    statement_drafts.draft(
        pool, world.manager, centre=world.centre.id, company=company.id, month=month
    )
    with transaction(pool, SYSTEM) as tx:
        assert signal_retention.horizon(tx, ten_years) == start - timedelta(days=31)
