"""Bookings that cannot overlap, and who was there."""

from __future__ import annotations

from alembic import op

from gadong.migrations import sql

revision = "0004_bookings"
down_revision = "0003_metering"


def upgrade() -> None:
    """Run 0004_bookings.up.sql."""
    op.execute(sql(f"{revision}.up.sql"))


def downgrade() -> None:
    """Run 0004_bookings.down.sql."""
    op.execute(sql(f"{revision}.down.sql"))
