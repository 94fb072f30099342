"""Derived from signals: runs and live states, with the marks of what is due."""

from __future__ import annotations

from alembic import op

from gadong.migrations import sql

revision = "0003_metering"
down_revision = "0002_machines"


def upgrade() -> None:
    """Run 0003_metering.up.sql."""
    op.execute(sql(f"{revision}.up.sql"))


def downgrade() -> None:
    """Run 0003_metering.down.sql."""
    op.execute(sql(f"{revision}.down.sql"))
