"""News of the floor."""

from __future__ import annotations

from alembic import op

from gadong.migrations import sql

revision = "0026_floor_news"
down_revision = "0025_known_runs"


def upgrade() -> None:
    """Run 0026_floor_news.up.sql."""
    op.execute(sql(f"{revision}.up.sql"))


def downgrade() -> None:
    """Run 0026_floor_news.down.sql."""
    op.execute(sql(f"{revision}.down.sql"))
