"""A reading that lasts is believed when time has passed, not when the next one comes."""

from __future__ import annotations

from alembic import op

from gadong.migrations import sql

revision = "0059_confirmed_by_time"
down_revision = "0058_administrators"


def upgrade() -> None:
    """Run 0059_confirmed_by_time.up.sql."""
    op.execute(sql(f"{revision}.up.sql"))


def downgrade() -> None:
    """Run 0059_confirmed_by_time.down.sql."""
    op.execute(sql(f"{revision}.down.sql"))
