"""Mail and webhooks."""

from __future__ import annotations

from alembic import op

from gadong.migrations import sql

revision = "0014_deliveries"
down_revision = "0013_ghost_runs"


def upgrade() -> None:
    """Run 0014_deliveries.up.sql."""
    op.execute(sql(f"{revision}.up.sql"))


def downgrade() -> None:
    """Run 0014_deliveries.down.sql."""
    op.execute(sql(f"{revision}.down.sql"))
