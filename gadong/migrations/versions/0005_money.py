"""Tariffs, decisions, and statements that freeze when issued."""

from __future__ import annotations

from alembic import op

from gadong.migrations import sql

revision = "0005_money"
down_revision = "0004_bookings"


def upgrade() -> None:
    """Run 0005_money.up.sql."""
    op.execute(sql(f"{revision}.up.sql"))


def downgrade() -> None:
    """Run 0005_money.down.sql."""
    op.execute(sql(f"{revision}.down.sql"))
