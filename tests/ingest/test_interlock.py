"""An interlock over a real broker: orders that are read back, and none that is kept for later."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from threading import Event, Thread

import pytest

from gadong.booking.services import booking_changes
from gadong.booking.services.booking_changes import Hand
from gadong.core.domain.ids import SourceId
from gadong.dialects.domain.interlock_state import Failing, Latch, Outcome
from gadong.interlock.services import interlocks
from gadong.interlock.services.switching import View
from gadong.machines.domain.machine import Machine
from tests.conftest import Stack
from tests.ingest.publisher import Publisher
from tests.ingest.relay import Relay
from tests.support.gateway import gateway
from tests.support.ingest.listening import heard
from tests.support.waiting import until
from tests.support.world import World


class Teller:
    """A machine that says every second how it does."""

    def __init__(self, device: Publisher, base: str) -> None:
        """Begin at rest."""
        self.state = "OPERATIONAL"
        self._device, self._base = device, base
        self._stopping = Event()
        self._thread = Thread(target=self._run)
        self._thread.start()

    def say(self, state: str) -> None:
        """Be in another state, and say so at once."""
        self.state = state
        self._tell()

    def stop(self) -> None:
        """Say nothing more."""
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopping.wait(1):
            self._tell()

    def _tell(self) -> None:
        body = {
            "_event": "PrinterStateChanged",
            "state_id": self.state,
            "state_string": "",
            "_timestamp": int(datetime.now(UTC).timestamp()),
        }
        self._device.publish(f"{self._base}/event/PrinterStateChanged", body)


@pytest.fixture
def machine(world: World) -> Machine:
    return world.machine()


@pytest.fixture
def teller(world: World, machine: Machine, device: Publisher) -> Iterator[Teller]:
    heard(world, world.source(machine))
    teller = Teller(device, f"{world.centre.slug}/{machine.slug}")
    yield teller
    teller.stop()


@pytest.fixture
def relay(stack: Stack, world: World, machine: Machine, teller: Teller) -> Iterator[Relay]:
    """A contact that holds the machine's interlock."""
    topic = f"relay-{machine.slug}"
    source = world.source(machine, "tasmota", base=topic, options={"switches": "contact"})
    heard(world, source)
    relay = Relay(stack.mqtt_url, gateway(stack.mqtt_admin_url, stack.secret), topic)
    set_up(world, machine, source.id)
    yield relay
    relay.close()


def set_up(world: World, machine: Machine, source_id: SourceId) -> None:
    """An interlock that waits for nothing."""
    interlocks.set_up(
        world.pool,
        world.manager,
        machine,
        source_id=source_id,
        fails=Failing.CLOSED,
        quiet=timedelta(0),
        cool_below=60,
        shares_circuit=(),
        now=datetime.now(UTC),
    )


def looked(world: World, machine: Machine) -> View:
    """Return the interlock's view."""
    return interlocks.view(world.pool, world.manager, machine, now=datetime.now(UTC))[0]


def outcomes(world: World, machine: Machine) -> list[Outcome | None]:
    """Return the outcomes of the commands, the latest first."""
    found = interlocks.log_of(world.pool, world.manager, machine, before=None, limit=50)
    return [c.outcome for c in found]


def settled(world: World, machine: Machine, wanted: list[Outcome]) -> None:
    """Wait until the orders came to this."""
    until(
        lambda: outcomes(world, machine) == wanted, what=f"the orders came to {wanted}", within=45
    )


def come(world: World, machine: Machine) -> Hand:
    """Somebody books the machine and checks in."""
    now = datetime.now(UTC)
    booking = world.booked(machine, world.company(), now.replace(second=0, microsecond=0), now=now)
    hand = Hand(who=world.manager, booking=booking.id)
    booking_changes.check_in(world.pool, hand, now=now)
    return hand


