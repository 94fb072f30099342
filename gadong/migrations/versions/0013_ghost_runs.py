"""Ghost runs that managers were told of."""

from __future__ import annotations

from alembic import op

from gadong.migrations import sql

revision = "0013_ghost_runs"
down_revision = "0012_booking_life"


def upgrade() -> None:
    """Run 0013_ghost_runs.up.sql."""
    op.execute(sql(f"{revision}.up.sql"))


def downgrade() -> None:
    """Run 0013_ghost_runs.down.sql."""
    op.execute(sql(f"{revision}.down.sql"))
