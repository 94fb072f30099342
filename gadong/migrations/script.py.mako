"""${message}."""

from __future__ import annotations

from alembic import op

from gadong.migrations import sql

revision = "${up_revision}"
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    op.execute(sql(f"{revision}.up.sql"))


def downgrade() -> None:
    op.execute(sql(f"{revision}.down.sql"))
