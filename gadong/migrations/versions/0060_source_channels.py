"""One device serves several machines, each by channels of its own."""

from __future__ import annotations

from alembic import op

from gadong.migrations import sql

revision = "0060_source_channels"
down_revision = "0059_confirmed_by_time"


def upgrade() -> None:
    """Run 0060_source_channels.up.sql."""
    op.execute(sql(f"{revision}.up.sql"))


def downgrade() -> None:
    """Run 0060_source_channels.down.sql."""
    op.execute(sql(f"{revision}.down.sql"))
