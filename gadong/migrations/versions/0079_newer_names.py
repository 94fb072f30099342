"""Names without the format controls of Unicode 15."""

from __future__ import annotations

from alembic import op

from gadong.migrations import sql

revision = "0079_newer_names"
down_revision = "0078_register"


def upgrade() -> None:
    """Run 0079_newer_names.up.sql."""
    op.execute(sql(f"{revision}.up.sql"))


def downgrade() -> None:
    """Run 0079_newer_names.down.sql."""
    op.execute(sql(f"{revision}.down.sql"))
