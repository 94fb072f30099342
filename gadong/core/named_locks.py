"""Named locks that hold across the processes of one database."""

from __future__ import annotations

from contextlib import suppress
from threading import Lock
from typing import LiteralString

from psycopg import Connection, InterfaceError, OperationalError, connect

from gadong.core.database import DatabaseAway

_TAKE: LiteralString = "select pg_try_advisory_lock(hashtextextended(%s, 0))"
_FREE: LiteralString = "select pg_advisory_unlock(hashtextextended(%s, 0))"
_AWAY = (OperationalError, InterfaceError)


class NamedLocks:
    """The named locks of one process, on a connection of its own.

    None is waited for here, so that the holders of others are not kept from freeing theirs. The
    database frees all locks of a process that was killed. A name that this process holds already
    is granted again: its own callers exclude each other before.
    """

    def __init__(self, url: str) -> None:
        """Keep the database's address; the connection is opened for the first lock."""
        self._url = url
        self._connection: Connection[tuple[bool]] | None = None
        self._alone = Lock()

    def take(self, name: str) -> bool:
        """Take a lock; return False where another process holds it."""
        with self._alone:
            try:
                return self._asked(_TAKE, name)
            except _AWAY:
                # It may have ended with the database's last life.
                self._close()
            try:
                return self._asked(_TAKE, name)
            except _AWAY as trouble:
                self._close()
                raise DatabaseAway from trouble

    def free(self, name: str) -> None:
        """Free a lock; one that ended with its connection is free already."""
        with self._alone:
            if self._connection is None:
                return
            try:
                self._asked(_FREE, name)
            except _AWAY:
                self._close()

    def close(self) -> None:
        """Free every lock, and close the connection."""
        with self._alone:
            self._close()

    def _asked(self, statement: LiteralString, name: str) -> bool:
        if self._connection is None:
            self._connection = connect(
                self._url, autocommit=True, connect_timeout=5, application_name="gadong locks"
            )
        row = self._connection.execute(statement, [name]).fetchone()
        return bool(row and row[0])

    def _close(self) -> None:
        if self._connection is not None:
            with suppress(*_AWAY):
                self._connection.close()
        self._connection = None
