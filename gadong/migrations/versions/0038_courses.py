"""Trainings as they are held."""

from __future__ import annotations

from alembic import op

from gadong.migrations import sql

revision = "0038_courses"
down_revision = "0037_paused_devices"


def upgrade() -> None:
    """Run 0038_courses.up.sql."""
    op.execute(sql(f"{revision}.up.sql"))


def downgrade() -> None:
    """Run 0038_courses.down.sql."""
    op.execute(sql(f"{revision}.down.sql"))
