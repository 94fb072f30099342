"""The broker's refusals of devices."""

from __future__ import annotations

from alembic import op

from gadong.migrations import sql

revision = "0043_refusals"
down_revision = "0042_agreements"


def upgrade() -> None:
    """Run 0043_refusals.up.sql."""
    op.execute(sql(f"{revision}.up.sql"))


def downgrade() -> None:
    """Run 0043_refusals.down.sql."""
    op.execute(sql(f"{revision}.down.sql"))
