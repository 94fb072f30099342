"""Exclusions of a device's messages."""

from __future__ import annotations

from alembic import op

from gadong.migrations import sql

revision = "0032_set_aside"
down_revision = "0031_second_factor"


def upgrade() -> None:
    """Run 0032_set_aside.up.sql."""
    op.execute(sql(f"{revision}.up.sql"))


def downgrade() -> None:
    """Run 0032_set_aside.down.sql."""
    op.execute(sql(f"{revision}.down.sql"))
