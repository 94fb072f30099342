"""The list of checks over a real database: results by what is there, and since when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme
from fastapi.testclient import TestClient

from gadong.core.database import Pool, many, transaction
from gadong.core.domain.access import SYSTEM
from gadong.machines.domain.message import Rejected
from gadong.machines.services import ingestion
from gadong.operations.domain.checks import Check, CheckLevel, CheckState
from gadong.operations.services import checks
from gadong.operations.services.checks import Sights
from gadong.operations.store import checks as store
from gadong.people.services import accounts
from gadong.people.services.accounts import OPERATOR
from tests.support.page_fixtures import Visit
from tests.support.world import World

NOTHING = Sights(memory_file=Path("/nowhere"))


def state(pool: Pool, check: Check, sights: Sights = NOTHING) -> CheckState:
    """Make the checks and return one of them."""
    checks.evaluate(pool, sights)
    return next(found for found in checks.current(pool) if found.result.check is check)


def test_nobody_has_checked_before_the_scheduler_has(world: World, pool: Pool) -> None:
    (only,) = checks.current(pool)
    assert (only.result.check, only.result.level) == (Check.SCHEDULER, CheckLevel.ALARM)
    assert state(pool, Check.SCHEDULER).result.level is CheckLevel.GOOD


def test_a_level_keeps_its_beginning_until_it_changes(world: World, pool: Pool) -> None:
    first = state(pool, Check.SIGNALS)
    assert first.result.level is CheckLevel.ALARM
    assert state(pool, Check.SIGNALS).since == first.since
    ingestion.begin_listening(pool, world.centre.id, session_kept=True)
    second = state(pool, Check.SIGNALS)
    assert second.result.level is CheckLevel.GOOD
    assert second.since > first.since
    assert second.result.centre_id == world.centre.id


def test_what_the_broker_dropped_is_an_alarm_from_when_the_number_rose(
    world: World, pool: Pool
) -> None:
    ingestion.begin_listening(pool, world.centre.id, session_kept=True)
    assert state(pool, Check.DROPS).result.level is CheckLevel.GOOD
    ingestion.report_listening(pool, world.centre.id, dropped=7)
    dropped = state(pool, Check.DROPS).result
    assert (dropped.level, dropped.figures["messages"]) == (CheckLevel.ALARM, 7)
    with transaction(pool, SYSTEM) as tx:
        tx.execute("update listening set dropped_at = dropped_at - interval '8 days'")
    ingestion.report_listening(pool, world.centre.id, dropped=7)
    assert state(pool, Check.DROPS).result.level is CheckLevel.GOOD, "the number did not rise"
    ingestion.report_listening(pool, world.centre.id, dropped=0)
    assert state(pool, Check.DROPS).result.level is CheckLevel.GOOD, "the broker was started anew"
    ingestion.report_listening(pool, world.centre.id, dropped=1)
    assert state(pool, Check.DROPS).result.level is CheckLevel.ALARM


def test_what_was_set_aside_within_a_day_is_counted_by_cause(world: World, pool: Pool) -> None:
    source = world.source(world.machine("mill-1"))
    bad = [
        Rejected(
            centre_id=world.centre.id,
            source_id=source.id,
            topic="t",
            payload=b"x",
            reason=reason,
            detail="",
            received_at=datetime.now(UTC),
        )
        for reason in ("no_json", "no_json", "unknown_state")
    ]
    ingestion.commit(pool, world.centre.id, [], bad)
    found = state(pool, Check.QUARANTINE).result
    assert (found.level, found.figures["causes"]) == (CheckLevel.WARNING, 2)
    with transaction(pool, SYSTEM) as tx:
        tx.execute("update quarantine set last_at = last_at - interval '25 hours'")
    assert state(pool, Check.QUARANTINE).result.level is CheckLevel.GOOD


@pytest.mark.parametrize(
    ("minutes", "level"),
    [(9, CheckLevel.GOOD), (11, CheckLevel.WARNING), (8 * 24 * 60, CheckLevel.GOOD)],
)
def test_a_gap_is_news_after_ten_minutes_and_for_a_week(
    world: World, pool: Pool, minutes: int, level: CheckLevel
) -> None:
    source = world.source(world.machine("mill-1"))
    with transaction(pool, SYSTEM) as tx:
        tx.execute(
            "insert into sequence_positions (centre_id, machine_id, source_id, boot, upto, highest,"
            " gap_since, begun_at, said_until) values (%s, %s, %s, 'b', 3, 5, %s, now(), now())",
            [world.centre.id, source.machine_id, source.id, _ago(minutes=minutes)],
        )
    assert state(pool, Check.GAPS).result.level is level


def test_backups_and_trials_are_told_apart(world: World, pool: Pool) -> None:
    with transaction(pool, SYSTEM) as tx:
        tx.execute("update centres set created_at = now() - interval '9 days'")
    assert state(pool, Check.BACKUP).result.level is CheckLevel.ALARM
    with transaction(pool, SYSTEM) as tx:
        started = _ago(minutes=5)
        store.insert_backup(tx, kind="backup", started_at=started, outcome="done")
        store.insert_backup(tx, kind="trial", started_at=started, outcome="failed", detail="no")
    assert state(pool, Check.BACKUP).result.level is CheckLevel.GOOD
    assert state(pool, Check.TRIAL).result.level is CheckLevel.ALARM, (
        "one that failed does not count"
    )


def test_a_job_that_failed_is_named_until_it_is_done(world: World, pool: Pool) -> None:
    insert = (
        "insert into job_runs (job, slot, finished_at, outcome) values ('retention', %s, now(), %s)"
    )
    with transaction(pool, SYSTEM) as tx:
        tx.execute(insert, [_ago(minutes=2), "failed"])
    found = state(pool, Check.JOBS).result
    assert (found.level, found.figures["jobs"]) == (CheckLevel.WARNING, "retention")
    with transaction(pool, SYSTEM) as tx:
        tx.execute(insert, [_ago(minutes=1), "done"])
    assert state(pool, Check.JOBS).result.level is CheckLevel.GOOD


def test_a_mail_that_waits_for_hours_is_an_alarm(world: World, pool: Pool) -> None:
    with transaction(pool, SYSTEM) as tx:
        tx.execute(
            "insert into deliveries (id, centre_id, channel, kind, address, body, created_at)"
            " values (gen_random_uuid(), %s, 'mail', 'x', 'a@x.example', '', now() - interval "
            "'5 hours')",
            [world.centre.id],
        )
    found = state(pool, Check.MAIL).result
    assert (found.level, found.figures["waiting"], found.figures["failed"]) == (
        CheckLevel.ALARM,
        1,
        0,
    )
    with transaction(pool, SYSTEM) as tx:
        tx.execute("update deliveries set state = 'failed', due_at = now()")
    found = state(pool, Check.MAIL).result
    assert (found.level, found.figures["waiting"], found.figures["failed"]) == (
        CheckLevel.WARNING,
        0,
        1,
    )


def test_the_certificate_that_ends_first_is_watched(
    world: World, pool: Pool, tmp_path: Path
) -> None:
    authority = trustme.CA()
    files = []
    for name, days in (("late.crt", 100), ("soon.crt", 20)):
        made = authority.issue_cert("x.example", not_after=datetime.now(UTC) + timedelta(days=days))
        file = tmp_path / name
        made.cert_chain_pems[0].write_to_path(file)
        files.append(str(file))
    sights = Sights(certificates=tuple(files), memory_file=NOTHING.memory_file)
    found = state(pool, Check.CERTIFICATE, sights).result
    assert (found.level, found.figures["file"]) == (CheckLevel.WARNING, "soon.crt")
    lost = Sights(certificates=(str(tmp_path / "lost.crt"),), memory_file=NOTHING.memory_file)
    assert state(pool, Check.CERTIFICATE, lost).result.level is CheckLevel.ALARM


def test_memory_is_read_as_linux_says_it(world: World, pool: Pool, tmp_path: Path) -> None:
    file = tmp_path / "meminfo"
    file.write_text("MemTotal:  1000 kB\nMemFree:  1 kB\nMemAvailable:  90 kB\n")
    found = state(pool, Check.MEMORY, Sights(memory_file=file)).result
    assert (found.level, found.figures["percent"]) == (CheckLevel.WARNING, 9)


def test_a_check_that_is_not_made_any_more_is_forgotten(
    world: World, pool: Pool, tmp_path: Path
) -> None:
    file = tmp_path / "meminfo"
    file.write_text("MemTotal:  1000 kB\nMemAvailable:  90 kB\n")
    checks.evaluate(pool, Sights(memory_file=file))
    with transaction(pool, SYSTEM) as tx:
        tx.execute("update check_states set seen_at = now() - interval '25 hours'")
    checks.evaluate(pool, NOTHING)
    with transaction(pool, SYSTEM) as tx:
        names = {row["name"] for row in many(tx, "select name from check_states")}
    assert "memory" not in names
    assert "backup" in names


def test_readyz_shows_each_check_s_worst_level_and_names_no_centre(
    client: TestClient, world: World, pool: Pool
) -> None:
    accounts.create_centre(pool, OPERATOR, slug="elsewhere", name="다른 센터")
    ingestion.begin_listening(pool, world.centre.id, session_kept=True)
    checks.evaluate(pool, NOTHING)
    answer = client.get("/readyz")
    levels = {check["name"]: check["level"] for check in answer.json()["checks"]}
    assert levels["scheduler"] == "good"
    assert levels["signals"] == "alarm", "the other centre's is the worst"
    assert world.centre.slug not in answer.text
    assert "elsewhere" not in answer.text


def test_readyz_of_the_api_does_not_wait_for_ingest(client: TestClient) -> None:
    assert client.get("/readyz").status_code == 503, "nobody schedules in this test"
    answer = client.get("/readyz?program=api")
    assert (answer.status_code, answer.json()["is_ready"]) == (200, True)
    assert {part["name"] for part in answer.json()["parts"]} == {"database", "migrations"}
    for program in ("ingest", "scheduler"):
        expected = 200 if program == "ingest" else 503
        assert client.get(f"/readyz?program={program}").status_code == expected, program
    assert client.get("/readyz?program=x").status_code == 422


def test_the_page_says_what_is_wrong_since_when_and_what_to_do(
    visit: Visit, world: World, pool: Pool
) -> None:
    checks.evaluate(pool, NOTHING)
    client = visit(None)
    shown = client.get("/checks").text
    for words in (
        "장비에서 아무것도 수신되지 않습니다",
        "언제부터",
        "조치 방법",
        world.centre.name,
    ):
        assert words in shown
    ingestion.begin_listening(pool, world.centre.id, session_kept=True)
    checks.evaluate(pool, NOTHING)
    assert "모두 정상입니다" in client.get("/checks").text
    english = client.get("/checks", headers={"accept-language": "en"}).text
    assert "Everything works." in english


def test_the_page_is_not_for_companies(visit: Visit, world: World) -> None:
    assert visit(world.member(world.company())).get("/checks").status_code == 403


def _ago(*, minutes: int) -> datetime:
    return datetime.now(UTC) - timedelta(minutes=minutes)
