"""Usage modes of a machine, and decisions on them."""

from __future__ import annotations

from alembic import op

from gadong.migrations import sql

revision = "0044_usage_modes"
down_revision = "0043_refusals"


def upgrade() -> None:
    """Run 0044_usage_modes.up.sql."""
    op.execute(sql(f"{revision}.up.sql"))


def downgrade() -> None:
    """Run 0044_usage_modes.down.sql."""
    op.execute(sql(f"{revision}.down.sql"))
