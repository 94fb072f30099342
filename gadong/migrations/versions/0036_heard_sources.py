"""Bindings that a session reads."""

from __future__ import annotations

from alembic import op

from gadong.migrations import sql

revision = "0036_heard_sources"
down_revision = "0035_lapsing"


def upgrade() -> None:
    """Run 0036_heard_sources.up.sql."""
    op.execute(sql(f"{revision}.up.sql"))


def downgrade() -> None:
    """Run 0036_heard_sources.down.sql."""
    op.execute(sql(f"{revision}.down.sql"))
