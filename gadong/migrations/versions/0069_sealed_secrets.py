"""Secrets of devices are encrypted, and kept apart from the settings of reading."""

from __future__ import annotations

from alembic import op

from gadong.migrations import sql

revision = "0069_sealed_secrets"
down_revision = "0068_forged_entries"


def upgrade() -> None:
    """Run 0069_sealed_secrets.up.sql.

    `gadong migrate` then encrypts what it moved (machines/services/device_secrets.py).
    """
    op.execute(sql(f"{revision}.up.sql"))


def downgrade() -> None:
    """Run 0069_sealed_secrets.down.sql."""
    op.execute(sql(f"{revision}.down.sql"))
