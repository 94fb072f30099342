"""Jobs, the outbox, and requests that may be repeated."""

from __future__ import annotations

from alembic import op

from gadong.migrations import sql

revision = "0006_clockwork"
down_revision = "0005_money"


def upgrade() -> None:
    """Run 0006_clockwork.up.sql."""
    op.execute(sql(f"{revision}.up.sql"))


def downgrade() -> None:
    """Run 0006_clockwork.down.sql."""
    op.execute(sql(f"{revision}.down.sql"))
