"""Programs that work for a centre."""

from __future__ import annotations

from alembic import op

from gadong.migrations import sql

revision = "0041_programs"
down_revision = "0040_photos"


def upgrade() -> None:
    """Run 0041_programs.up.sql."""
    op.execute(sql(f"{revision}.up.sql"))


def downgrade() -> None:
    """Run 0041_programs.down.sql."""
    op.execute(sql(f"{revision}.down.sql"))
