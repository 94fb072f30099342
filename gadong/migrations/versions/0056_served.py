"""A centre writes of companies that it serves, and of no others."""

from __future__ import annotations

from alembic import op

from gadong.migrations import sql

revision = "0056_served"
down_revision = "0055_names"


def upgrade() -> None:
    """Run 0056_served.up.sql."""
    op.execute(sql(f"{revision}.up.sql"))


def downgrade() -> None:
    """Run 0056_served.down.sql."""
    op.execute(sql(f"{revision}.down.sql"))
