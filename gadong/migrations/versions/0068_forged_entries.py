"""The programs' login forges no entry of the audit, and what it changes of a way in is on record."""

from __future__ import annotations

from alembic import op

from gadong.migrations import sql

revision = "0068_forged_entries"
down_revision = "0067_invitations"


def upgrade() -> None:
    """Run 0068_forged_entries.up.sql."""
    op.execute(sql(f"{revision}.up.sql"))


def downgrade() -> None:
    """Run 0068_forged_entries.down.sql."""
    op.execute(sql(f"{revision}.down.sql"))