def test_a_check_in_enables_a_run_is_not_cut_and_what_is_left_is_inhibited(
    world: World, machine: Machine, teller: Teller, relay: Relay
) -> None:
    relay.wait(lambda: relay.orders == ["OFF"])
    settled(world, machine, [Outcome.CONFIRMED])
    hand = come(world, machine)
    relay.wait(lambda: relay.orders == ["OFF", "ON"])
    settled(world, machine, [Outcome.CONFIRMED] * 2)
    teller.say("PRINTING")
    until(lambda: looked(world, machine).seen.standing.state == "running", what="it is seen to run")
    booking_changes.check_out(world.pool, hand, now=datetime.now(UTC))
    until(
        lambda: "interlock.busy" in {p.code for p in looked(world, machine).verdict.obstacles},
        what="it waits for the end of the run",
    )
    assert relay.orders == ["OFF", "ON"]
    teller.say("OPERATIONAL")
    relay.wait(lambda: relay.orders == ["OFF", "ON", "OFF"])
    settled(world, machine, [Outcome.CONFIRMED] * 3)
    view = looked(world, machine)
    assert (view.seen.said.latch, view.seen.said.power_up, view.seen.said.has_timer) == (
        Latch.INHIBITED,
        "last",
        False,
    )


def test_a_relay_that_refuses_is_asked_three_times(
    world: World, machine: Machine, relay: Relay
) -> None:
    relay.mood = "refuses"
    settled(world, machine, [Outcome.REFUSED] * 3)
    until(lambda: looked(world, machine).alarm == "failed", what="a manager is to be told")
    assert relay.orders[-3:] == ["OFF"] * 3


def test_a_relay_that_comes_back_elsewhere_is_set_right(
    world: World, machine: Machine, relay: Relay
) -> None:
    settled(world, machine, [Outcome.CONFIRMED])
    relay.reboot(is_on=True)
    relay.wait(lambda: relay.orders == ["OFF", "OFF"])
    settled(world, machine, [Outcome.CONFIRMED] * 2)


def test_no_order_waits_for_a_relay_that_is_away(
    stack: Stack, world: World, machine: Machine, device: Publisher, relay: Relay
) -> None:
    settled(world, machine, [Outcome.CONFIRMED])
    topic, login = f"relay-{machine.slug}", gateway(stack.mqtt_admin_url, stack.secret)
    # Another that hears the same and has the broker keep messages for it: the worst that a maker
    # may have set.
    sleeper = Relay(stack.mqtt_url, login, topic, is_kept=True)
    sleeper.close()
    come(world, machine)
    relay.wait(lambda: relay.orders == ["OFF", "ON"])
    device.publish_all([(f"cmnd/{topic}/Marker", "kept")])
    awake = Relay(stack.mqtt_url, login, topic, is_kept=True)
    awake.wait(lambda: awake.marks == ["kept"])
    assert awake.orders == [], "what is not acknowledged is not kept, and orders are of that kind"
    assert (awake.retained, relay.retained) == ([], [])
    awake.close()


def test_nothing_is_switched_while_the_machine_is_silent(
    world: World, machine: Machine, teller: Teller, relay: Relay
) -> None:
    settled(world, machine, [Outcome.CONFIRMED])
    teller.stop()
    late = datetime.now(UTC) + timedelta(seconds=100)
    come(world, machine)
    view, _ = interlocks.view(world.pool, world.manager, machine, now=late)
    assert {"interlock.stale", "interlock.device_silent"} <= {
        p.code for p in view.verdict.obstacles
    }


def test_a_contact_of_our_own_hears_until_when_an_order_counts(
    world: World, machine: Machine, device: Publisher, teller: Teller
) -> None:
    base = f"{world.centre.slug}/contact-{machine.slug}"
    source = world.source(machine, "contact", base=base)
    heard(world, source)
    device.listen(f"{base}/set")
    device.publish_all([(f"{base}/state", {"v": 1, "latch": "enabled"})])
    set_up(world, machine, source.id)
    assert device.wait_for({"v": 1, "latch": "inhibited"})
    device.publish_all([(f"{base}/state", {"v": 1, "latch": "inhibited"})])
    settled(world, machine, [Outcome.CONFIRMED])
    assert teller.state == "OPERATIONAL"
