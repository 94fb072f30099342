"""An index that finds late records in any length of history."""

from __future__ import annotations

from alembic import op

from gadong.migrations import sql

revision = "0047_late_words"
down_revision = "0046_job_log"


def upgrade() -> None:
    """Run 0047_late_words.up.sql."""
    op.execute(sql(f"{revision}.up.sql"))


def downgrade() -> None:
    """Run 0047_late_words.down.sql."""
    op.execute(sql(f"{revision}.down.sql"))
