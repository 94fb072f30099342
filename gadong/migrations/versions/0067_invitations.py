"""Mail about a booking carries an invitation."""

from __future__ import annotations

from alembic import op

from gadong.migrations import sql

revision = "0067_invitations"
down_revision = "0066_contacts"


def upgrade() -> None:
    """Run 0067_invitations.up.sql."""
    op.execute(sql(f"{revision}.up.sql"))


def downgrade() -> None:
    """Run 0067_invitations.down.sql."""
    op.execute(sql(f"{revision}.down.sql"))
