"""A bad day of every dialect through a broker: its runs, its job and its energy, to the second.

Devices of every dialect act the day at once:

- birth, repeated words and work
- a link that is cut so that the broker publishes the will
- a return with a counter that began anew
- a restart of ingest that meets retained words of the morning
- a clock that is set back

The clock by which ingest stamps arrivals is the script's, so that nothing waits.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest

from gadong.core.database import Pool, many, one, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.period import Period
from gadong.machines.domain.machine import Machine, Source
from gadong.metering.services import energy, metering
from gadong.metering.services.energy import EnergyResolution
from gadong.metering.store import runs
from gadong.settings import Settings
from ingest.supervisor import Supervisor
from tests.conftest import Stack
from tests.ingest.counting_devices import (
    OtherDocuments,
    SmartMeter,
    TasmotaCounting,
    ZigbeeCounting,
)
from tests.ingest.dying_device import DyingDevice
from tests.ingest.publisher import Publisher
from tests.support import scripted
from tests.support.gateway import gateway
from tests.support.ingest.listening import heard
from tests.support.ingest.script_clock import ScriptClock, scripted_clock
from tests.support.scripted import Device, Plug, Said
from tests.support.waiting import until
from tests.support.world import World

#: The minutes of the day. A job lasts from 0 to 30; its link is lost at 12.
FIRST, STARTS, LOST, RESTARTS, STEPS_BACK, ENDS, LAST = -6, 0, 12, 18, 26, 30, 38
#: A device's own clock is set back by these minutes; a message may be so late by a right clock.
BACK_BY = 3
#: Seconds for which the link is away: one that returns within 30 s was never away.
AWAY = (30, 31)
IDLE_WH, RUNNING_WH = Plug.WATTS["idle"] / 60, Plug.WATTS["running"] / 60
NODE_COMMANDS = "spBv1.0/g/NCMD/n"


REPLACED = (scripted.Tasmota, scripted.Zigbee, scripted.Documents)
KINDS: tuple[type[Device], ...] = (
    *(kind for kind in scripted.DEVICES if kind not in REPLACED),
    *(TasmotaCounting, ZigbeeCounting, SmartMeter, OtherDocuments),
)
#: Devices whose messages have a time of their own, by which their runs are dated.
OWN_CLOCK = (
    *(scripted.OctoPrint, scripted.Observations, scripted.Sparkplug, scripted.Shelly),
    *(scripted.Umh, scripted.Mapped, scripted.GadongJson),
)
#: Devices of which nobody tells that they are gone.
WITHOUT_LINK = (scripted.Umh,)
#: Devices that a program on the same network speaks for: it says itself that they are gone.
WITHOUT_WILL = (scripted.Observations, scripted.Mapped, *WITHOUT_LINK)


@dataclass(slots=True)
class Actor:
    """A device of a dialect, and the machine to which it is bound."""

    device: Device
    machine: Machine
    source: Source

    def words(self, minute: float, start: datetime, back: float) -> Said:
        """Return what the device says at a minute of the day, by its own clock."""
        is_slow = minute >= STEPS_BACK and isinstance(self.device, OWN_CLOCK)
        stamp = start + timedelta(minutes=minute - (BACK_BY if is_slow else 0))
        if minute == LOST:
            is_silent = isinstance(self.device, WITHOUT_LINK)
            return [] if is_silent else self.device.say("away", "gone", stamp)
        events = {FIRST: "appear", STARTS: "start", back: "back", ENDS: "end"}
        state = "running" if STARTS <= minute < ENDS else "idle"
        said = self.device.say(events.get(minute, "again"), state, stamp)
        return [*said, *self.device.repeat(state, stamp)]


class Day:
    """The site on the bad day, with its ingest."""

    def __init__(
        self, world: World, pool: Pool, stack: Stack, settings: Callable[..., Settings]
    ) -> None:
        """Start ingest an hour before the day."""
        self.start = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=2)
        self.world, self.pool = world, pool
        self._stack, self._settings = stack, settings
        self._steps = 0
        self.set_clock(-60)
        self.begin()
        self._barrier = world.source(
            world.machine("barrier"),
            "mapper",
            base="barrier",
            options={"points": [{"value": "n", "channel": "parts"}]},
        )
        self.actors = [self._bound(kind) for kind in KINDS]
        for source in (self._barrier, *(actor.source for actor in self.actors)):
            heard(world, source)
        self.publisher = self.connected()

    def connected(self) -> Publisher:
        """Return a further connection of the devices."""
        return Publisher(self._stack.mqtt_url, self._stack.mqtt_admin_url, self._stack.secret)

    def begin(self) -> None:
        """Start ingest."""
        self._ingest = Supervisor(self.pool, self._settings())
        self._thread = Thread(target=self._ingest.run)
        self._thread.start()

    def stop(self) -> None:
        """Stop ingest."""
        self._ingest.stopping.set()
        self._thread.join(20)
        assert not self._thread.is_alive()

    def set_clock(self, minute: float) -> None:
        """Set the clock of arrivals to a minute of the day."""
        ScriptClock.instant = self.start + timedelta(minutes=minute)

    def say(self, said: Said, *, retain: bool = False) -> None:
        """Publish, and wait until the broker has it."""
        self.publisher.wait_taken([self.publisher.publish(t, b, retain=retain) for t, b in said])

    def settle(self) -> None:
        """Wait until ingest has stored all that was published before."""
        self._steps += 1
        self.say([(self._barrier.base, {"n": self._steps})])
        until(lambda: self._passed() == self._steps, what=f"step {self._steps} is stored")

    def dying(self, will: Said) -> DyingDevice:
        """Return a connection of a device with its will."""
        ((topic, body),) = will
        text = body if isinstance(body, str | bytes) else json.dumps(body)
        # The broker knows a client by its account, so that each device needs its own.
        account = gateway(self._stack.mqtt_admin_url, self._stack.secret)
        return DyingDevice(self._stack.mqtt_url, account, topic, text)

    def gone(self) -> set[str]:
        """Return the devices of which a lost link is stored."""
        query = "select source_id from signals where text_value = 'down' and channel = 'link'"
        with transaction(self.pool, SYSTEM) as tx:
            rows = many(tx, query)
        found = {row["source_id"] for row in rows}
        return {type(a.device).__name__ for a in self.actors if a.source.id in found}

    def _passed(self) -> float | None:
        query = "select max(number) as n from signals where source_id = %(id)s"
        with transaction(self.pool, SYSTEM) as tx:
            row = one(tx, query, id=self._barrier.id)
        return row["n"] if row else None

    def _bound(self, kind: type[Device]) -> Actor:
        machine = self.world.machine(kind.__name__.lower())
        device, given = kind(), {"base": kind.base, "options": dict(kind.options)}
        source = self.world.source(machine, kind.dialect, thresholds=kind.thresholds, **given)
        setattr(device, "base", source.base)  # noqa: B010  # the centre's own, of Gadong's JSON
        return Actor(device, machine, source)


@pytest.fixture
def day(
    stack: Stack,
    world: World,
    pool: Pool,
    settings: Callable[..., Settings],
    without_inbox: None,
) -> Iterator[Day]:
    """A day of devices of every dialect, whose arrivals are stamped by the script's clock."""
    with scripted_clock(datetime.now(UTC)):
        made = Day(world, pool, stack, settings)
        yield made
        made.publisher.close()
        made.stop()


