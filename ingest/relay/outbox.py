"""The outbox: every message that was received, in SQLite, until the server says that it is stored.

A commit is on the disk before a message is acknowledged to its device (WAL, synchronous=FULL).
A number is never used twice. An outbox that was lost is followed by one with another name.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from threading import Lock
from uuid import uuid4

from ingest.relay.host_clock import HostInstant

# Deletion of the oldest goes by as many records, so that a full outbox costs little.
STEP = 1000
# The other thread holds the file for the length of one commit.
BUSY_MS = 30_000

SCHEMA = """
create table if not exists outbox (name text primary key, dropped integer not null default 0,
    session text not null default '');
create table if not exists boots (boot text primary key, position integer not null,
    offset_ms integer, error_ms integer);
create table if not exists records (number integer primary key autoincrement, boot text not null,
    since_boot_ms integer not null, wall_ms integer not null, topic text not null,
    payload blob not null, retained integer not null);
create table if not exists taken (packet integer primary key, session text not null,
    digest blob not null);
"""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message of a device as the broker beside it handed it over.

    `packet` is its number within the broker's session, 0 where it has none. `is_repeated`: the
    broker says that it may have been delivered before.
    """

    topic: str
    payload: bytes
    retained: bool
    packet: int
    is_repeated: bool
    at: HostInstant


@dataclass(frozen=True, slots=True)
class Record:
    """A kept message with its number."""

    number: int
    topic: str
    payload: bytes
    retained: bool
    at: HostInstant


@dataclass(frozen=True, slots=True)
class Boot:
    """A start of this computer.

    `offset_ms` leads from the time since the start to the server's time, known to within
    `error_ms`. `offset_ms` is None where the server was not reached during that start.
    """

    boot: str
    offset_ms: int | None
    error_ms: int


class OutboxError(RuntimeError):
    """The disk refuses the outbox; nothing more may be acknowledged until it does not."""


