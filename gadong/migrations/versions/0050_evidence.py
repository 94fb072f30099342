"""Keep the inputs of issued documents with them, so that signals can retire."""

from __future__ import annotations

from alembic import op

from gadong.migrations import sql

revision = "0050_evidence"
down_revision = "0049_waiting_turns"


def upgrade() -> None:
    """Run 0050_evidence.up.sql."""
    op.execute(sql(f"{revision}.up.sql"))


def downgrade() -> None:
    """Run 0050_evidence.down.sql."""
    op.execute(sql(f"{revision}.down.sql"))
