"""Ingest with a real broker: what is published is stored once, understood, and answered for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from gadong.booking.services import timeline
from gadong.core.database import Pool, many, one, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.machine_state import State
from gadong.core.domain.period import Period
from gadong.interlock.services import unbinding
from gadong.machines.services import machines
from gadong.machines.store.quarantine import Quarantined
from gadong.metering.services import metering
from gadong.metering.store import runs
from tests.ingest.publisher import Publisher
from tests.support.ingest.listening import heard, state, stored
from tests.support.waiting import until
from tests.support.world import World


def test_a_message_becomes_a_run(world: World, device: Publisher, pool: Pool) -> None:
    machine = world.machine()
    heard(world, world.source(machine))
    start = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=3)
    base = f"{world.centre.slug}/{machine.slug}"
    begun = {"name": "jig.gcode", "_event": "PrintStarted", "_timestamp": int(start.timestamp())}
    device.publish_all([(f"{base}/event/PrintStarted", begun)])
    for minutes, state_id in ((0, "PRINTING"), (40, "OPERATIONAL")):
        stamp = int((start + timedelta(minutes=minutes)).timestamp())
        body = {
            "state_id": state_id,
            "state_string": "",
            "_event": "PrinterStateChanged",
            "_timestamp": stamp,
        }
        device.publish_all([(f"{base}/event/PrinterStateChanged", body)])
    until(lambda: stored(pool) == 3)
    metering.catch_up(pool)
    live = next(s.live for s in timeline.seen(pool, world.manager) if s.machine.id == machine.id)
    assert live is not None
    assert (live.state, live.since, live.job) == (
        State.IDLE,
        start + timedelta(minutes=40),
        "jig.gcode",
    )
    with transaction(pool, SYSTEM) as tx:
        found = runs.of_machine(tx, machine.id, Period(start, start + timedelta(hours=3)))
    assert [(r.state, r.start) for r in found] == [
        (State.RUNNING, start),
        (State.IDLE, start + timedelta(minutes=40)),
    ]
    assert found[0].opened_by is not None
    message, meaning = timeline.message(pool, world.manager, found[0].opened_by)
    # Both words of that second say it; the first that came began it.
    assert b"PrintStarted" in message.payload
    assert ("activity", "running") in {(m.channel, m.value) for m in meaning}


def test_the_same_message_again_is_no_second_one(
    world: World, device: Publisher, pool: Pool
) -> None:
    machine = world.machine()
    heard(world, world.source(machine, "gadong-json"))
    topic, now = f"gadong/v1/{world.centre.slug}/{machine.slug}/state", datetime.now(UTC)
    first = state("b1", 1, "running", now)
    device.publish_all([(topic, first)] * 3 + [(topic, state("b1", 2, "idle", now))])
    until(lambda: stored(pool) == 2)
    # The same number under a corrected clock is the same message; other words under it are set
    # aside.
    device.publish_all(
        [(topic, state("b1", 1, "paused", now)), (topic, state("b1", 3, "idle", now))]
    )
    until(lambda: stored(pool) == 3)
    assert stored(pool, "signals") == stored(pool) * 3
    found = machines.quarantined(pool, world.manager, world.centre.id, before=None, most=10)
    assert [q.reason for q in found] == ["sequence_conflict"]


def test_a_gateway_hears_how_far_it_is_committed_and_a_gap_is_seen(
    world: World, device: Publisher, pool: Pool
) -> None:
    machine = world.machine()
    heard(world, world.source(machine, "gadong-json"))
    base, now = f"gadong/v1/{world.centre.slug}/{machine.slug}", datetime.now(UTC)
    device.listen(f"{base}/committed")
    device.publish_all([(f"{base}/state", state("b1", n, "idle", now)) for n in (1, 2, 4, 5)])
    assert device.wait_for({"boot": "b1", "upto": 2})
    # The watermark may have come with a batch that held no more than the first two.
    until(lambda: stored(pool) == 4, what="all four are stored")
    with transaction(pool, SYSTEM) as tx:
        gap = one(tx, "select upto, highest, gap_since from sequence_positions")
    assert gap is not None
    assert (gap["upto"], gap["highest"], gap["gap_since"] is None) == (2, 5, False)
    device.publish_all([(f"{base}/state", state("b1", 3, "idle", now))])
    assert device.wait_for({"boot": "b1", "upto": 5})
    with transaction(pool, SYSTEM) as tx:
        gap = one(tx, "select upto, gap_since from sequence_positions")
    assert gap is not None
    assert (gap["upto"], gap["gap_since"]) == (5, None)


def test_rubbish_is_set_aside_counted_and_delays_nobody(
    world: World, device: Publisher, pool: Pool
) -> None:
    machine = world.machine()
    heard(world, world.source(machine, "gadong-json"))
    topic, now = f"gadong/v1/{world.centre.slug}/{machine.slug}/state", datetime.now(UTC)
    poison: list[object] = [
        b"\xff\xfe\x00",
        "[" * 50_000,
        '{"state": "idle", "at": 1e18}',
        '{"state": "idle", "boot": "b", "seq": 9, "at": "1970-01-01T00:00:09Z"}',
        '{"state": "idle", "boot": "b\\u0000", "seq": 1}',
        '{"state": "\\ud800"}',
    ]
    messages: list[tuple[str, object]] = []
    for n in range(60):
        messages += [(topic, state("b1", n, "idle", now)), (topic, poison[n % len(poison)])]
    device.publish_all(messages)

    def quarantined() -> list[Quarantined]:
        return machines.quarantined(pool, world.manager, world.centre.id, before=None, most=50)

    # The last of them may be in a batch after the last good message's.
    until(lambda: stored(pool) == 60 and sum(q.occurrences for q in quarantined()) == 60)
    found = quarantined()
    assert {q.reason for q in found} >= {
        "not_json",
        "number_out_of_range",
        "time_out_of_window",
        "bad_sequence",
    }
    assert all(q.detail and q.topic == topic for q in found)


def test_a_retired_source_is_heard_no_more_and_a_new_one_within_seconds(
    world: World, device: Publisher, pool: Pool
) -> None:
    machine = world.machine()
    old = world.source(machine, base=f"{world.centre.slug}/old")
    heard(world, old)
    unbinding.unbind(pool, world.manager, machine, old.id)
    heard(world, world.source(machine, base=f"{world.centre.slug}/new"))
    device.publish_all(
        [(f"{world.centre.slug}/{name}/mqtt", "connected") for name in ("old", "new")]
    )
    until(lambda: stored(pool) == 1)
    with transaction(pool, SYSTEM) as tx:
        assert [r["topic"] for r in many(tx, "select topic from messages")] == [
            f"{world.centre.slug}/new/mqtt"
        ]


@pytest.mark.usefixtures("without_inbox")  # the inbox would have received the new value
def test_an_old_retained_value_opens_nothing(world: World, device: Publisher, pool: Pool) -> None:
    machine = world.machine()
    base = f"{world.centre.slug}/{machine.slug}"
    body = {"location": "local", "path": "a.gcode", "progress": 40}
    device.wait_taken([device.publish(f"{base}/progress/printing", body, retain=True)])
    heard(world, world.source(machine))
    until(lambda: stored(pool) == 1)
    metering.catch_up(pool)
    with transaction(pool, SYSTEM) as tx:
        rules = [r["time_rule"] for r in many(tx, "select time_rule from signals")]
        found = runs.of_machine(
            tx, machine.id, Period(datetime(2026, 1, 1, tzinfo=UTC), datetime.now(UTC))
        )
    assert set(rules) == {"retained"}
    assert [r.state for r in found] in ([], [State.UNKNOWN])
    device.wait_taken([device.publish(f"{base}/progress/printing", "", retain=True)])


def test_a_device_is_asked_how_it_does_when_it_is_bound(world: World, device: Publisher) -> None:
    machine = world.machine()
    base = f"{world.centre.slug}/{machine.slug}"
    device.listen(f"{base}/moonraker/api/request")
    heard(world, world.source(machine, "moonraker", base=base))
    assert device.wait_for({"method": "printer.objects.query"})
