"""Run by Alembic: every migration in its own transaction, and none that waits long for a lock."""

from __future__ import annotations

from alembic import context
from sqlalchemy import create_engine, pool, text

engine = create_engine(context.config.attributes["url"], poolclass=pool.NullPool)
with engine.connect() as connection:
    # A migration that cannot have its lock gives way to the service and is run again (warehouse's
    # figures, doubled for a small machine's disk).
    connection.execute(
        text("set lock_timeout = '4s'; set statement_timeout = '60s'; set timezone = 'UTC'")
    )
    connection.commit()
    context.configure(connection=connection, target_metadata=None, transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()
    # A restored or cloned database has lost the privileges of the database itself.
    connection.execute(
        text(
            "do $$ begin if to_regprocedure('close_to_public()') is not null then"
            " perform close_to_public(); end if; end $$"
        )
    )
    connection.commit()
engine.dispose()