@pytest.mark.parametrize("away", AWAY)
def test_a_bad_day_of_every_dialect(day: Day, away: int) -> None:
    back = LOST + away / 60
    minutes = [*range(FIRST, LOST, 2), LOST, back, *range(14, LAST + 2, 2)]
    links: dict[str, DyingDevice] = {}
    before = float(FIRST)
    for minute in sorted({m for m in minutes if not LOST < m < back}):
        day.set_clock(minute)
        if minute == RESTARTS:
            day.stop()
        said: Said = []
        for actor in day.actors:
            name = type(actor.device).__name__
            count(actor.device, before, minute, is_anew=minute == back)
            if minute == LOST and name in links:
                links.pop(name).cut()
            elif not (minute == RESTARTS and isinstance(actor.device, scripted.Sparkplug)):
                words = actor.words(minute, day.start, back)
                # The words of the morning are met again by the ingest that starts at noon.
                is_retained = minute == FIRST and actor.device.dialect != "sparkplug"
                day.say(words, retain=True) if is_retained else said.extend(words)
            if minute == FIRST and not isinstance(actor.device, WITHOUT_WILL):
                links[name] = day.dying(actor.words(LOST, day.start, back))
        day.say(said)
        if minute == RESTARTS:
            born_again(day, minute)
        if minute == LOST:
            mortal = {type(a.device).__name__ for a in day.actors} - {"Mapped", "Umh"}
            # Now.
            until(lambda: day.gone() == mortal, what="every lost link is stored")  # noqa: B023
        day.settle()
        before = minute
    metering.catch_up(day.pool)
    found = {type(a.device).__name__: outcome(day, a) for a in day.actors}
    assert found == {type(a.device).__name__: wanted(a.device, away) for a in day.actors}


