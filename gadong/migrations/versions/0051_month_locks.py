"""A month that is settled is locked."""

from __future__ import annotations

from alembic import op

from gadong.migrations import sql

revision = "0051_month_locks"
down_revision = "0050_evidence"


def upgrade() -> None:
    """Run 0051_month_locks.up.sql."""
    op.execute(sql(f"{revision}.up.sql"))


def downgrade() -> None:
    """Run 0051_month_locks.down.sql."""
    op.execute(sql(f"{revision}.down.sql"))
