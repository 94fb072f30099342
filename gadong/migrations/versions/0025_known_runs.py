"""Runs as they were known."""

from __future__ import annotations

from alembic import op

from gadong.migrations import sql

revision = "0025_known_runs"
down_revision = "0024_report_months"


def upgrade() -> None:
    """Run 0025_known_runs.up.sql."""
    op.execute(sql(f"{revision}.up.sql"))


def downgrade() -> None:
    """Run 0025_known_runs.down.sql."""
    op.execute(sql(f"{revision}.down.sql"))
