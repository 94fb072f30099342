"""A centre is backed up and, on an empty place, is there again by one command."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from deploy.stack.servers import write_inside
from tests.support.operations.computer import PASSPHRASE, Computer, set_up

pytestmark = pytest.mark.servers


@pytest.fixture(scope="module")
def computer() -> Iterator[Computer]:
    with set_up() as made:
        yield made


def test_a_lost_computer_is_back_by_one_command(computer: Computer) -> None:
    first = computer.gadong("backup", "--trial")
    assert first.returncode == 0, first.stderr
    assert first.stdout.startswith("full backup ")
    assert "restored and verified" in first.stdout
    assert not (computer.root / f"{computer.postgres.data}-trial".lstrip("/")).exists()
    # Rows written after the backup are in the log that was handed over.
    with psycopg.connect(computer.postgres.url) as connection:
        connection.execute("update people set name = '백업 뒤에 바뀐 이름' where name = '관리자'")
    second = computer.gadong("backup")
    assert second.stdout.startswith("incr backup "), second.stderr
    before = computer.rows()
    computer.lose()
    opening = {"GADONG_BACKUP_PASSPHRASE": PASSPHRASE}
    where = (f"{computer.home}/disk", "--root", str(computer.root))
    locked = computer.gadong("restore", *where, GADONG_BACKUP_PASSPHRASE="another-passphrase")
    assert locked.returncode == 1
    assert "restore the files" in locked.stderr
    back = computer.gadong("restore", *where, **opening)
    assert back.returncode == 0, back.stderr
    assert "verified in" in back.stdout
    assert computer.rows() == before
    key = computer.root / f"{computer.home}/tls/authority.key".lstrip("/")
    assert key.read_text() == "a key\n"
    assert key.stat().st_mode & 0o777 == 0o600
    write_inside(computer.root, f"{computer.home}/tls/authority.key", "another key\n", mode="600")
    again = computer.gadong("restore", *where, **opening)
    assert again.returncode == 1
    assert "there is a cluster in" in again.stderr
    assert key.read_text() == "another key\n"
    write_inside(computer.root, f"{computer.home}/tls/authority.key", "a key\n", mode="600")
    # The restored computer goes on with its backups.
    after = computer.gadong("backup", "--trial")
    assert after.returncode == 0, after.stderr
    with psycopg.connect(computer.postgres.url) as connection:
        kinds = connection.execute(
            "select kind, outcome, count(*) from backups group by 1, 2 order by 1"
        ).fetchall()
    # The row of a backup is written after it: the second one's own is not in it.
    assert kinds == [("backup", "done", 2), ("trial", "done", 2)]


def test_nothing_in_a_backup_can_be_read_without_the_passphrase(computer: Computer) -> None:
    computer.gadong("backup")
    disk = computer.root / f"{computer.home}/disk".lstrip("/")
    words = [b"r4nd0m-enough-for-a-test", b"a key\n", PASSPHRASE.encode()]
    read = 0
    for file in disk.rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            read += len(content)
            assert not [word for word in words if word in content], file
    assert read > 1_000_000


def test_a_backup_of_forged_rows_fails_its_trial(computer: Computer) -> None:
    with psycopg.connect(computer.postgres.url) as connection:
        connection.execute("set session_replication_role = replica")
        connection.execute("delete from audit_entries where number = 3")
    done = computer.gadong("backup", "--trial")
    assert done.returncode == 1
    assert "the restored backup is wrong" in done.stderr
    with psycopg.connect(computer.postgres.url) as connection:
        last = connection.execute(
            "select kind, outcome from backups order by number desc limit 1"
        ).fetchone()
    assert last == ("trial", "failed")


def test_a_file_that_is_missing_is_said(computer: Computer) -> None:
    changed = {**computer.environment, "GADONG_BACKUP_FILES": f"{computer.home}/nowhere"}
    done = computer.gadong("backup", **changed)
    assert done.returncode == 1
    assert "nowhere" in done.stderr


def test_a_backup_without_the_archive_on_record_does_not_count(computer: Computer) -> None:
    file = f"{computer.home}/archive/2026-01-signals-1.parquet"
    with psycopg.connect(computer.postgres.url) as connection:
        connection.execute(
            "insert into archived_months (id, centre_id, month, kind, part, since, until,"
            " recorded_from, recorded_before, file, digest, bytes, rows)"
            " select gen_random_uuid(), id, '2026-01', 'signals', 1, '2026-01-01', '2026-02-01',"
            " '1970-01-01', '2026-03-01', %s, sha256('rows'), 4, 1 from centres limit 1",
            [file],
        )
    outcomes: list[str] = []
    for content in (None, "rows"):
        if content:
            computer.root.joinpath(file.lstrip("/")).parent.mkdir()
            write_inside(computer.root, file, content, mode="600")
        done = computer.gadong("backup")
        assert (file in done.stderr) is (done.returncode != 0)
        with psycopg.connect(computer.postgres.url) as connection:
            last = connection.execute("select outcome from backups order by number desc limit 1")
            outcomes += last.fetchone() or ()
    assert outcomes == ["failed", "done"]


def test_another_passphrase_begins_backups_anew_elsewhere(computer: Computer) -> None:
    changed = {
        **computer.environment,
        "GADONG_BACKUP_DIRECTORY": f"{computer.home}/disk-2",
        "GADONG_BACKUP_PASSPHRASE": "another-passphrase-2",
    }
    done = computer.gadong("backup", **changed)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("full backup ")
    before = computer.gadong("backup")
    assert before.returncode == 0, before.stderr


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"GADONG_BACKUP_PASSPHRASE": "x" * 15}, "16 random characters"),
        ({"GADONG_BACKUP_DIRECTORY": ""}, "GADONG_BACKUP_DIRECTORY"),
    ],
)
def test_a_backup_that_nobody_set_up_says_what_to_set(
    computer: Computer, changed: dict[str, str], said: str
) -> None:
    done = computer.gadong("backup", **{**computer.environment, **changed})
    assert done.returncode == 1
    assert said in done.stderr
