"""One device, several machines, on a real broker: found, bound in part, read apart, and one of them
unbound.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from gadong.core.database import Pool, many, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.period import Period
from gadong.dialects.domain.power_states import PowerThresholds
from gadong.interlock.services import unbinding
from gadong.machines.domain.machine import Machine, Source
from gadong.machines.services import device_accounts, ingestion, machines, shared_devices
from gadong.machines.store import unknown_devices
from gadong.metering.services import metering, onboarding
from gadong.metering.store import runs
from tests.conftest import Stack
from tests.ingest.publisher import Publisher
from tests.support.ingest.devices import Device, applied
from tests.support.ingest.inbox import ears_open, unknown
from tests.support.ingest.listening import heard, stored
from tests.support.waiting import until
from tests.support.world import World

WATTS = PowerThresholds(run_above=300, idle_below=100)
START = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=2)


def says(base: str, minutes: float, **watts: float) -> tuple[str, dict[str, object]]:
    """A two-channel plug's notification of what its channels draw,
    so many minutes after the start.
    """
    at = START + timedelta(minutes=minutes)
    switches: dict[str, object] = {
        f"switch:{name[1:]}": {"id": int(name[1:]), "apower": w} for name, w in watts.items()
    }
    body: dict[str, object] = {
        "src": base,
        "method": "NotifyStatus",
        "params": {"ts": at.timestamp(), **switches},
    }
    return f"{base}/events/rpc", body


def ran(pool: Pool, machine: Machine) -> list[tuple[str, float, float | None]]:
    """The runs of a machine in minutes after the start."""
    metering.catch_up(pool)
    with transaction(pool, SYSTEM) as tx:
        found = runs.of_machine(
            tx, machine.id, Period(START - timedelta(hours=1), START + timedelta(minutes=90))
        )
    edges = [(r.state.value, r.start, r.end) for r in found if r.state.value == "running"]
    return [
        (state, (a - START).total_seconds() / 60, (b - START).total_seconds() / 60 if b else None)
        for state, a, b in edges
    ]


def bind(world: World, machine: Machine, device_id: UUID) -> Source:
    """Bind a device of the inbox as the binding page proposes it."""
    found = onboarding.understand(world.pool, world.manager, device_id)
    return machines.bind(
        world.pool,
        world.manager,
        machine,
        dialect=found.device.dialect,
        base=found.device.base,
        options=found.proposed,
        thresholds=WATTS,
    )


def test_a_plug_with_two_channels_is_bound_in_part_and_then_to_its_second_machine(
    world: World, device: Publisher, pool: Pool
) -> None:
    base, mills = f"{world.centre.slug}-plug", [world.machine("mill-1"), world.machine("mill-2")]
    until(lambda: ears_open(world, device), what="the inbox listens")
    device.publish_all(
        [
            says(base, 0, s0=2.0, s1=2.0),
            says(base, 10, s0=900.0),
            says(base, 20, s1=700.0),
            says(base, 30, s0=2.0),
            says(base, 50, s1=2.0),
        ]
    )
    until(lambda: (d := unknown(world, base)) and d.heard == 5, what="it lies in the inbox")
    plug = unknown(world, base)
    assert plug
    first = bind(world, mills[0], plug.id)
    heard(world, first)
    until(lambda: stored(pool) >= 4, what="its first channel's past is read")
    assert ran(pool, mills[0]) == [("running", 10, 30)]

    # It stays in the inbox, with its past, for its second channel.
    found = onboarding.understand(pool, world.manager, plug.id)
    assert [(b.machine.slug, b.channels) for b in found.bound] == [("mill-1", ("0",))]
    assert found.proposed == {"channel": "1"}
    device.publish_all([says(base, 60, s1=700.0, s0=900.0), says(base, 80, s1=2.0, s0=2.0)])
    until(
        lambda: (d := unknown(world, base)) and d.heard == 7, what="what it says is shown there too"
    )
    second = bind(world, mills[1], plug.id)
    heard(world, second)
    until(lambda: unknown(world, base) is None, what="no channel is left")
    assert ran(pool, mills[1]) == [("running", 20, 50), ("running", 60, 80)]
    assert ran(pool, mills[0]) == [("running", 10, 30), ("running", 60, 80)]


def test_a_plug_that_was_put_aside_does_not_come_again_and_can_be_opened(
    world: World, device: Publisher, pool: Pool
) -> None:
    base, mill = f"{world.centre.slug}-plug", world.machine("mill-1")
    until(lambda: ears_open(world, device), what="the inbox listens")
    device.publish_all([says(base, 0, s0=2.0, s1=2.0)])
    until(lambda: unknown(world, base), what="it lies in the inbox")
    plug = unknown(world, base)
    assert plug
    first = bind(world, mill, plug.id)
    heard(world, first)
    until(lambda: stored(pool) >= 1, what="its past is read")
    onboarding.dismiss(pool, world.manager, plug.id)
    device.publish_all([says(base, 10, s0=900.0, s1=3.0), says(base, 12, s0=2.0, s1=3.0)])
    until(lambda: stored(pool) >= 3, what="it is heard")
    device.publish_all([(f"{world.centre.slug}/later", {"a": 1})])
    until(
        lambda: unknown(world, f"{world.centre.slug}/later"),
        what="the inbox heard what came before",
    )
    assert unknown(world, base) is None

    opened = shared_devices.open_device(pool, world.manager, mill, first.id)
    found = onboarding.understand(pool, world.manager, opened.id)
    assert (found.proposed, found.looked_at) == ({"channel": "1"}, 3)
    until(lambda: is_shown(world, device, base), what="what it says is shown")
    device.publish_all([says(base, 20, s1=700.0), says(base, 30, s1=2.0)])
    other = world.machine("mill-2")
    second = bind(world, other, opened.id)
    heard(world, second)
    until(lambda: ran(pool, other) == [("running", 20, 30)], what="its past is read")
    with transaction(pool, SYSTEM) as tx:
        assert unknown_devices.opened(tx, world.centre.id) == {opened.id}


def is_shown(world: World, device: Publisher, base: str) -> bool:
    """Return whether a message of an opened device reaches the inbox by now."""
    device.publish_all([says(base, 15, s1=2.0)])
    found = unknown(world, base)
    return found is not None and found.heard > 0


def test_unbinding_one_machine_leaves_the_others_heard(
    world: World, device: Publisher, pool: Pool
) -> None:
    base, mills = f"{world.centre.slug}-plug", [world.machine("mill-1"), world.machine("mill-2")]
    bound = [
        world.source(mill, "shelly", base=base, thresholds=WATTS, options={"channel": str(n)})
        for n, mill in enumerate(mills)
    ]
    for source in bound:
        heard(world, source)
    device.publish_all([says(base, 0, s0=2.0, s1=2.0)])
    until(lambda: stored(pool) == 2, what="both are heard")
    unbinding.unbind(pool, world.manager, mills[0], bound[0].id)
    until(lambda: not is_heard(world, bound[0]), what="the first is heard no more")
    device.publish_all([says(base, 10, s0=900.0, s1=700.0), says(base, 30, s0=2.0, s1=2.0)])
    until(lambda: stored(pool) == 4, what="the second is heard")
    assert ran(pool, mills[0]) == []
    assert ran(pool, mills[1]) == [("running", 10, 30)]


def is_heard(world: World, source: Source) -> bool:
    """Return whether ingest reads a source."""
    return ingestion.is_heard(world.pool, world.manager, source)


def test_one_account_speaks_for_all_machines_of_a_device(
    world: World, stack: Stack, device: Publisher, pool: Pool
) -> None:
    base, mills = f"{world.centre.slug}-plug", [world.machine("mill-1"), world.machine("mill-2")]
    bound = [
        world.source(mill, "shelly", base=base, thresholds=WATTS, options={"channel": str(n)})
        for n, mill in enumerate(mills)
    ]
    for source in bound:
        heard(world, source)
    account, password = device_accounts.issue(
        pool,
        world.manager,
        world.centre.id,
        name="plug",
        source=bound[0].id,
        secret=stack.secret,
        now=datetime.now(UTC),
    )
    until(lambda: applied(world, account), what="the broker knows it")
    plug = Device(stack, account, password)
    try:
        began = datetime.now(UTC)
        assert plug.publish(f"{base}/online") == 0
        until(
            lambda: causes(pool) == {bound[0].id},
            what="what it said is set aside once for the device",
        )
        unbinding.unbind(pool, world.manager, mills[0], bound[0].id)
        # The account outlives the machine that it was made for: the device is still there.
        assert plug.publish(f"{base}/status/switch:1") == 0
        assert plug.publish("elsewhere/online") >= 0x87
    finally:
        plug.close()
    device_accounts.revoke(pool, world.manager, account.id, reason="stolen", since=began)
    with transaction(pool, SYSTEM) as tx:
        aside = {row["source_id"] for row in many(tx, "select source_id from set_aside")}
    assert aside == {source.id for source in bound}


def causes(pool: Pool) -> set[Any]:
    """The sources for which something is set aside."""
    with transaction(pool, SYSTEM) as tx:
        return {row["source_id"] for row in many(tx, "select source_id from quarantine")}
