"""Subscriptions to freed time."""

from __future__ import annotations

from alembic import op

from gadong.migrations import sql

revision = "0016_freed_time"
down_revision = "0015_abilities"


def upgrade() -> None:
    """Run 0016_freed_time.up.sql."""
    op.execute(sql(f"{revision}.up.sql"))


def downgrade() -> None:
    """Run 0016_freed_time.down.sql."""
    op.execute(sql(f"{revision}.down.sql"))
