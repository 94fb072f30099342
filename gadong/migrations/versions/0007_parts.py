"""A machine's parts, shared topics, how sure an edge is, and jobs."""

from __future__ import annotations

from alembic import op

from gadong.migrations import sql

revision = "0007_parts"
down_revision = "0006_clockwork"


def upgrade() -> None:
    """Run 0007_parts.up.sql."""
    op.execute(sql(f"{revision}.up.sql"))


def downgrade() -> None:
    """Run 0007_parts.down.sql."""
    op.execute(sql(f"{revision}.down.sql"))
