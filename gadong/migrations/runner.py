"""Alembic as the runner of the numbered, hand-written SQL of `gadong.migrations`.

Nothing else in Gadong imports Alembic or SQLAlchemy, and this module is imported where a migration
runs. The two packages take a second of processor time, a third of what `gadong --help` took.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import pairwise
from types import ModuleType
from typing import Any

from alembic import op
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import Script, ScriptDirectory
from alembic.script.revision import RevisionMap
from sqlalchemy.engine import make_url

from gadong.migrations import DOWN, HERE, UP, revisions


def upgrade(database_url: str, revision: str) -> None:
    """Bring the database to the revision."""
    scripts = _scripts()
    steps = partial(scripts._upgrade_revs, revision)  # noqa: SLF001  # as alembic.command
    _run(database_url, scripts, revision, steps)


def downgrade(database_url: str, revision: str) -> None:
    """Take the database back to the revision."""
    scripts = _scripts()
    steps = partial(scripts._downgrade_revs, revision)  # noqa: SLF001  # as alembic.command
    _run(database_url, scripts, revision, steps)


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
