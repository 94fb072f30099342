"""The register of equipment."""

from __future__ import annotations

from alembic import op

from gadong.migrations import sql

revision = "0074_register"
down_revision = "0073_logged_uses"


def upgrade() -> None:
    """Run 0074_register.up.sql."""
    op.execute(sql(f"{revision}.up.sql"))


def downgrade() -> None:
    """Run 0074_register.down.sql."""
    op.execute(sql(f"{revision}.down.sql"))
