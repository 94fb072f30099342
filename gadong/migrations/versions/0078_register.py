"""The register of equipment."""

from __future__ import annotations

from alembic import op

from gadong.migrations import sql

revision = "0078_register"
down_revision = "0077_logged_uses"


def upgrade() -> None:
    """Run 0078_register.up.sql."""
    op.execute(sql(f"{revision}.up.sql"))


def downgrade() -> None:
    """Run 0078_register.down.sql."""
    op.execute(sql(f"{revision}.down.sql"))
