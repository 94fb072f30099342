"""Roles of people at centres and in companies."""

from __future__ import annotations

from alembic import op

from gadong.migrations import sql

revision = "0027_staff"
down_revision = "0026_floor_news"


def upgrade() -> None:
    """Run 0027_staff.up.sql."""
    op.execute(sql(f"{revision}.up.sql"))


def downgrade() -> None:
    """Run 0027_staff.down.sql."""
    op.execute(sql(f"{revision}.down.sql"))
