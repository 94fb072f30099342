"""A computer whose closed months lie in files is lost, and is there again with their proof."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import pytest

from gadong.billing.services.proof import line_messages
from gadong.billing.services.statement_document import document
from gadong.booking.services import timeline
from gadong.core.database import Pool, open_pool
from gadong.core.domain.ids import MessageId
from gadong.machines.domain.archive.months import RawKind
from tests.support.billing.evidence import ran
from tests.support.operations.archive import MONTHS, in_database
from tests.support.operations.computer import PASSPHRASE, Computer, set_up
from tests.support.world import World

pytestmark = pytest.mark.servers


@contextmanager
def opened(computer: Computer) -> Iterator[Pool]:
    """Open the computer's database."""
    pool = open_pool(computer.postgres.url, size=2, name="test")
    try:
        yield pool
    finally:
        pool.close()


def said(computer: Computer, *command: str) -> str:
    """Return what a command said that ended well."""
    done = computer.gadong(*command)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_archived_months_are_back_with_their_messages_and_hold() -> None:
    with set_up(months=MONTHS) as computer:
        with opened(computer) as pool:
            world = World.made(pool)
            statement = ran(world, MONTHS + 1)
            asked = [
                MessageId(UUID(id_))
                for line in document(statement).lines
                for id_ in line.charge.trace.messages
            ]
            assert asked
            was = [timeline.message(pool, world.manager, id_) for id_ in asked]
            lines = line_messages.of_document(
                pool, world.manager, world.centre.id, document(statement)
            )
            assert "waits for a backup" in said(computer, "archive", "write")
            said(computer, "backup")
            assert " 0 chunks" not in said(computer, "archive", "write")
            assert not set(asked) & set(in_database(pool, RawKind.MESSAGES))
        assert "restored and verified" in said(computer, "backup", "--trial")
        computer.lose()
        where = (f"{computer.home}/disk", "--root", str(computer.root))
        back = computer.gadong("restore", *where, GADONG_BACKUP_PASSPHRASE=PASSPHRASE)
        assert back.returncode == 0, back.stderr
        assert f"{statement.number}" in said(computer, "verify")
        assert "holds; raw signals archived" in said(computer, "verify")
        with opened(computer) as pool:
            assert [timeline.message(pool, world.manager, id_) for id_ in asked] == was
            found = line_messages.of_document(
                pool, world.manager, world.centre.id, document(statement)
            )
            assert found == lines
            month = f"{statement.month}"
            assert "rows are back" in said(computer, "archive", "restore", world.centre.slug, month)
            assert set(asked) <= set(in_database(pool, RawKind.MESSAGES))
        assert "holds" in said(computer, "verify")


def test_a_damaged_file_of_a_month_fails_the_trial() -> None:
    with set_up(months=MONTHS) as computer:
        with opened(computer) as pool:
            ran(World.made(pool), MONTHS + 1)
        said(computer, "archive", "write")
        said(computer, "backup")
        file = next(computer.archive.resolve().rglob("*.parquet"))
        file.write_bytes(file.read_bytes()[:-1])
        trial = computer.gadong("backup", "--trial")
        assert trial.returncode == 1
        assert "is not the one that was written" in trial.stderr
