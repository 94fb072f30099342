"""Interlocks, which keep a machine from being started without a right to it."""

from __future__ import annotations

from alembic import op

from gadong.migrations import sql

revision = "0017_interlocks"
down_revision = "0016_freed_time"


def upgrade() -> None:
    """Run 0017_interlocks.up.sql."""
    op.execute(sql(f"{revision}.up.sql"))


def downgrade() -> None:
    """Run 0017_interlocks.down.sql."""
    op.execute(sql(f"{revision}.down.sql"))
