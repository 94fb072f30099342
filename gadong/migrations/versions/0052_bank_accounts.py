"""The bank accounts into which companies pay."""

from __future__ import annotations

from alembic import op

from gadong.migrations import sql

revision = "0052_bank_accounts"
down_revision = "0051_month_locks"


def upgrade() -> None:
    """Run 0052_bank_accounts.up.sql."""
    op.execute(sql(f"{revision}.up.sql"))


def downgrade() -> None:
    """Run 0052_bank_accounts.down.sql."""
    op.execute(sql(f"{revision}.down.sql"))
