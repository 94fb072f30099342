"""Who works a centre's interlocks: decides in a thread of its own, and hands over what is to be sent at once.

Deciding reads a lot; it must not keep the session from listening. The session publishes, for the connection is its own.
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

from gadong.core.database import DatabaseAway, Pool
from gadong.core.domain.ids import SourceId
from gadong.dialects.domain.formats import DIALECTS
from gadong.dialects.domain.formats.reading import Question
from gadong.interlock.services import switching
from gadong.machines.domain.machine import Source
from gadong.people.domain.centre import Centre

log = logging.getLogger(__name__)

# Somebody who checks in waits no longer than this for their machine.
EVERY = 1.0
# An order that was not sent by then is not sent any more: what it rests on is of the past.
SENT_WITHIN = 1.0
# A device that is asked more often has no time to answer.
ASK_EVERY = 5.0
# Who changes a relay's settings does so at its own page, once in its life.
INSPECT_EVERY = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """A message to be published now: an order with its record's id, or a question."""

    question: Question
    command_id: UUID | None
    decided: float

    @property
    def is_late(self) -> bool:
        """Whether it waited too long to be sent."""
        return monotonic() - self.decided > SENT_WITHIN


class Switchman:
    """Decides while the session hears everything that is said; silent otherwise."""

    def __init__(self, pool: Pool, centre: Centre, sources: Callable[[], tuple[Source, ...] | None]) -> None:
        """Start at once. `sources` are what is heard now, or None while something may be missed."""
        self._pool = pool
        self._centre = centre
        self._sources = sources
        self._errands: deque[Errand] = deque()
        self._asked: dict[SourceId, float] = {}
        self._inspected: dict[SourceId, float] = {}
        self._stopping = Event()
        self._thread = Thread(target=self._run, name=f"interlocks {centre.slug}", daemon=True)
        self._thread.start()

    def take(self) -> Iterator[Errand]:
        """What is to be published now; what is late is on record as not sent."""
        late: list[UUID] = []
        while self._errands:
            errand = self._errands.popleft()
            if not errand.is_late:
                yield errand
            elif errand.command_id:
                late.append(errand.command_id)
        if late:
            self.unsent(late)

    def unsent(self, command_ids: list[UUID]) -> None:
        """Orders that were not sent, and never will be."""
        log.warning(
            "interlock orders not sent", extra={"centre": self._centre.slug, "orders": len(command_ids)}
        )
        switching.unsent(self._pool, command_ids, now=datetime.now(UTC))

    def stop(self) -> None:
        """End; returns when the thread has ended."""
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopping.wait(EVERY):
            heard = self._sources()
            if heard is None:
                continue
            try:
                self._decide({source.id: source for source in heard})
            except DatabaseAway:
                log.warning("database lost; no interlock is switched", extra={"centre": self._centre.slug})
            except Exception:
                # Nothing is switched by mistake; that is worth a thread which lives on.
                log.exception("interlocks left alone", extra={"centre": self._centre.slug})

    def _decide(self, heard: dict[SourceId, Source]) -> None:
        turn = switching.turn(self._pool, self._centre.id, now=datetime.now(UTC))
        decided = monotonic()
        for command_id, question in turn.orders:
            self._errands.append(Errand(question=question, command_id=command_id, decided=decided))
        for source_id in turn.stale:
            if source_id in heard and decided - self._asked.get(source_id, -ASK_EVERY) >= ASK_EVERY:
                self._asked[source_id] = decided
                source = heard[source_id]
                self._ask(DIALECTS[source.dialect].questions(source.base, source.options), decided)
        for source_id in turn.held:
            if (
                source_id in heard
                and decided - self._inspected.get(source_id, -INSPECT_EVERY) >= INSPECT_EVERY
            ):
                self._inspected[source_id] = decided
                source = heard[source_id]
                switch = DIALECTS[source.dialect].switch
                self._ask(switch.inspect(source.base, source.options) if switch else (), decided)

    def _ask(self, questions: tuple[Question, ...], decided: float) -> None:
        self._errands.extend(Errand(question=q, command_id=None, decided=decided) for q in questions)
