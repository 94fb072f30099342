"""Steps of the clock are on record."""

from __future__ import annotations

from alembic import op

from gadong.migrations import sql

revision = "0071_clock_steps"
down_revision = "0070_own_topics"


def upgrade() -> None:
    """Run 0071_clock_steps.up.sql."""
    op.execute(sql(f"{revision}.up.sql"))


def downgrade() -> None:
    """Run 0071_clock_steps.down.sql."""
    op.execute(sql(f"{revision}.down.sql"))
