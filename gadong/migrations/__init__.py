"""Alembic as the runner of numbered, hand-written SQL, found by the names of its files.

Nothing else in Gadong imports Alembic or SQLAlchemy.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

from alembic import op
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import Script, ScriptDirectory
from alembic.script.revision import RevisionMap
from sqlalchemy.engine import make_url

HERE = Path(__file__).parent
UP, DOWN = ".up.sql", ".down.sql"


class BadMigrations(Exception):
    """Files of migrations that are no chain."""


def upgrade(database_url: str, revision: str = "head") -> None:
    """Bring the database to the revision."""
    scripts = _scripts()
    steps = partial(scripts._upgrade_revs, revision)  # noqa: SLF001  # as alembic.command
    _run(database_url, scripts, revision, steps)


def downgrade(database_url: str, revision: str) -> None:
    """Take the database back to the revision; `base` is the empty database."""
    scripts = _scripts()
    steps = partial(scripts._downgrade_revs, revision)  # noqa: SLF001  # as alembic.command
    _run(database_url, scripts, revision, steps)


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


def _scripts() -> ScriptDirectory:
    scripts = ScriptDirectory(str(HERE))
    scripts.revision_map = RevisionMap(_chain)
    return scripts


def _chain() -> Iterator[Script]:
    """Yield each pair of files as Alembic's script, which follows the one before."""
    for before, name in pairwise(["", *revisions()]):
        module = ModuleType(name, f"{name}{UP}")
        vars(module).update(
            down_revision=before or None,
            upgrade=partial(_execute, f"{name}{UP}"),
            downgrade=partial(_execute, f"{name}{DOWN}"),
        )
        yield Script(module, name, str(HERE / "sql" / f"{name}{UP}"))


def _execute(name: str) -> None:
    op.execute((HERE / "sql" / name).read_text(encoding="utf-8"))


def _run(
    database_url: str, scripts: ScriptDirectory, revision: str, steps: Callable[[Any], Any]
) -> None:
    config = Config()
    config.attributes["url"] = make_url(database_url).set(drivername="postgresql+psycopg")
    with EnvironmentContext(config, scripts, fn=lambda at, _: steps(at), destination_rev=revision):
        scripts.run_env()
