"""Pictures of machines."""

from __future__ import annotations

from alembic import op

from gadong.migrations import sql

revision = "0040_photos"
down_revision = "0039_calls"


def upgrade() -> None:
    """Run 0040_photos.up.sql."""
    op.execute(sql(f"{revision}.up.sql"))


def downgrade() -> None:
    """Run 0040_photos.down.sql."""
    op.execute(sql(f"{revision}.down.sql"))
