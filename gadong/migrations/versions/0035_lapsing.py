"""Reminders of qualifications that lapse."""

from __future__ import annotations

from alembic import op

from gadong.migrations import sql

revision = "0035_lapsing"
down_revision = "0034_ways_in"


def upgrade() -> None:
    """Run 0035_lapsing.up.sql."""
    op.execute(sql(f"{revision}.up.sql"))


def downgrade() -> None:
    """Run 0035_lapsing.down.sql."""
    op.execute(sql(f"{revision}.down.sql"))
