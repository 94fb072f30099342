"""A document may draw on several programmes, and a correction draws on their budgets too."""

from __future__ import annotations

from alembic import op

from gadong.migrations import sql

revision = "0053_programme_drawn"
down_revision = "0052_bank_accounts"


def upgrade() -> None:
    """Run 0053_programme_drawn.up.sql."""
    op.execute(sql(f"{revision}.up.sql"))


def downgrade() -> None:
    """Run 0053_programme_drawn.down.sql."""
    op.execute(sql(f"{revision}.down.sql"))
