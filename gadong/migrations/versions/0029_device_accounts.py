"""Broker accounts of devices."""

from __future__ import annotations

from alembic import op

from gadong.migrations import sql

revision = "0029_device_accounts"
down_revision = "0028_row_security"


def upgrade() -> None:
    """Run 0029_device_accounts.up.sql."""
    op.execute(sql(f"{revision}.up.sql"))


def downgrade() -> None:
    """Run 0029_device_accounts.down.sql."""
    op.execute(sql(f"{revision}.down.sql"))
