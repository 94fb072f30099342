"""Restore the statements that an earlier engine issued."""

from __future__ import annotations

import gzip
from pathlib import Path

import psycopg
from psycopg import sql

from gadong import migrations

ENGINE_4 = Path(__file__).parent / "engine4.sql.gz"
#: The migration that the rows of engine 4 were written under.
SCHEMA = "0047"


def restore(database_url: str, dump: Path = ENGINE_4) -> None:
    """Load the dump into an empty database under its own schema, then migrate it to the newest."""
    migrations.upgrade(database_url, SCHEMA)
    blocks = gzip.decompress(dump.read_bytes()).decode().split("\\.\n")
    with psycopg.connect(database_url) as db:
        # Facts keep the audit entries that they came with, and make no new ones.
        db.execute("set session_replication_role = replica")
        for block in blocks:
            if "copy " in block:
                statement, _, rows = block[block.index("copy ") :].partition(";\n")
                table = sql.Identifier(statement.split()[1])
                db.execute(sql.SQL("delete from {}").format(table))
                with db.cursor().copy(statement.encode()) as target:
                    target.write(rows)
    migrations.upgrade(database_url)
