"""One-time codes, and the way back in."""

from __future__ import annotations

from alembic import op

from gadong.migrations import sql

revision = "0031_second_factor"
down_revision = "0030_audit"


def upgrade() -> None:
    """Run 0031_second_factor.up.sql."""
    op.execute(sql(f"{revision}.up.sql"))


def downgrade() -> None:
    """Run 0031_second_factor.down.sql."""
    op.execute(sql(f"{revision}.down.sql"))
