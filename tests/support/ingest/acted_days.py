"""Bad days that are acted into the database up to a moment, and what is true of them later."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from gadong.core.database import Pool
from gadong.core.domain.ids import new_id
from gadong.core.domain.machine_state import State
from gadong.dialects.domain.formats import DIALECTS
from gadong.machines.domain.broker_message import BrokerMessage
from gadong.machines.domain.machine import Machine, Source
from gadong.machines.domain.message import Message
from gadong.machines.domain.routing import Router
from gadong.machines.services import ingestion
from gadong.metering.domain.fold import fold
from gadong.metering.domain.run import Run
from tests.support.scripted import Arrival, Device, bad_day
from tests.support.world import World

#: A derivation this long after a day's start knows all that time alone brings.
LATER = timedelta(hours=6)


def delivery(arrival: Arrival, start: datetime, number: int) -> BrokerMessage:
    """Return a message as the broker hands it over; no two arrive in one moment."""
    body = arrival.body
    text = body if isinstance(body, str) else "" if isinstance(body, bytes) else json.dumps(body)
    return BrokerMessage(
        topic=arrival.topic,
        payload=body if isinstance(body, bytes) else text.encode(),
        qos=0,
        retained=arrival.is_retained,
        is_repeated=False,
        packet=number,
        received_at=start + timedelta(minutes=arrival.minute, microseconds=number),
    )


@dataclass(slots=True)
class ActedDay:
    """A device's bad day on a machine, whose minute `until` is the present."""

    kind: type[Device]
    day: str
    until: float
    machine: Machine
    source: Source
    start: datetime

    @classmethod
    def bound(
        cls, world: World, kind: type[Device], day: str, until: float, now: datetime
    ) -> ActedDay:
        """Bind a device of the kind to a machine of its own."""
        machine = world.machine()
        bound = world.source(
            machine, kind.dialect, options=dict(kind.options), thresholds=kind.thresholds
        )
        dialect = DIALECTS[kind.dialect]
        # The script names its topics itself.
        source = replace(
            bound,
            base=kind.base,
            prefixes=dialect.prefixes(kind.base, kind.options),
            shared=dialect.shared(kind.base, kind.options),
        )
        return cls(
            kind, day, until, machine, source, now.replace(microsecond=0) - timedelta(minutes=until)
        )

    def store(self, pool: Pool) -> None:
        """Store what the device has said until now."""
        router, session = Router(self.source.centre_id, [self.source]), new_id()
        batch: list[Message] = []
        centre = self.source.centre_id
        for number, one in enumerate(self._said()):
            if one.minute > self.until:
                break
            items = router.read(delivery(one, self.start, number), session)
            batch += [item for item in items if isinstance(item, Message)]
            for redating in router.take_redatings():
                ingestion.commit(pool, centre, batch, [])
                ingestion.redate(pool, centre, redating)
                batch = []
        ingestion.commit(pool, centre, batch, [])

    def later(self) -> Later:
        """Return what the whole day says, long after it."""
        router, session = Router(self.source.centre_id, [self.source]), new_id()
        stored: list[Message] = []
        for number, one in enumerate(self._said()):
            items = router.read(delivery(one, self.start, number), session)
            stored += [item for item in items if isinstance(item, Message)]
            for redating in router.take_redatings():
                stored = [m for m in stored if not redating.arrived.contains(m.received_at)]
                stored += redating.messages
        signals = [s for m in stored for s in m.signals]
        runs = fold([self.source.metering], signals, (), self.start + LATER)
        # A message that the broker retained says nothing new.
        said = [s for m in stored if not m.retained for s in m.signals]
        return Later(self, runs, [(s.event_time, s.received_at) for s in said])

    def _said(self) -> Sequence[Arrival]:
        return bad_day(self.kind(), self.day, self.start)


@dataclass(frozen=True, slots=True)
class Later:
    """The runs of a whole day; `times` are each word's own instant and its arrival."""

    acted: ActedDay
    runs: Sequence[Run]
    times: Sequence[tuple[datetime, datetime]]

    def at(self, moment: datetime) -> Run | None:
        """Return the run in which a moment lies."""
        return next(
            (r for r in self.runs if r.start <= moment and (not r.end or moment < r.end)), None
        )

    def seconds(self, moment: datetime) -> float:
        """Return the seconds of work before a moment."""
        ran = (r for r in self.runs if r.state is State.RUNNING and r.start < moment)
        return sum((min(r.end or moment, moment) - r.start).total_seconds() for r in ran)

    @property
    def is_rewritten(self) -> bool:
        """Tell whether a word that is not yet said speaks of the time until now."""
        now = self.acted.start + timedelta(minutes=self.acted.until)
        return any(at <= now < arrived for at, arrived in self.times)
