"""Interlocks over random days: a relay that refuses, lies, lags and reboots, and a machine that
people use as they do.
The simulation keeps the truth by itself: what the machine last let be known of itself, and when. No
order may reach a machine that works, is hot, or has not been heard, whatever the relay does.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gadong.booking.domain.booking import Booking
from gadong.booking.services import booking_changes
from gadong.booking.services.booking_changes import Hand
from gadong.core.database import transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.problem import Conflict, Invalid, NotAllowed, Refused, SlotTaken
from gadong.core.store import outbox
from gadong.dialects.domain.formats.reading import Question
from gadong.dialects.domain.interlock_state import Failing, Latch, Outcome
from gadong.dialects.domain.power_states import PowerThresholds
from gadong.dialects.domain.signal import Channel
from gadong.interlock.services import interlocks, switching, unbinding
from gadong.interlock.store import interlocks as stored
from gadong.machines.domain.machine import Machine, Source
from gadong.machines.services import ingestion
from tests.support.metering.metering import message
from tests.support.world import World, nobody_may

START = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=12)
THRESHOLDS = PowerThresholds(run_above=100, idle_below=50)


@dataclass
class Floor:
    """A machine, the contact that enables it, and the truth about both."""

    world: World
    machine: Machine
    teller: Source
    relay: Source
    now: datetime = START
    # The machine's last report, and its time.
    state: str = "idle"
    heard: datetime = START
    celsius: float = 20.0
    is_linked: bool = True
    # The relay: where it really stands, and its manners.
    stands: Latch = Latch.ENABLED
    spoke: datetime = START
    is_there: bool = True
    mood: str = "obeys"
    late: list[tuple[datetime, Latch]] = field(default_factory=list)
    orders: list[Latch] = field(default_factory=list)
    present: list[Booking] = field(default_factory=list)

    @classmethod
    def made(cls, world: World, **lock: Any) -> Floor:
        """A machine with an interlock that nobody has touched."""
        machine = world.machine()
        teller = world.source(machine)
        relay = world.source(machine, "contact", base=f"{world.centre.slug}/relay-{machine.slug}")
        set_up(world, machine, relay, **lock)
        floor = cls(world, machine, teller, relay)
        floor.tell()
        floor.say()
        return floor

    def put(self, source: Source, channel: Channel, value: str | float, part: str = "") -> None:
        """A signal that arrives now."""
        ingestion.commit(
            self.world.pool,
            self.world.centre.id,
            [message(source, self.now, channel, value, part)],
            [],
        )

    def tell(self) -> None:
        """The machine says how it does, if its link is there."""
        if self.is_linked:
            self.heard = self.now
            self.put(self.teller, Channel.ACTIVITY, self.state)
            self.put(self.teller, Channel.TEMPERATURE, self.celsius, "tool0")

    def say(self) -> None:
        """The relay says where it stands, if it is there; one that lies says the contrary."""
        if not self.is_there:
            return
        said = self.stands
        if self.mood == "lies":
            said = Latch.INHIBITED if said is Latch.ENABLED else Latch.ENABLED
        self.spoke = self.now
        self.put(self.relay, Channel.INTERLOCK, said.value)

    def turn(self) -> list[Latch]:
        """Let Gadong decide; the relay does with each order what its mood makes it do."""
        found = switching.decide_commands(self.world.pool, self.world.centre.id, now=self.now)
        given = [_latch(question) for _, question in found.orders]
        for latch in given:
            self.must_be_safe()
            self.obey(latch)
        self.orders += given
        return given

    def obey(self, latch: Latch) -> None:
        """Report the relay's answer to a command."""
        match self.mood:
            case "obeys":
                self.stands = latch
                self.pass_by(1)
                self.say()
            case "refuses":
                self.pass_by(1)
                self.put(self.relay, Channel.INTERLOCK, "refused", "answer")
            case "lags":
                self.late.append((self.now + timedelta(seconds=25), latch))
            case "lies":
                self.stands = latch
                self.pass_by(1)
                self.say()
            case _:
                pass

    def must_be_safe(self) -> None:
        """The truth allows an order: nothing works, nothing is hot, and that was heard a moment
        ago.
        """
        assert self.is_linked
        assert self.state in {"idle", "off"}
        assert self.celsius <= 60
        assert self.now - self.heard <= timedelta(seconds=90)
        assert self.is_there
        assert self.now - self.spoke <= timedelta(seconds=90)

    def pass_by(self, seconds: float) -> None:
        """Time passes; what lags comes."""
        self.now += timedelta(seconds=seconds)
        for at, latch in [x for x in self.late if x[0] <= self.now]:
            self.late.remove((at, latch))
            self.stands = latch
            self.say()

    def link(self, *, is_up: bool) -> None:
        """The machine's link goes, or comes back with its state."""
        self.is_linked = is_up
        self.put(self.teller, Channel.LINK, "up" if is_up else "down")
        self.tell()

    def reboot(self, latch: Latch) -> None:
        """The relay loses its supply and comes back standing somewhere."""
        self.put(self.relay, Channel.LINK, "down")
        self.pass_by(3)
        self.stands = latch
        self.put(self.relay, Channel.LINK, "up")
        self.is_there = True
        self.say()

    def log(self) -> list[Outcome | None]:
        """Return the outcomes of the commands, the latest first."""
        return [
            c.outcome
            for c in interlocks.log_of(
                self.world.pool, self.world.manager, self.machine, before=None, limit=50
            )
        ]

    def letters(self) -> list[str]:
        """Return the notices of the interlock."""
        with transaction(self.world.pool, SYSTEM) as tx:
            due = outbox.due_events(tx, 100)
        return [letter.kind for letter in due if letter.kind.startswith("interlock.")]


