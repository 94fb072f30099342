"""Topics below a centre's own slug are that centre's."""

from __future__ import annotations

from alembic import op

from gadong.migrations import sql

revision = "0070_own_topics"
down_revision = "0069_sealed_secrets"


def upgrade() -> None:
    """Run 0070_own_topics.up.sql."""
    op.execute(sql(f"{revision}.up.sql"))


def downgrade() -> None:
    """Run 0070_own_topics.down.sql."""
    op.execute(sql(f"{revision}.down.sql"))
