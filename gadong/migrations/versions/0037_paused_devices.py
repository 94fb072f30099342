"""Devices that rest for having sent too much."""

from __future__ import annotations

from alembic import op

from gadong.migrations import sql

revision = "0037_paused_devices"
down_revision = "0036_heard_sources"


def upgrade() -> None:
    """Run 0037_paused_devices.up.sql."""
    op.execute(sql(f"{revision}.up.sql"))


def downgrade() -> None:
    """Run 0037_paused_devices.down.sql."""
    op.execute(sql(f"{revision}.down.sql"))
