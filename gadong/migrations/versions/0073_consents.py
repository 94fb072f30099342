"""Consents of companies to be served, and offers to accounts that exist."""

from __future__ import annotations

from alembic import op

from gadong.migrations import sql

revision = "0073_consents"
down_revision = "0072_schema_range"


def upgrade() -> None:
    """Run 0073_consents.up.sql."""
    op.execute(sql(f"{revision}.up.sql"))


def downgrade() -> None:
    """Run 0073_consents.down.sql."""
    op.execute(sql(f"{revision}.down.sql"))
