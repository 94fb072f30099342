"""Use that people write down, and how a machine is observed."""

from __future__ import annotations

from alembic import op

from gadong.migrations import sql

revision = "0077_logged_uses"
down_revision = "0076_technicians"


def upgrade() -> None:
    """Run 0077_logged_uses.up.sql."""
    op.execute(sql(f"{revision}.up.sql"))


def downgrade() -> None:
    """Run 0077_logged_uses.down.sql."""
    op.execute(sql(f"{revision}.down.sql"))
