"""A centre's months in figures."""

from __future__ import annotations

from alembic import op

from gadong.migrations import sql

revision = "0024_report_months"
down_revision = "0023_objections"


def upgrade() -> None:
    """Run 0024_report_months.up.sql."""
    op.execute(sql(f"{revision}.up.sql"))


def downgrade() -> None:
    """Run 0024_report_months.down.sql."""
    op.execute(sql(f"{revision}.down.sql"))
