"""Row-level security, and facts that no statement edits."""

from __future__ import annotations

from alembic import op

from gadong.migrations import sql

revision = "0028_row_security"
down_revision = "0027_staff"


def upgrade() -> None:
    """Run 0028_row_security.up.sql."""
    op.execute(sql(f"{revision}.up.sql"))


def downgrade() -> None:
    """Run 0028_row_security.down.sql."""
    op.execute(sql(f"{revision}.down.sql"))
