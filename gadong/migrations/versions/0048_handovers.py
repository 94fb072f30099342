"""The handover of topics from the inbox to the session is on record."""

from __future__ import annotations

from alembic import op

from gadong.migrations import sql

revision = "0048_handovers"
down_revision = "0047_late_words"


def upgrade() -> None:
    """Run 0048_handovers.up.sql."""
    op.execute(sql(f"{revision}.up.sql"))


def downgrade() -> None:
    """Run 0048_handovers.down.sql."""
    op.execute(sql(f"{revision}.down.sql"))
