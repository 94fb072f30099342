"""Amounts that nobody expects to be paid any more."""

from __future__ import annotations

from alembic import op

from gadong.migrations import sql

revision = "0045_written_off"
down_revision = "0044_usage_modes"


def upgrade() -> None:
    """Run 0045_written_off.up.sql."""
    op.execute(sql(f"{revision}.up.sql"))


def downgrade() -> None:
    """Run 0045_written_off.down.sql."""
    op.execute(sql(f"{revision}.down.sql"))
