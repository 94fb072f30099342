"""Several machines are waited for together."""

from __future__ import annotations

from alembic import op

from gadong.migrations import sql

revision = "0075_waiting_groups"
down_revision = "0074_vouched"


def upgrade() -> None:
    """Run 0075_waiting_groups.up.sql."""
    op.execute(sql(f"{revision}.up.sql"))


def downgrade() -> None:
    """Run 0075_waiting_groups.down.sql."""
    op.execute(sql(f"{revision}.down.sql"))
