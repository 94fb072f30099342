"""Policies of the tables that staff alone write."""

from __future__ import annotations

from alembic import op

from gadong.migrations import sql

revision = "0081_staff_tables"
down_revision = "0080_checks"


def upgrade() -> None:
    """Run 0081_staff_tables.up.sql."""
    op.execute(sql(f"{revision}.up.sql"))


def downgrade() -> None:
    """Run 0081_staff_tables.down.sql."""
    op.execute(sql(f"{revision}.down.sql"))
