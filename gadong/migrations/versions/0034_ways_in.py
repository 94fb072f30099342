"""Passkeys, and who people are at a login provider."""

from __future__ import annotations

from alembic import op

from gadong.migrations import sql

revision = "0034_ways_in"
down_revision = "0033_joining"


def upgrade() -> None:
    """Run 0034_ways_in.up.sql."""
    op.execute(sql(f"{revision}.up.sql"))


def downgrade() -> None:
    """Run 0034_ways_in.down.sql."""
    op.execute(sql(f"{revision}.down.sql"))
