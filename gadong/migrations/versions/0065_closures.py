"""A closure is shortened, moved and lifted."""

from __future__ import annotations

from alembic import op

from gadong.migrations import sql

revision = "0065_closures"
down_revision = "0064_hours"


def upgrade() -> None:
    """Run 0065_closures.up.sql."""
    op.execute(sql(f"{revision}.up.sql"))


def downgrade() -> None:
    """Run 0065_closures.down.sql."""
    op.execute(sql(f"{revision}.down.sql"))
