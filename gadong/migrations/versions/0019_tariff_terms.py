"""Holidays, what companies have proved, and what is sold by quantity."""

from __future__ import annotations

from alembic import op

from gadong.migrations import sql

revision = "0019_tariff_terms"
down_revision = "0018_payments"


def upgrade() -> None:
    """Run 0019_tariff_terms.up.sql."""
    op.execute(sql(f"{revision}.up.sql"))


def downgrade() -> None:
    """Run 0019_tariff_terms.down.sql."""
    op.execute(sql(f"{revision}.down.sql"))
