"""A running ingest whose clock of arrivals a script sets, so that nothing waits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from typing import ClassVar

import pytest

from gadong.core.database import Pool, one, transaction
from gadong.core.domain.access import SYSTEM
from gadong.machines.domain.machine import Source
from ingest import connection, marks, receiver, session
from tests.ingest.publisher import Publisher
from tests.support.ingest.listening import heard
from tests.support.waiting import until
from tests.support.world import World


class ScriptClock(datetime):
    """The clock of arrivals, which the script sets; no two arrivals are of one moment."""

    instant: ClassVar[datetime]

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]  # no subclass
        """Return the script's instant, a moment after the one before."""
        cls.instant += timedelta(microseconds=1)
        return cls.instant.astimezone(tz)


@contextmanager
def scripted_clock(start: datetime) -> Iterator[None]:
    """Stamp arrivals by the script's clock, which begins at an instant."""
    ScriptClock.instant = start
    with pytest.MonkeyPatch.context() as patch:
        for module in (connection, marks, receiver, session):
            patch.setattr(module, "datetime", ScriptClock)
        yield


@dataclass(slots=True)
class Barrier:
    """A source whose numbered words tell that ingest has stored all that was published before."""

    source: Source
    pool: Pool
    publisher: Publisher
    steps: int = field(default=0)

    @classmethod
    def bound(cls, world: World, publisher: Publisher) -> Barrier:
        """A barrier at a machine of its own, which ingest hears."""
        points = [{"value": "n", "channel": "parts"}]
        machine = world.machine("barrier")
        source = world.source(machine, "mapper", base="barrier", options={"points": points})
        heard(world, source)
        return cls(source, world.pool, publisher)

    def act(self, at: datetime, said: Iterable[tuple[str, object]]) -> None:
        """Publish words that arrive at an instant, and wait until they are stored."""
        ScriptClock.instant = at
        self.steps += 1
        self.publisher.publish_all([*said, (self.source.base, {"n": self.steps})])
        until(lambda: self._passed() == self.steps, what=f"step {self.steps} is stored")

    def _passed(self) -> float | None:
        query = "select max(number) as n from signals where source_id = %(id)s"
        with transaction(self.pool, SYSTEM) as tx:
            row = one(tx, query, id=self.source.id)
        return row["n"] if row else None
