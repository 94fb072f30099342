"""The database's migrations: numbered, hand-written SQL, found by the names of its files."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

HERE = Path(__file__).parent
UP, DOWN = ".up.sql", ".down.sql"


class BadMigrations(Exception):
    """Files of migrations that are no chain."""


def upgrade(database_url: str, revision: str = "head") -> None:
    """Bring the database to the revision."""
    from gadong.migrations import runner  # noqa: PLC0415  # a second, for one command

    runner.upgrade(database_url, revision)


def downgrade(database_url: str, revision: str) -> None:
    """Take the database back to the revision; `base` is the empty database."""
    from gadong.migrations import runner  # noqa: PLC0415  # a second, for one command

    runner.downgrade(database_url, revision)


def revisions(folder: Path = HERE / "sql") -> list[str]:
    """Return all revisions, the oldest first; raise BadMigrations for files that are no chain.

    Two of one number were written at once, and a file without its other direction was forgotten.
    """
    names = {path.name for path in folder.glob("*.sql")}
    found = sorted(name.removesuffix(UP) for name in names if name.endswith(UP))
    if lonely := names - {f"{name}{way}" for name in found for way in (UP, DOWN)}:
        raise BadMigrations(f"without its .up.sql: {sorted(lonely)}")
    if halves := [name for name in found if f"{name}{DOWN}" not in names]:
        raise BadMigrations(f"without its .down.sql: {halves}")
    numbers = Counter(name.partition("_")[0] for name in found)
    if twins := [number for number, times in numbers.items() if times > 1]:
        raise BadMigrations(f"two migrations of one number: {twins}; give the later one the next")
    return found
