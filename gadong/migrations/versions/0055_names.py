"""A name follows one rule, in the database too."""

from __future__ import annotations

from alembic import op

from gadong.migrations import sql

revision = "0055_names"
down_revision = "0054_proven_sessions"


def upgrade() -> None:
    """Run 0055_names.up.sql."""
    op.execute(sql(f"{revision}.up.sql"))


def downgrade() -> None:
    """Run 0055_names.down.sql."""
    op.execute(sql(f"{revision}.down.sql"))
