"""Payments, and the amounts due."""

from __future__ import annotations

from alembic import op

from gadong.migrations import sql

revision = "0018_payments"
down_revision = "0017_interlocks"


def upgrade() -> None:
    """Run 0018_payments.up.sql."""
    op.execute(sql(f"{revision}.up.sql"))


def downgrade() -> None:
    """Run 0018_payments.down.sql."""
    op.execute(sql(f"{revision}.down.sql"))
