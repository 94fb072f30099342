"""What is wrong with the service since when, and its backups."""

from __future__ import annotations

from alembic import op

from gadong.migrations import sql

revision = "0080_checks"
down_revision = "0079_newer_names"


def upgrade() -> None:
    """Run 0080_checks.up.sql."""
    op.execute(sql(f"{revision}.up.sql"))


def downgrade() -> None:
    """Run 0080_checks.down.sql."""
    op.execute(sql(f"{revision}.down.sql"))
