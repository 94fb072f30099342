"""People of a company who have no login."""

from __future__ import annotations

from alembic import op

from gadong.migrations import sql

revision = "0066_contacts"
down_revision = "0065_closures"


def upgrade() -> None:
    """Run 0066_contacts.up.sql."""
    op.execute(sql(f"{revision}.up.sql"))


def downgrade() -> None:
    """Run 0066_contacts.down.sql."""
    op.execute(sql(f"{revision}.down.sql"))
