"""Parties of tax invoices, and categories as facts."""

from __future__ import annotations

from alembic import op

from gadong.migrations import sql

revision = "0022_parties"
down_revision = "0021_corrections"


def upgrade() -> None:
    """Run 0022_parties.up.sql."""
    op.execute(sql(f"{revision}.up.sql"))


def downgrade() -> None:
    """Run 0022_parties.down.sql."""
    op.execute(sql(f"{revision}.down.sql"))