class Outbox:
    """The outbox in a file; its methods may be called by several threads."""

    def __init__(self, path: Path, *, most_bytes: int) -> None:
        """Open or make the file; OutboxError if it cannot be opened."""
        self._most_bytes = most_bytes
        self._lock = Lock()
        with _translated():
            self._db = sqlite3.connect(
                path, timeout=BUSY_MS / 1000, isolation_level=None, check_same_thread=False
            )
            self._db.execute("pragma journal_mode = wal")
            self._db.execute("pragma synchronous = full")
            self._db.executescript(SCHEMA)
            with self._commit() as db:
                db.execute(
                    "insert into outbox (name) select ? where not exists (select 1 from outbox)",
                    (uuid4().hex,),
                )
            (self.name,) = self._db.execute("select name from outbox").fetchone()

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def begin_session(self) -> None:
        """Note that the broker beside the machines has no memory of this relay: its numbers begin
        anew.
        """
        with self._commit() as db:
            db.execute("update outbox set session = ?", (uuid4().hex,))

    def keep(self, deliveries: Sequence[Arrival]) -> int:
        """Write messages to the disk and return how many were new.

        OutboxError if the disk refuses.
        """
        kept = 0
        with self._commit() as db:
            (session,) = db.execute("select session from outbox").fetchone()
            for delivery in deliveries:
                digest = sha256(delivery.topic.encode() + b"\0" + delivery.payload).digest()
                if delivery.is_repeated and self._is_taken(delivery.packet, session, digest):
                    continue
                if delivery.packet:
                    db.execute(
                        "insert or replace into taken (packet, session, digest) values (?, ?, ?)",
                        (delivery.packet, session, digest),
                    )
                self._insert(delivery)
                kept += 1
        return kept

    def _is_taken(self, packet: int, session: str, digest: bytes) -> bool:
        sql = "select 1 from taken where packet = ? and session = ? and digest = ?"
        return self._db.execute(sql, (packet, session, digest)).fetchone() is not None

    def _insert(self, delivery: Arrival) -> None:
        at = delivery.at
        self._db.execute(
            "insert or ignore into boots (boot, position) "
            "select ?, coalesce(max(position), 0) + 1 from boots",
            (at.boot,),
        )
        self._db.execute(
            "insert into records (boot, since_boot_ms, wall_ms, topic, payload, retained) "
            "values (?, ?, ?, ?, ?, ?)",
            (
                at.boot,
                at.since_boot_ms,
                at.wall_ms,
                delivery.topic,
                delivery.payload,
                delivery.retained,
            ),
        )

    def first(self) -> int:
        """Return the lowest number that is kept, or else the next one."""
        with self._read() as db:
            (lowest,) = db.execute("select min(number) from records").fetchone()
            if lowest is not None:
                return int(lowest)
            row = db.execute("select seq from sqlite_sequence where name = 'records'").fetchone()
            return int(row[0]) + 1 if row else 1

    def after(self, number: int, *, most: int) -> list[Record]:
        """Return the records after a number, in order."""
        sql = (
            "select number, topic, payload, retained, boot, since_boot_ms, wall_ms from records "
            "where number > ? order by number limit ?"
        )
        with self._read() as db:
            return [
                Record(
                    row[0], row[1], bytes(row[2]), bool(row[3]), HostInstant(row[4], row[5], row[6])
                )
                for row in db.execute(sql, (number, most))
            ]

    def forget(self, upto: int) -> None:
        """Delete the records up to a number, which the server has stored."""
        with self._commit() as db:
            db.execute("delete from records where number <= ?", (upto,))

    def trim(self) -> int:
        """Delete the oldest records while the file is over its limit, and return how many."""
        gone = 0
        while self._size() > self._most_bytes:
            with self._commit() as db:
                done = db.execute(
                    "delete from records where number in "
                    "(select number from records order by number limit ?)",
                    (STEP,),
                ).rowcount
                db.execute("update outbox set dropped = dropped + ?", (done,))
            if not done:
                break
            gone += done
        return gone

    def dropped(self) -> int:
        """Return how many messages were deleted before the server had them,
        since the outbox began.
        """
        with self._read() as db:
            (dropped,) = db.execute("select dropped from outbox").fetchone()
            return int(dropped)

    def waiting(self) -> int:
        """Return the number of records that are kept."""
        with self._read() as db:
            (count,) = db.execute("select count(*) from records").fetchone()
            return int(count)

    def set_offset(self, boot: str, offset_ms: int, error_ms: int) -> None:
        """Keep the way from the time since a start to the server's time."""
        with self._commit() as db:
            db.execute(
                "insert into boots (boot, position, offset_ms, error_ms) "
                "select ?, coalesce(max(position), 0) + 1, ?, ? from boots where true "
                "on conflict (boot) do update "
                "set offset_ms = excluded.offset_ms, error_ms = excluded.error_ms",
                (boot, offset_ms, error_ms),
            )

    def boots(self) -> list[Boot]:
        """Return the starts of this computer since the outbox began, in their order."""
        with self._read() as db:
            rows = db.execute("select boot, offset_ms, error_ms from boots order by position")
            return [Boot(row[0], row[1], row[2] or 0) for row in rows]

    def span(self, boot: str) -> tuple[int, int] | None:
        """Return the first and the last time of a start's records, in its own milliseconds."""
        sql = "select min(since_boot_ms), max(since_boot_ms) from records where boot = ?"
        with self._read() as db:
            first, last = db.execute(sql, (boot,)).fetchone()
            return None if first is None else (int(first), int(last))

    def _size(self) -> int:
        with self._read() as db:
            (pages,) = db.execute("pragma page_count").fetchone()
            (free,) = db.execute("pragma freelist_count").fetchone()
            (size,) = db.execute("pragma page_size").fetchone()
            return int((pages - free) * size)

    @contextmanager
    def _read(self) -> Iterator[sqlite3.Connection]:
        with self._lock, _translated():
            yield self._db

    @contextmanager
    def _commit(self) -> Iterator[sqlite3.Connection]:
        """Run a transaction whose commit is on the disk when the block has ended."""
        with self._lock, _translated():
            self._db.execute("begin immediate")
            try:
                yield self._db
            except BaseException:
                self._db.execute("rollback")
                raise
            self._db.execute("commit")


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as trouble:
        raise OutboxError(f"the outbox cannot be read or written: {trouble}") from trouble
