"""Alembic as the runner of numbered, hand-written SQL.

Nothing else in Gadong imports Alembic or SQLAlchemy.
"""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy.engine import make_url

HERE = Path(__file__).parent


def upgrade(database_url: str, revision: str = "head") -> None:
    """Bring the database to the revision."""
    command.upgrade(_config(database_url), revision)


def downgrade(database_url: str, revision: str) -> None:
    """Take the database back to the revision; `base` is the empty database."""
    command.downgrade(_config(database_url), revision)


def revisions() -> list[str]:
    """All revisions, the oldest first."""
    scripts = ScriptDirectory.from_config(_config("postgresql://nobody@localhost/none"))
    return [script.revision for script in scripts.walk_revisions()][::-1]


def sql(name: str) -> str:
    """The text of one SQL file beside the revisions."""
    return (HERE / "sql" / name).read_text(encoding="utf-8")


def _config(database_url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.set_main_option("path_separator", "os")
    url = make_url(database_url).set(drivername="postgresql+psycopg")
    config.attributes["url"] = url
    return config
