"""The rule book's settings, stops and accepted terms."""

from __future__ import annotations

from alembic import op

from gadong.migrations import sql

revision = "0011_rulebook"
down_revision = "0010_feeds"


def upgrade() -> None:
    """Run 0011_rulebook.up.sql."""
    op.execute(sql(f"{revision}.up.sql"))


def downgrade() -> None:
    """Run 0011_rulebook.down.sql."""
    op.execute(sql(f"{revision}.down.sql"))
