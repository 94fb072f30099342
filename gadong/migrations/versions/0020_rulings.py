"""Further kinds of managers' decisions."""

from __future__ import annotations

from alembic import op

from gadong.migrations import sql

revision = "0020_rulings"
down_revision = "0019_tariff_terms"


def upgrade() -> None:
    """Run 0020_rulings.up.sql."""
    op.execute(sql(f"{revision}.up.sql"))


def downgrade() -> None:
    """Run 0020_rulings.down.sql."""
    op.execute(sql(f"{revision}.down.sql"))
