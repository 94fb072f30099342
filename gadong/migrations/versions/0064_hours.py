"""A centre changes its hours and name from a day on; holidays are a rule."""

from __future__ import annotations

from alembic import op

from gadong.migrations import sql

revision = "0064_hours"
down_revision = "0063_noise"


def upgrade() -> None:
    """Run 0064_hours.up.sql."""
    op.execute(sql(f"{revision}.up.sql"))


def downgrade() -> None:
    """Run 0064_hours.down.sql."""
    op.execute(sql(f"{revision}.down.sql"))
