"""Commands to a centre's interlocks, decided in a thread of their own.

The decision reads many facts and must not keep the session from receiving. The session publishes
the commands, because the connection belongs to it.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Event, Thread
from time import monotonic
from uuid import UUID

from gadong.core.database import NOT_NOW, Pool
from gadong.core.domain.ids import SourceId
from gadong.dialects.domain.formats import DIALECTS
from gadong.dialects.domain.formats.reading import Question
from gadong.interlock.services import switching
from gadong.machines.domain.machine import Source
from gadong.machines.services import device_news
from gadong.people.domain.centre import Centre

log = logging.getLogger(__name__)

# A person who checks in waits no longer than this for the machine.
EVERY = 1.0
# A command that was not sent within this time rests on past facts and is not sent any more.
SENT_WITHIN = 1.0
# A device that is asked more often has no time to answer.
ASK_EVERY = 5.0
# A relay's settings are changed at its own page, about once in its life.
INSPECT_EVERY = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingCommand:
    """A message to be published now: a command with its record's id, or a question."""

    question: Question
    command_id: UUID | None
    decided: float

    @property
    def is_late(self) -> bool:
        """Return whether the message waited too long to be sent."""
        return monotonic() - self.decided > SENT_WITHIN


class InterlockCommands:
    """A thread that decides commands while the session receives every message."""

    def __init__(
        self,
        pool: Pool,
        centre: Centre,
        sources: Callable[[], tuple[Source, ...] | None],
        news: device_news.Reader,
    ) -> None:
        """Start the thread.

        `sources` returns the current sources, or None while messages may be missing. Without an
        interlock at the centre nothing is decided until there are `news` of its devices.
        """
        self.has_interlocks = True
        self._news = news
        self._pool = pool
        self._centre = centre
        self._sources = sources
        self._outgoing: deque[OutgoingCommand] = deque()
        self._asked: dict[SourceId, float] = {}
        self._inspected: dict[SourceId, float] = {}
        self._stopping = Event()
        self._thread = Thread(target=self._run, name=f"interlocks {centre.slug}", daemon=True)
        self._thread.start()

    def take(self) -> Iterator[OutgoingCommand]:
        """Yield the messages to publish now; record late commands as not sent."""
        late: list[UUID] = []
        while self._outgoing:
            command = self._outgoing.popleft()
            if not command.is_late:
                yield command
            elif command.command_id:
                late.append(command.command_id)
        if late:
            self.unsent(late)

    def unsent(self, command_ids: list[UUID]) -> None:
        """Record commands that were not sent and never will be."""
        log.warning(
            "interlock orders not sent",
            extra={"centre": self._centre.slug, "orders": len(command_ids)},
        )
        switching.unsent(self._pool, command_ids, now=datetime.now(UTC))

    def stop(self) -> None:
        """End the thread, and wait until it has ended."""
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopping.wait(EVERY):
            sources = self._sources()
            if sources is None:
                continue
            self.has_interlocks = self.has_interlocks or self._news.is_due()
            if not self.has_interlocks:
                continue
            try:
                self._decide({source.id: source for source in sources})
            except NOT_NOW:
                log.warning(
                    "the database does not answer; no interlock is switched",
                    extra={"centre": self._centre.slug},
                )
            except Exception:
                # A failure switches nothing, and the thread must live on.
                log.exception("interlocks left alone", extra={"centre": self._centre.slug})

    def _decide(self, sources: dict[SourceId, Source]) -> None:
        commands = switching.decide_commands(self._pool, self._centre.id, now=datetime.now(UTC))
        self.has_interlocks = bool(commands.held)
        decided = monotonic()
        for command_id, question in commands.orders:
            self._outgoing.append(
                OutgoingCommand(question=question, command_id=command_id, decided=decided)
            )
        for source_id in commands.stale:
            if (
                source_id in sources
                and decided - self._asked.get(source_id, -ASK_EVERY) >= ASK_EVERY
            ):
                self._asked[source_id] = decided
                source = sources[source_id]
                self._ask(DIALECTS[source.dialect].questions(source.base, source.options), decided)
        for source_id in commands.held:
            if (
                source_id in sources
                and decided - self._inspected.get(source_id, -INSPECT_EVERY) >= INSPECT_EVERY
            ):
                self._inspected[source_id] = decided
                source = sources[source_id]
                switch = DIALECTS[source.dialect].switch
                self._ask(switch.inspect(source.base, source.options) if switch else (), decided)

    def _ask(self, questions: tuple[Question, ...], decided: float) -> None:
        self._outgoing.extend(
            OutgoingCommand(question=q, command_id=None, decided=decided) for q in questions
        )
