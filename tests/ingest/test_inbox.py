"""Devices that nobody has bound: found, shown with what they seem to be, and read from their first
word once bound.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from gadong.core.database import Pool, many, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.period import Period
from gadong.machines.domain import unknown_device
from gadong.machines.services import machines
from gadong.machines.store import quarantine, unknown_devices
from gadong.metering.services import metering, onboarding, replay, source_settings
from gadong.metering.store import runs
from tests.ingest.publisher import Publisher
from tests.support.ingest.inbox import ears_open, event, unknown
from tests.support.ingest.listening import heard, stored
from tests.support.waiting import until
from tests.support.world import World


def test_a_device_is_recognised_shown_bound_and_read_from_its_first_word(
    world: World, device: Publisher, pool: Pool
) -> None:
    base, start = (
        f"{world.centre.slug}/new-printer",
        datetime.now(UTC).replace(microsecond=0) - timedelta(hours=2),
    )
    topic = f"{base}/event/PrinterStateChanged"
    until(lambda: ears_open(world, device), what="the inbox listens")
    device.publish_all(
        [
            (topic, event("PRINTING", start)),
            (topic, event("OPERATIONAL", start + timedelta(minutes=30))),
        ]
    )
    until(lambda: (d := unknown(world, base)) and d.heard == 2, what="it lies in the inbox")
    known = unknown(world, base)
    assert known
    assert (known.dialect, known.certainty) == ("octoprint", 0.95)
    _, readings = onboarding.look(pool, world.manager, known.id)
    assert [r.trouble for r in readings] == ["", ""]
    assert {f.value for r in readings for f in r.facts} >= {"running", "idle"}
    machine = world.machine()
    source = machines.bind(
        pool, world.manager, machine, dialect=known.dialect, base=known.base, options=known.options
    )
    heard(world, source)
    until(lambda: unknown(world, base) is None, what="what it said was handed over")
    metering.catch_up(pool)
    with transaction(pool, SYSTEM) as tx:
        found = runs.of_machine(
            tx, machine.id, Period(start - timedelta(days=1), start + timedelta(days=1))
        )
    assert [(r.state.value, r.start) for r in found] == [
        ("running", start),
        ("idle", start + timedelta(minutes=30)),
    ]


def test_a_flood_of_invented_devices_is_bounded_and_slows_no_machine(
    world: World, device: Publisher, pool: Pool
) -> None:
    machine = world.machine()
    heard(world, world.source(machine))
    base = f"{world.centre.slug}/{machine.slug}"
    until(lambda: ears_open(world, device), what="the inbox listens")
    device.publish_all((f"{world.centre.slug}/flood-{n}", {"value": n}) for n in range(3000))
    device.publish_all(
        [(f"{base}/event/PrinterStateChanged", event("PRINTING", datetime.now(UTC)))]
    )
    until(lambda: stored(pool) == 1, what="the machine is heard all the same")
    with transaction(pool, SYSTEM) as tx:
        assert len(unknown_devices.devices(tx, world.centre.id)) <= unknown_device.MOST_DEVICES


def set_aside(pool: Pool) -> list[tuple[bytes, datetime]]:
    """Every message that is kept whole, with its arrival, in that order."""
    query = "select payload, received_at from quarantined_messages order by received_at, number"
    with transaction(pool, SYSTEM) as tx:
        return [(bytes(row["payload"]), row["received_at"]) for row in many(tx, query)]


def test_what_was_set_aside_is_read_again_once_the_binding_is_right(
    world: World, device: Publisher, pool: Pool
) -> None:
    machine = world.machine()
    base = f"{world.centre.slug}/{machine.slug}"
    wrong = world.source(
        machine, "mapper", base=base, options={"value": "s", "states": "on=running"}
    )
    heard(world, wrong)
    device.publish_all([(base, {"s": "lunch"}), (base, {"s": "working"}), (base, {"s": "working"})])
    until(lambda: stored(pool, "quarantine") == 2, what="both words are set aside")
    until(lambda: len(set_aside(pool)) >= 3, what="each message is kept whole")
    source_settings.change(
        pool,
        world.manager,
        machine,
        wrong.id,
        effective_from=datetime.now(UTC),
        now=datetime.now(UTC),
        options={"value": "s", "states": "on=running,working=running"},
    )
    words = [b'{"s": "lunch"}', b'{"s": "working"}', b'{"s": "working"}']
    assert [payload for payload, _ in set_aside(pool)] == words, set_aside(pool)
    with transaction(pool, SYSTEM) as tx:
        groups = quarantine.page(tx, world.centre.id, before=None, most=10)
    done = [replay.replay(pool, world.manager, g.id, now=datetime.now(UTC)) for g in groups]
    assert sorted((d.understood, d.left) for d in done) == [(0, 1), (2, 0)]
    # Each word was stored as an unknown state; of two there is a reading now, which counts instead.
    metering.catch_up(pool)
    with transaction(pool, SYSTEM) as tx:
        assert many(tx, "select state from runs order by during")[-1]["state"] == "running"
    assert stored(pool) == 5
    assert stored(pool, "quarantine") == 1
