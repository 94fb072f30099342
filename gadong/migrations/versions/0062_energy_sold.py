"""Energy as a quantity that is sold."""

from __future__ import annotations

from alembic import op

from gadong.migrations import sql

revision = "0062_energy_sold"
down_revision = "0061_contradicted"


def upgrade() -> None:
    """Run 0062_energy_sold.up.sql."""
    op.execute(sql(f"{revision}.up.sql"))


def downgrade() -> None:
    """Run 0062_energy_sold.down.sql."""
    op.execute(sql(f"{revision}.down.sql"))
