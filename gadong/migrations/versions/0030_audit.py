"""The record of actions, in a chain."""

from __future__ import annotations

from alembic import op

from gadong.migrations import sql

revision = "0030_audit"
down_revision = "0029_device_accounts"


def upgrade() -> None:
    """Run 0030_audit.up.sql."""
    op.execute(sql(f"{revision}.up.sql"))


def downgrade() -> None:
    """Run 0030_audit.down.sql."""
    op.execute(sql(f"{revision}.down.sql"))
