"""Abilities of machines."""

from __future__ import annotations

from alembic import op

from gadong.migrations import sql

revision = "0015_abilities"
down_revision = "0014_deliveries"


def upgrade() -> None:
    """Run 0015_abilities.up.sql."""
    op.execute(sql(f"{revision}.up.sql"))


def downgrade() -> None:
    """Run 0015_abilities.down.sql."""
    op.execute(sql(f"{revision}.down.sql"))
