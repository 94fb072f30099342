"""Runs that the machine's own evidence contradicts, and the late words that may do it."""

from __future__ import annotations

from alembic import op

from gadong.migrations import sql

revision = "0061_contradicted"
down_revision = "0060_source_channels"


def upgrade() -> None:
    """Run 0061_contradicted.up.sql."""
    op.execute(sql(f"{revision}.up.sql"))


def downgrade() -> None:
    """Run 0061_contradicted.down.sql."""
    op.execute(sql(f"{revision}.down.sql"))
