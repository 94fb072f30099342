"""Named locks that hold across the processes of one database."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, LiteralString

from psycopg import Connection, InterfaceError, OperationalError, connect

from gadong.core.database import DatabaseAway

_TAKE: LiteralString = "select pg_try_advisory_lock(hashtextextended(%s, 0))"
_AWAY = (OperationalError, InterfaceError)
# A connection that a firewall dropped without a word keeps no thread for longer than these.
_SETTINGS: dict[str, Any] = {
    "autocommit": True,
    "connect_timeout": 5,
    "tcp_user_timeout": 5000,
    "options": "-c statement_timeout=5s",
    "application_name": "gadong locks",
}


class NamedLocks:
    """The named locks of one process, each on a connection of its own while it is held.

    None is waited for here, so that the holders of others are not kept from freeing theirs. The
    database frees all locks of a process that was killed. A name that this process holds already
    is granted again: its own callers exclude each other before.
    """

    def __init__(self, url: str) -> None:
        """Keep the database's address."""
        self._url = url
        self._held: dict[str, Connection[tuple[bool]]] = {}

    def take(self, name: str) -> bool:
        """Take a lock; return False where another process holds it."""
        if held := self._held.get(name):
            try:
                held.execute("select 1")
            except _AWAY:
                self.free(name)  # It ended with the database's last life.
            else:
                return True
        try:
            connection: Connection[tuple[bool]] = connect(self._url, **_SETTINGS)
        except _AWAY as trouble:
            raise DatabaseAway from trouble
        row = None
        try:
            row = connection.execute(_TAKE, [name]).fetchone()
        except _AWAY as trouble:
            raise DatabaseAway from trouble
        finally:
            if not (row and row[0]):
                connection.close()
        if not (row and row[0]):
            return False
        self._held[name] = connection
        return True

    def free(self, name: str) -> None:
        """Free a lock; one that ended with its connection is free already."""
        if connection := self._held.pop(name, None):
            with suppress(*_AWAY):
                connection.close()

    def close(self) -> None:
        """Free every lock."""
        for name in list(self._held):
            self.free(name)
