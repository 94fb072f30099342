"""Void statements, corrections, and tax invoices."""

from __future__ import annotations

from alembic import op

from gadong.migrations import sql

revision = "0021_corrections"
down_revision = "0020_rulings"


def upgrade() -> None:
    """Run 0021_corrections.up.sql."""
    op.execute(sql(f"{revision}.up.sql"))


def downgrade() -> None:
    """Run 0021_corrections.down.sql."""
    op.execute(sql(f"{revision}.down.sql"))
