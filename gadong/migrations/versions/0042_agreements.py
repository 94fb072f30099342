"""Agreements that an installation asks of its users."""

from __future__ import annotations

from alembic import op

from gadong.migrations import sql

revision = "0042_agreements"
down_revision = "0041_programs"


def upgrade() -> None:
    """Run 0042_agreements.up.sql."""
    op.execute(sql(f"{revision}.up.sql"))


def downgrade() -> None:
    """Run 0042_agreements.down.sql."""
    op.execute(sql(f"{revision}.down.sql"))