def _latch(question: Question) -> Latch:
    return Latch.ENABLED if b'"enabled"' in str(question.payload).encode() else Latch.INHIBITED


def set_up(world: World, machine: Machine, relay: Source, **given: Any) -> None:
    """An interlock that waits for nothing."""
    values: dict[str, Any] = {
        "fails": Failing.OPEN,
        "quiet": timedelta(0),
        "cool_below": 60.0,
        "shares_circuit": (),
        "now": START,
    } | given
    interlocks.set_up(world.pool, world.manager, machine, source_id=relay.id, **values)


def arrived(floor: Floor) -> Booking:
    """Somebody booked the machine and checked in."""
    world = floor.world
    if not world.companies:
        world.company()
    booking = world.booked(floor.machine, world.companies[0], floor.now, now=floor.now)
    return booking_changes.check_in(
        world.pool, Hand(who=world.manager, booking=booking.id), now=floor.now
    )


def gone(floor: Floor, booking: Booking) -> None:
    """They check out."""
    booking_changes.check_out(
        floor.world.pool, Hand(who=floor.world.manager, booking=booking.id), now=floor.now
    )


def test_a_booking_enables_at_check_in_and_inhibits_after_the_run_not_at_the_minute(
    world: World,
) -> None:
    floor = Floor.made(world, quiet=timedelta(minutes=2))
    floor.pass_by(130)
    floor.tell()
    floor.say()
    assert floor.turn() == [Latch.INHIBITED]
    booking = arrived(floor)
    assert floor.turn() == [Latch.ENABLED]
    floor.state = "running"
    floor.pass_by(60)
    floor.tell()
    gone(floor, booking)
    for _ in range(3):
        floor.pass_by(60)
        floor.tell()
        floor.say()
        assert floor.turn() == [], "what works is never inhibited"
    floor.state, floor.celsius = "idle", 180.0
    floor.tell()
    floor.pass_by(130)
    floor.tell()
    floor.say()
    assert floor.turn() == [], "what is hot is left to cool"
    floor.celsius = 45.0
    floor.tell()
    assert floor.turn() == [Latch.INHIBITED]
    floor.turn()
    assert floor.log() == [Outcome.CONFIRMED] * 3
    found = interlocks.log_of(world.pool, world.manager, floor.machine, before=None, limit=50)
    assert (found[1].booking_id, found[1].why) == (booking.id, "checked_in")
    assert (found[0].seen["state"], found[0].seen["celsius"], found[0].seen["latch"]) == (
        "idle",
        45.0,
        "enabled",
    )


def test_a_relay_that_refuses_is_told_three_times_and_then_a_manager_is(world: World) -> None:
    floor = Floor.made(world)
    floor.mood = "refuses"
    given = 0
    for _ in range(20):
        floor.pass_by(15)
        floor.tell()
        floor.say()
        given += len(floor.turn())
    assert (given, floor.log()) == (3, [Outcome.REFUSED] * 3)
    assert floor.letters() == ["interlock.failed"]
    # The person who mended it sets a hold, and it is tried again.
    floor.mood = "obeys"
    hold(floor, Latch.INHIBITED)
    assert floor.turn() == [Latch.INHIBITED]
    floor.turn()
    view, alarm = interlocks.view(world.pool, world.manager, floor.machine, now=floor.now)
    assert (view.seen.said.latch, alarm) == (Latch.INHIBITED, None)


def test_a_relay_that_lies_is_not_believed(world: World) -> None:
    floor = Floor.made(world)
    floor.mood = "lies"
    for _ in range(20):
        floor.pass_by(15)
        floor.tell()
        floor.turn()
    assert set(floor.log()) == {Outcome.CONTRADICTED}
    assert len(floor.log()) == 3
    assert floor.letters() == ["interlock.failed"]


