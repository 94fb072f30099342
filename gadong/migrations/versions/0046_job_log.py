"""The source message of a quantity."""

from __future__ import annotations

from alembic import op

from gadong.migrations import sql

revision = "0046_job_log"
down_revision = "0045_written_off"


def upgrade() -> None:
    """Run 0046_job_log.up.sql."""
    op.execute(sql(f"{revision}.up.sql"))


def downgrade() -> None:
    """Run 0046_job_log.down.sql."""
    op.execute(sql(f"{revision}.down.sql"))
