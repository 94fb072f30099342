"""Indexes of raw rows take two fifths of their bytes: each serves a statement."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import psycopg
from psycopg import pq
from psycopg.rows import TupleRow

from gadong.core.database import Pool
from gadong.core.store import queries
from tests.support.operations.archive import spoke
from tests.support.world import World

ROOT = Path(__file__).resolve().parents[3]
TABLES = ("messages", "signals", "message_keys")
# Taken for many chunks alone: tests/metering/store/test_known_runs.py reads that plan.
SHOWN_ELSEWHERE = {"signals_by_recording"}


def plans(database_url: str) -> Iterator[str]:
    """Yield the plan of every statement of the stores that names a raw table."""
    named = re.compile(r"\b(messages|trusted_signals|signals|message_keys)\b")
    for file in sorted((ROOT / "gadong").glob("*/store/**/*.sql")):
        for name, statement in queries.statements(str(file.with_suffix(".py"))).items():
            if name.startswith("copy_") or not named.search(statement):
                continue
            with psycopg.connect(database_url) as owner:
                owner.execute("select stage_incoming()")
                owner.execute("set enable_seqscan = off; set timescaledb.enable_chunk_append = off")
                yield planned(owner, statement)


def planned(owner: psycopg.Connection[TupleRow], statement: str) -> str:
    """Return a statement's plan for whatever values it is given."""
    names = dict.fromkeys(re.findall(r"%\((\w+)\)s", statement))
    for number, name in enumerate(names, 1):
        statement = statement.replace(f"%({name})s", f"${number}")
    asked = f"explain (generic_plan) {statement.replace('%%', '%')}"
    # The simple protocol: to the extended one a statement's $1 would be a value that is missing.
    result = owner.pgconn.exec_(asked.encode())
    if result.status != pq.ExecStatus.TUPLES_OK:
        raise AssertionError(f"{result.error_message.decode()}: {asked}")
    return "\n".join((result.get_value(n, 0) or b"").decode() for n in range(result.ntuples))


def test_every_index_of_raw_rows_serves_a_statement(
    world: World, pool: Pool, database_url: str
) -> None:
    spoke(world, 0)
    with psycopg.connect(database_url) as owner:
        indexes = {
            name
            for (name,) in owner.execute(
                "select indexname from pg_indexes where schemaname = 'public'"
                " and tablename = any(%s)",
                [list(TABLES)],
            )
        }
        # Building the plans without statistics would take any index for any other.
        owner.execute("analyze messages, signals, message_keys")
    used = "\n".join(plans(database_url))
    assert len(indexes) >= 6
    assert {name for name in indexes if name not in used} == SHOWN_ELSEWHERE
