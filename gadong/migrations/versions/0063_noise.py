"""Noise is counted by source and kind, and not kept."""

from __future__ import annotations

from alembic import op

from gadong.migrations import sql

revision = "0063_noise"
down_revision = "0062_energy_sold"


def upgrade() -> None:
    """Run 0063_noise.up.sql."""
    op.execute(sql(f"{revision}.up.sql"))


def downgrade() -> None:
    """Run 0063_noise.down.sql."""
    op.execute(sql(f"{revision}.down.sql"))