def test_a_relay_that_lags_is_caught_up_with(world: World) -> None:
    floor = Floor.made(world)
    floor.mood = "lags"
    floor.turn()
    floor.pass_by(11)
    floor.tell()
    floor.say()
    floor.turn()
    floor.pass_by(30)
    floor.tell()
    floor.turn()
    assert floor.stands is Latch.INHIBITED
    assert floor.turn() == []
    assert Outcome.SILENT in floor.log() or Outcome.CONTRADICTED in floor.log()


def test_a_relay_that_reboots_elsewhere_is_set_right_but_not_under_a_machine_that_works(
    world: World,
) -> None:
    floor = Floor.made(world)
    floor.turn()
    booking = arrived(floor)
    floor.turn()
    floor.turn()
    assert floor.stands is Latch.ENABLED
    floor.state = "running"
    floor.tell()
    floor.reboot(Latch.INHIBITED)
    floor.tell()
    assert floor.turn() == []
    floor.state = "idle"
    floor.tell()
    assert floor.turn() == [Latch.ENABLED]
    gone(floor, booking)
    floor.tell()
    assert floor.turn() == [Latch.INHIBITED]
    assert floor.log()[-1] is Outcome.CONFIRMED


def test_an_order_that_found_no_connection_is_never_sent(world: World) -> None:
    floor = Floor.made(world)
    found = switching.decide_commands(world.pool, world.centre.id, now=floor.now)
    switching.unsent(world.pool, [command_id for command_id, _ in found.orders], now=floor.now)
    assert floor.log() == [Outcome.UNSENT]


def test_a_manager_holds_it_and_lifts_that(world: World) -> None:
    floor = Floor.made(world)
    hold(floor, None)
    assert floor.turn() == []
    floor.pass_by(1)
    interlocks.lift(world.pool, world.manager, floor.machine, reason="끝", now=floor.now)
    assert floor.turn() == [Latch.INHIBITED]
    with pytest.raises(Conflict):
        interlocks.lift(world.pool, world.manager, floor.machine, reason="끝", now=floor.now)


def test_a_person_at_a_machine_that_cannot_be_enabled_is_helped(world: World) -> None:
    floor = Floor.made(world)
    floor.turn()
    arrived(floor)
    floor.link(is_up=False)
    for _ in range(8):
        floor.pass_by(20)
        floor.say()
        floor.turn()
    assert floor.letters() == ["interlock.blocked"]


def test_a_controlled_machines_supply_is_never_switched(world: World) -> None:
    machine = world.machine(kind="machining-centre")
    plug = world.source(machine, "tasmota", base=f"plug-{machine.slug}", thresholds=THRESHOLDS)
    with pytest.raises(Invalid, match="never switched"):
        set_up(world, machine, plug)
    printer = world.machine(kind="3d-printer")
    teller = world.source(printer)
    with pytest.raises(Invalid, match="takes no orders"):
        set_up(world, printer, teller)


def test_a_relay_in_use_is_not_unbound(world: World) -> None:
    floor = Floor.made(world)
    with pytest.raises(Conflict, match="interlock"):
        unbinding.unbind(world.pool, world.manager, floor.machine, floor.relay.id)
    interlocks.take_away(world.pool, world.manager, floor.machine)
    unbinding.unbind(world.pool, world.manager, floor.machine, floor.relay.id)


def test_a_supply_that_is_off_may_come_back_though_the_printer_is_dark(world: World) -> None:
    printer = world.machine(kind="3d-printer")
    plug = world.source(printer, "tasmota", base=f"plug-{printer.slug}", thresholds=THRESHOLDS)
    set_up(world, printer, plug)
    floor = Floor(world, printer, world.source(printer, base=f"{world.centre.slug}/octo"), plug)
    floor.put(plug, Channel.POWER, "on")
    floor.put(plug, Channel.POWER_WATTS, 8.0)
    floor.tell()
    found = switching.decide_commands(world.pool, world.centre.id, now=floor.now)
    assert [q.payload for _, q in found.orders] == ["OFF"]
    floor.pass_by(1)
    floor.put(plug, Channel.POWER, "off")
    floor.put(plug, Channel.POWER_WATTS, 0.0)
    floor.link(is_up=False)
    floor.pass_by(60)
    arrived(floor)
    floor.put(plug, Channel.POWER, "off")
    floor.put(plug, Channel.POWER_WATTS, 0.0)
    found = switching.decide_commands(world.pool, world.centre.id, now=floor.now)
    assert [q.payload for _, q in found.orders] == ["ON"]


