"""Addresses are folded by one function; known devices; refusals on record."""

from __future__ import annotations

from alembic import op

from gadong.migrations import sql

revision = "0057_guessing"
down_revision = "0056_served"


def upgrade() -> None:
    """Run 0057_guessing.up.sql."""
    op.execute(sql(f"{revision}.up.sql"))


def downgrade() -> None:
    """Run 0057_guessing.down.sql."""
    op.execute(sql(f"{revision}.down.sql"))
