"""That a job began or ended, told once."""

from __future__ import annotations

from alembic import op

from gadong.migrations import sql

revision = "0009_job_events"
down_revision = "0008_inbox"


def upgrade() -> None:
    """Run 0009_job_events.up.sql."""
    op.execute(sql(f"{revision}.up.sql"))


def downgrade() -> None:
    """Run 0009_job_events.down.sql."""
    op.execute(sql(f"{revision}.down.sql"))
