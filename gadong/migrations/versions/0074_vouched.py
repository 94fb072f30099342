"""Messages from before a device was bound count from an instant that an operator names."""

from __future__ import annotations

from alembic import op

from gadong.migrations import sql

revision = "0074_vouched"
down_revision = "0073_consents"


def upgrade() -> None:
    """Run 0074_vouched.up.sql."""
    op.execute(sql(f"{revision}.up.sql"))


def downgrade() -> None:
    """Run 0074_vouched.down.sql."""
    op.execute(sql(f"{revision}.down.sql"))
