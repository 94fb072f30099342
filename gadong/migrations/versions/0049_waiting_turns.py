"""Keep the turn, the missed offers and the answers of waiting list entries."""

from __future__ import annotations

from alembic import op

from gadong.migrations import sql

revision = "0049_waiting_turns"
down_revision = "0048_handovers"


def upgrade() -> None:
    """Run 0049_waiting_turns.up.sql."""
    op.execute(sql(f"{revision}.up.sql"))


def downgrade() -> None:
    """Run 0049_waiting_turns.down.sql."""
    op.execute(sql(f"{revision}.down.sql"))
