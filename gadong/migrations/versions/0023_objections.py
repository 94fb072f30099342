"""The customer's check of a draft, objections, and mail with documents."""

from __future__ import annotations

from alembic import op

from gadong.migrations import sql

revision = "0023_objections"
down_revision = "0022_parties"


def upgrade() -> None:
    """Run 0023_objections.up.sql."""
    op.execute(sql(f"{revision}.up.sql"))


def downgrade() -> None:
    """Run 0023_objections.down.sql."""
    op.execute(sql(f"{revision}.down.sql"))
