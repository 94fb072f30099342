"""Note when a session was last proven by its person."""

from __future__ import annotations

from alembic import op

from gadong.migrations import sql

revision = "0054_proven_sessions"
down_revision = "0053_programme_drawn"


def upgrade() -> None:
    """Run 0054_proven_sessions.up.sql."""
    op.execute(sql(f"{revision}.up.sql"))


def downgrade() -> None:
    """Run 0054_proven_sessions.down.sql."""
    op.execute(sql(f"{revision}.down.sql"))
