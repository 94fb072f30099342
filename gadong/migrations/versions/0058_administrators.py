"""The last administrator of an installation cannot be lost."""

from __future__ import annotations

from alembic import op

from gadong.migrations import sql

revision = "0058_administrators"
down_revision = "0057_guessing"


def upgrade() -> None:
    """Run 0058_administrators.up.sql."""
    op.execute(sql(f"{revision}.up.sql"))


def downgrade() -> None:
    """Run 0058_administrators.down.sql."""
    op.execute(sql(f"{revision}.down.sql"))
