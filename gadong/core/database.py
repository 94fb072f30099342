"""Connections, transactions, and the lock that orders recorded facts."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import wraps
from random import uniform
from time import sleep
from typing import Any, LiteralString, ParamSpec, TypeVar
from uuid import UUID
from weakref import WeakKeyDictionary

from psycopg import Connection, DataError, InterfaceError, OperationalError, connect, errors
from psycopg.rows import DictRow, dict_row
from psycopg_pool import ConnectionPool, PoolTimeout

from gadong.core.domain.access import NOWHERE, Permit
from gadong.core.domain.ids import CentreId
from gadong.core.domain.problem import GadongError, Invalid, NotFound

Tx = Connection[DictRow]
Pool = ConnectionPool[Connection[DictRow]]

Arguments = ParamSpec("Arguments")
Returned = TypeVar("Returned")

# Later than anything recorded; PostgreSQL's and Python's calendars both hold it.
END_OF_TIME = datetime(9000, 1, 1, tzinfo=UTC)

# The settings last for this transaction only (true): the pool gets back a connection without them.
ENTER = """
    select set_config('role', %(role)s, true), set_config('gadong.centres', %(centres)s, true),
        set_config('gadong.entered', %(entered)s, true),
        set_config('gadong.companies', %(companies)s, true),
        set_config('gadong.by', %(by)s, true), set_config('gadong.origin', %(origin)s, true)
"""

# A clock read once the lock is held: the row that the outer query reads is the lock's.
RECORDING_SHARED: LiteralString = """
    with locked as materialized (
        select pg_advisory_xact_lock_shared(hashtextextended(%s, 0))
    )
    select clock_timestamp() as now from locked
"""
RECORDING_ALONE: LiteralString = """
    with locked as materialized (
        select pg_advisory_xact_lock(hashtextextended(%s, 0))
    )
    select clock_timestamp() as now from locked
