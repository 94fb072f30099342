"""Secret addresses of calendar feeds."""

from __future__ import annotations

from alembic import op

from gadong.migrations import sql

revision = "0010_feeds"
down_revision = "0009_job_events"


def upgrade() -> None:
    """Run 0010_feeds.up.sql."""
    op.execute(sql(f"{revision}.up.sql"))


def downgrade() -> None:
    """Run 0010_feeds.down.sql."""
    op.execute(sql(f"{revision}.down.sql"))
