"""The schema says which programs it still serves."""

from __future__ import annotations

from alembic import op

from gadong.migrations import sql

revision = "0072_schema_range"
down_revision = "0071_clock_steps"


def upgrade() -> None:
    """Run 0072_schema_range.up.sql."""
    op.execute(sql(f"{revision}.up.sql"))


def downgrade() -> None:
    """Run 0072_schema_range.down.sql."""
    op.execute(sql(f"{revision}.down.sql"))
