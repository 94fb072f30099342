"""Offers, requests that wait, and time that is freed."""

from __future__ import annotations

from alembic import op

from gadong.migrations import sql

revision = "0012_booking_life"
down_revision = "0011_rulebook"


def upgrade() -> None:
    """Run 0012_booking_life.up.sql."""
    op.execute(sql(f"{revision}.up.sql"))


def downgrade() -> None:
    """Run 0012_booking_life.down.sql."""
    op.execute(sql(f"{revision}.down.sql"))
