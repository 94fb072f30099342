"""Technicians assist at machines."""

from __future__ import annotations

from alembic import op

from gadong.migrations import sql

revision = "0076_technicians"
down_revision = "0075_waiting_groups"


def upgrade() -> None:
    """Run 0076_technicians.up.sql."""
    op.execute(sql(f"{revision}.up.sql"))


def downgrade() -> None:
    """Run 0076_technicians.down.sql."""
    op.execute(sql(f"{revision}.down.sql"))