def born_again(day: Day, minute: float) -> None:
    """Start ingest again, which asks the node for its birth, since it missed what was said."""
    (node,) = (a for a in day.actors if isinstance(a.device, scripted.Sparkplug))
    hearing = day.connected()
    hearing.listen(NODE_COMMANDS)
    day.begin()
    assert hearing.wait_for({"topic": NODE_COMMANDS}), "the node is asked for its birth"
    hearing.close()
    day.say(node.device.say("back", "running", day.start + timedelta(minutes=minute)))


def count(device: Device, since: float, minute: float, *, is_anew: bool) -> None:
    """Let a plug's counter count what it drew since a minute; `is_anew`: it forgot it."""
    if isinstance(device, TasmotaCounting | ZigbeeCounting | SmartMeter):
        ran = max(0.0, min(minute, ENDS) - max(since, STARTS))
        device.watt_hours += ran * RUNNING_WH + (minute - since - ran) * IDLE_WH
        if isinstance(device, SmartMeter):
            device.is_booting = is_anew
        elif is_anew:
            device.watt_hours = 0.0


Outcome = tuple[Sequence[tuple[str, float]], Sequence[tuple[object, ...]], float | None]


def outcome(day: Day, actor: Actor) -> Outcome:
    """Return a machine's runs and jobs by second of the day, and what it drew in watt-hours."""
    whole = Period(day.start + timedelta(minutes=FIRST), day.start + timedelta(minutes=LAST))

    def second(at: datetime | None) -> float | None:
        return None if at is None else (at - day.start).total_seconds()

    with transaction(day.pool, SYSTEM) as tx:
        ran = runs.of_machine(tx, actor.machine.id, whole)
        jobs = runs.jobs_of_machine(tx, actor.machine.id, whole)
    drawn = None
    if isinstance(actor.device, Plug):
        drawn = energy.of_machine(
            day.pool, day.world.manager, actor.machine, whole, EnergyResolution.DAY
        ).watt_hours
    seen = [(r.state.value, (r.start - day.start).total_seconds()) for r in ran]
    # Silent since its last word, a device is unknown after its heartbeats.
    return (
        [(state, at) for state, at in seen if at <= 60 * (LAST - BACK_BY)],
        [(j.name, second(j.start), second(j.end), j.result) for j in jobs],
        None if drawn is None else round(drawn, 2),
    )


def wanted(device: Device, away: int) -> Outcome:
    """Return the outcome that the day has for a device whose link was away for so many seconds."""
    is_away = away > 30 and not isinstance(device, WITHOUT_LINK)
    ends = 60 * (ENDS - (BACK_BY if isinstance(device, OWN_CLOCK) else 0))
    states = [("idle", 60 * FIRST), ("running", 60 * STARTS)]
    states += [("unknown", 60 * LOST), ("running", 60 * LOST + away)] if is_away else []
    result = "done" if "done" in device.results else None
    drawn = None
    if isinstance(device, Plug):
        drawn = -FIRST * IDLE_WH + ENDS * RUNNING_WH + (LAST - ENDS) * IDLE_WH
        if isinstance(device, TasmotaCounting | ZigbeeCounting):
            # Its last word before the cut is of two minutes earlier.
            drawn -= RUNNING_WH * (2 + away / 60)
        elif is_away and not isinstance(device, SmartMeter):
            drawn -= RUNNING_WH * away / 60
        if isinstance(device, OWN_CLOCK):
            drawn -= BACK_BY * RUNNING_WH
    job = (device.name, 60 * STARTS, ends, result)
    return [*states, ("idle", ends)], [job], None if drawn is None else round(drawn, 2)
