"""Centres, companies, people, and how they log in."""

from __future__ import annotations

from alembic import op

from gadong.migrations import sql

revision = "0001_people"
down_revision = None


def upgrade() -> None:
    """Run 0001_people.up.sql."""
    op.execute(sql(f"{revision}.up.sql"))


def downgrade() -> None:
    """Run 0001_people.down.sql."""
    op.execute(sql(f"{revision}.down.sql"))