"""

# A deadlock or serialisation failure is no mistake; four tries with jitter ended every one that was
# measured.
RETRIES = 4


class Busy(GadongError):
    """Others are at work on the same thing right now; try again in a few seconds."""

    code = "busy"


class DatabaseAway(GadongError):
    """The database does not answer; try again shortly."""

    code = "database_away"


# A lock was held too long; or this program did not come to its turn for so long in the midst of a
# transaction that the server ended it.
_BUSY = (errors.LockNotAvailable, errors.IdleInTransactionSessionTimeout)
# Nothing is wrong with what was asked: whoever asks by itself waits, and asks again.
NOT_NOW = (Busy, DatabaseAway)


def open_pool(url: str, *, size: int, name: str) -> Pool:
    """Return a pool of connections in UTC, opened without waiting.

    A program may start before its database.
    """
    return ConnectionPool(
        url,
        connection_class=Connection[DictRow],
        min_size=1,
        max_size=size,
        open=True,
        name=name,
        timeout=10,
        reconnect_timeout=600,
        kwargs={
            "row_factory": dict_row,
            "application_name": f"gadong {name}",
            "connect_timeout": 5,
            # Code that forgets its permit has this role, which reads nothing.
            "options": "-c role=gadong_app -c timezone=UTC -c statement_timeout=60s -c "
            "lock_timeout=20s",
        },
    )


@contextmanager
def transaction(pool: Pool, permit: Permit) -> Iterator[Tx]:
    """Open a transaction under a permit: committed when the block ends, rolled back when it raises.

    The database shows the transaction only the rows that the permit reaches (ADR 18), and records
    the permit's person as the writer. Constraint violations are raised as the domain's errors.
    """
    failures = pool.get_stats().get("connections_errors", 0)
    try:
        with (
            _entered(pool, permit) as connection,
            _in_the_domains_words(),
            _remembering(connection),
        ):
            yield connection
    except _BUSY as trouble:
        raise Busy from trouble
    except PoolTimeout as trouble:
        # Every connection was at work, unless new ones could not be made either.
        is_away = pool.get_stats().get("connections_errors", 0) > failures
        raise (DatabaseAway if is_away else Busy) from trouble
    except (OperationalError, InterfaceError) as trouble:
        if isinstance(trouble, errors.DeadlockDetected | errors.SerializationFailure):
            raise
        raise DatabaseAway from trouble


@contextmanager
def _entered(pool: Pool, permit: Permit) -> Iterator[Tx]:
    """Yield a connection whose transaction is under the permit.

    The pool may hold connections that ended with the database's last life. The transaction's own
    first statement finds them out, so that no transaction begins with a ping for its own sake.
    """
    settings = _told(permit)
    for is_last in [*[False] * pool.max_size, True]:
        with pool.connection() as connection:
            try:
                connection.execute(ENTER, settings)
            except OperationalError:
                if is_last or not connection.closed:
                    raise
                continue
            yield connection
            return


# Values that a transaction has read once; they end with it.
_memories: WeakKeyDictionary[Tx, dict[object, Any]] = WeakKeyDictionary()


@contextmanager
def _remembering(tx: Tx) -> Iterator[None]:
    _memories[tx] = {}
    try:
        yield
    finally:
        _memories.pop(tx, None)


def once(tx: Tx, key: object, read: Callable[[], Returned]) -> Returned:
    """Return what was read under the key in this transaction; read it the first time."""
    memory = _memories.get(tx)
    if memory is None:
        return read()
    if key not in memory:
        memory[key] = read()
    found: Returned = memory[key]
    return found


def forget(tx: Tx) -> None:
    """Read everything anew from now on: what was read once has been changed."""
    _memories.get(tx, {}).clear()


@contextmanager
def attempt(tx: Tx) -> Iterator[None]:
    """Open a savepoint: a failure inside is rolled back and raised.

    The transaction remains usable.
    """
    with _in_the_domains_words(), tx.transaction():
        yield


@contextmanager
def _in_the_domains_words() -> Iterator[None]:
    """Raise the database's constraint violations as the domain's errors."""
    try:
        yield
    except errors.ForeignKeyViolation as trouble:
        raise NotFound(
            "Something that this names is not there", constraint=trouble.diag.constraint_name
        ) from trouble
    except errors.CheckViolation as trouble:
        raise Invalid(
            "A value is not acceptable", constraint=trouble.diag.constraint_name
        ) from trouble
    except DataError as trouble:
        raise Invalid(str(trouble).splitlines()[0]) from trouble


def _told(permit: Permit) -> dict[str, str]:
    """Return the permit as the policies of migration 0028 read it."""
    return {
        "role": "gadong_system" if permit.is_everything else "gadong_app",
        "centres": _list(permit.centres),
        "entered": _list(permit.centres | permit.entered),
        "companies": _list(permit.companies),
        "by": str(permit.by or ""),
        "origin": permit.origin,
    }


def _list(ids: Collection[UUID]) -> str:
    return "{" + ",".join(str(one) for one in ids) + "}"


def retried(work: Callable[Arguments, Returned]) -> Callable[Arguments, Returned]:
    """Repeat the work after a deadlock or serialisation failure, up to RETRIES times."""

    @wraps(work)
    def again(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Returned:
        for attempt in range(1, RETRIES + 1):
            try:
                return work(*args, **kwargs)
            except (errors.DeadlockDetected, errors.SerializationFailure):
                if attempt == RETRIES:
                    raise
                sleep(uniform(0.005, 0.05))  # noqa: S311  # jitter, not a secret
        raise AssertionError("unreachable")

    return again


def recorded_at(tx: Tx, centre_id: CentreId) -> datetime:
    """Return the instant at which the facts of this transaction count as recorded.

    Writers share the centre's recording lock until they commit, and `cutoff` takes the lock alone.
    Every fact before a cutoff is therefore visible to a later reader, and no later fact gets an
    instant before it (ADR 6).
    """
    return _clock_behind(tx, RECORDING_SHARED, centre_id)


def cutoff(pool: Pool, centre_id: CentreId) -> datetime:
    """Return an instant before which every fact of the centre is committed and readable."""
    with transaction(pool, NOWHERE) as tx:
        return alone_recorded(tx, centre_id)


def alone_recorded(tx: Tx, centre_id: CentreId) -> datetime:
    """Hold the centre's recording lock alone until the transaction ends.

    Return the instant of that.
    """
    return _clock_behind(tx, RECORDING_ALONE, centre_id)


def _clock_behind(tx: Tx, statement: LiteralString, centre_id: CentreId) -> datetime:
    row = tx.execute(statement, [f"recording {centre_id}"]).fetchone()
    if row is None:
        raise DatabaseAway
    now: datetime = row["now"]
    return now


@contextmanager
def holding(pool: Pool, name: str) -> Iterator[bool]:
    """Hold a named lock during the block; yield False if another holds it.

    The lock lives on a connection of its own.
    """
    if not isinstance(pool.conninfo, str):
        raise TypeError("open_pool gives every pool its address as text")
    try:
        with connect(pool.conninfo, autocommit=True, connect_timeout=5) as connection:
            row = connection.execute(
                "select pg_try_advisory_lock(hashtextextended(%s, 0))", [name]
            ).fetchone()
            yield bool(row and row[0])
            # A server learns of a closed connection a moment later than the next to ask.
            with suppress(OperationalError, InterfaceError):
                connection.execute("select pg_advisory_unlock_all()")
    except (OperationalError, InterfaceError) as trouble:
        raise DatabaseAway from trouble


def alone(tx: Tx, *names: str) -> None:
    """Hold named locks until the transaction ends, in one order for all.

    A limit that is counted and then used up needs one: of two at once, the second sees the first's.
    """
    for name in sorted(set(names)):
        tx.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])


def clock(tx: Tx) -> datetime:
    """Return the database's time, by which everything is recorded."""
    row = tx.execute("select clock_timestamp() as now").fetchone()
    if row is None:
        raise DatabaseAway
    now: datetime = row["now"]
    return now


def one(tx: Tx, statement: Any, **parameters: object) -> DictRow | None:
    """Return the first row of a statement, or None."""
    return tx.execute(statement, parameters).fetchone()


def many(tx: Tx, statement: Any, **parameters: object) -> list[DictRow]:
    """Return all rows of a statement."""
    return tx.execute(statement, parameters).fetchall()


def run(tx: Tx, statement: Any, **parameters: object) -> int:
    """Execute a statement and return the number of affected rows."""
    return tx.execute(statement, parameters).rowcount