def test_a_supply_that_is_said_to_be_off_and_is_not_is_told_of(world: World) -> None:
    printer = world.machine(kind="3d-printer")
    plug = world.source(printer, "tasmota", base=f"plug-{printer.slug}", thresholds=THRESHOLDS)
    set_up(world, printer, plug)
    floor = Floor(world, printer, plug, plug)
    floor.put(plug, Channel.POWER, "on")
    for _ in range(5):
        floor.put(plug, Channel.POWER_WATTS, 8.0)
        floor.pass_by(40)
    floor.put(plug, Channel.POWER, "on")
    found = switching.decide_commands(world.pool, world.centre.id, now=floor.now)
    assert [q.payload for _, q in found.orders] == ["OFF"]
    floor.pass_by(1)
    floor.put(plug, Channel.POWER, "off")
    switching.decide_commands(world.pool, world.centre.id, now=floor.now)
    floor.pass_by(15)
    floor.put(plug, Channel.POWER_WATTS, 240.0)
    floor.pass_by(1)
    switching.decide_commands(world.pool, world.centre.id, now=floor.now)
    assert floor.letters() == ["interlock.defied"]


@pytest.mark.parametrize(
    "change",
    [
        "delete from interlock_commands",
        "update interlock_commands set why = 'rewritten'",
        "update interlock_commands set outcome = 'confirmed', settled_at = now()",
        "update interlock_holds set reason = 'rewritten'",
        "delete from interlock_holds",
    ],
)
def test_what_was_ordered_is_never_rewritten(change: str, world: World) -> None:
    floor = Floor.made(world)
    floor.turn()
    floor.turn()
    interlocks.hold(
        world.pool, world.manager, floor.machine, latch=None, reason="점검", now=floor.now
    )
    nobody_may(world.pool, change)


def work(floor: Floor, state: str) -> None:
    """The machine does something and says so; what it does unseen is left out, for nobody could
    know.
    """
    if floor.is_linked:
        floor.state = state
        floor.tell()


def warm(floor: Floor, celsius: float) -> None:
    """A part's temperature, said."""
    if floor.is_linked:
        floor.celsius = celsius
        floor.tell()


def have(floor: Floor, mood: str) -> None:
    """The relay's manners change."""
    floor.mood = mood


def lose(floor: Floor) -> None:
    """The relay is gone until it reboots."""
    floor.is_there = False
    floor.put(floor.relay, Channel.LINK, "down")


def hold(floor: Floor, latch: Latch | None) -> None:
    """A manager takes the interlock over."""
    interlocks.hold(
        floor.world.pool,
        floor.world.manager,
        floor.machine,
        latch=latch,
        reason="시험",
        now=floor.now,
    )


def lift(floor: Floor) -> None:
    """A manager leaves it to the rules."""
    with suppress(Conflict):
        interlocks.lift(
            floor.world.pool, floor.world.manager, floor.machine, reason="시험", now=floor.now
        )


def come(floor: Floor) -> None:
    """Somebody checks in, unless the rules or another's booking keep them away."""
    with suppress(Refused, SlotTaken, NotAllowed):
        floor.present.append(arrived(floor))


def go(floor: Floor) -> None:
    """Check out everybody who is present."""
    while floor.present:
        with suppress(NotAllowed):
            gone(floor, floor.present.pop())


STEPS: dict[str, Callable[[Floor], None]] = {
    **{f"work {s}": partial(work, state=s) for s in ("running", "paused", "idle", "unknown")},
    **{f"warm {c}": partial(warm, celsius=c) for c in (30.0, 200.0)},
    **{f"be {m}": partial(have, mood=m) for m in ("obeys", "refuses", "lies", "lags", "mute")},
    **{f"hold {at}": partial(hold, latch=at) for at in (None, *Latch)},
    **{f"reboot {at}": partial(Floor.reboot, latch=at) for at in Latch},
    **{f"wait {s}": partial(Floor.pass_by, seconds=s) for s in (1, 40, 200)},
    "cut": partial(Floor.link, is_up=False),
    "back": partial(Floor.link, is_up=True),
    "lose": lose,
    "say": Floor.say,
    "lift": lift,
    "come": come,
    "go": go,
}


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=st.lists(st.sampled_from(sorted(STEPS)), min_size=10, max_size=40))
def test_no_sequence_switches_a_busy_or_unobserved_machine(steps: list[str], world: World) -> None:
    floor = Floor.made(world)
    for step in steps:
        STEPS[step](floor)
        floor.turn()
    interlocks.take_away(world.pool, world.manager, floor.machine)
    with transaction(world.pool, SYSTEM) as tx:
        commands = stored.command_page(tx, floor.machine.id, before=None, limit=200)
    assert [c.wanted for c in reversed(commands)] == floor.orders
    for command in commands:
        assert command.seen["state"] in {"idle", "off"}
        assert command.seen["latch"] not in {None, command.wanted.value}
