"""Requests to be served by a centre."""

from __future__ import annotations

from alembic import op

from gadong.migrations import sql

revision = "0033_joining"
down_revision = "0032_set_aside"


def upgrade() -> None:
    """Run 0033_joining.up.sql."""
    op.execute(sql(f"{revision}.up.sql"))


def downgrade() -> None:
    """Run 0033_joining.down.sql."""
    op.execute(sql(f"{revision}.down.sql"))
