"""Tables of quarantined messages, stored whole, and of devices without a binding."""

from __future__ import annotations

from alembic import op

from gadong.migrations import sql

revision = "0008_inbox"
down_revision = "0007_parts"


def upgrade() -> None:
    """Run 0008_inbox.up.sql."""
    op.execute(sql(f"{revision}.up.sql"))


def downgrade() -> None:
    """Run 0008_inbox.down.sql."""
    op.execute(sql(f"{revision}.down.sql"))
