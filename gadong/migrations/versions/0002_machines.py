"""Machines, their sources, and what the sources said."""

from __future__ import annotations

from alembic import op

from gadong.migrations import sql

revision = "0002_machines"
down_revision = "0001_people"


def upgrade() -> None:
    """Run 0002_machines.up.sql."""
    op.execute(sql(f"{revision}.up.sql"))


def downgrade() -> None:
    """Run 0002_machines.down.sql."""
    op.execute(sql(f"{revision}.down.sql"))
