"""People at machines who want the staff."""

from __future__ import annotations

from alembic import op

from gadong.migrations import sql

revision = "0039_calls"
down_revision = "0038_courses"


def upgrade() -> None:
    """Run 0039_calls.up.sql."""
    op.execute(sql(f"{revision}.up.sql"))


def downgrade() -> None:
    """Run 0039_calls.down.sql."""
    op.execute(sql(f"{revision}.down.sql"))
