"""`/readyz` beside a database of another version."""

from __future__ import annotations

from datetime import UTC, datetime

from gadong.core.database import Pool, transaction
from gadong.core.domain.access import SYSTEM
from gadong.migrations import revisions
from gadong.operations.services import health


def migrations(pool: Pool, revision: str) -> tuple[bool, str]:
    """Return the state of the migrations, as a program of the revision sees it."""
    found = health.parts(pool, revision=revision, now=datetime.now(UTC))
    return next((p.is_ready, p.detail) for p in found if p.name == "migrations")


def test_a_program_goes_on_beside_a_newer_schema_that_serves_it(pool: Pool) -> None:
    before, newest = revisions()[-2:]
    with transaction(pool, SYSTEM) as tx:
        tx.execute("update schema_range set oldest = %s", [before])
    assert migrations(pool, before) == (True, "")
    with transaction(pool, SYSTEM) as tx:
        tx.execute("update schema_range set oldest = %s", [newest])
    is_ready, reason = migrations(pool, before)
    assert not is_ready
    assert f"serves programs of {newest} or newer" in reason


def test_a_program_that_is_newer_than_the_schema_asks_for_the_migration(pool: Pool) -> None:
    found = health.parts(pool, revision="9999_future", now=datetime.now(UTC))
    assert [(part.name, part.is_ready) for part in found] == [
        ("database", True),
        ("migrations", False),
    ]
    assert "gadong migrate" in found[1].detail
