"""A device that moves to another machine: each word counts where the device was then."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from gadong.core.database import Pool, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.ids import new_id
from gadong.core.domain.machine_state import State
from gadong.core.domain.period import Period
from gadong.interlock.services import unbinding
from gadong.machines.domain.broker_message import BrokerMessage
from gadong.machines.domain.machine import Machine, Source
from gadong.machines.domain.message import Committed, Message
from gadong.machines.domain.routing import Router
from gadong.machines.services import earlier_bindings, ingestion, machines
from gadong.metering.services import metering
from gadong.metering.store import runs
from tests.support.world import World

BEFORE = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=3)


def word(base: str, state_id: str, at: datetime, *, retained: bool = False) -> BrokerMessage:
    """OctoPrint's word of a state, with its own time; it arrives now."""
    body = {"_event": "PrinterStateChanged", "state_id": state_id, "_timestamp": at.timestamp()}
    return BrokerMessage(
        topic=f"{base}/event/PrinterStateChanged",
        payload=json.dumps({**body, "state_string": ""}).encode(),
        qos=1,
        retained=retained,
        is_repeated=False,
        packet=1,
        received_at=datetime.now(UTC),
    )


def said(world: World, router: Router, *deliveries: BrokerMessage) -> Committed:
    """Store what a session hears by its bindings, as ingest does."""
    read = [item for one in deliveries for item in router.read(one, new_id())]
    found = [item for item in read if isinstance(item, Message)]
    assert len(found) == len(read)
    return ingestion.commit(world.pool, world.centre.id, found, [])


def router_of(world: World) -> Router:
    """The bindings as a session knows them now."""
    return Router(world.centre.id, ingestion.sources(world.pool, world.centre.id))


def running(pool: Pool, machine: Machine) -> list[Period]:
    """The machine's runs; one that lasts ends at the end of the day after."""
    metering.catch_up(pool)
    span = Period(BEFORE - timedelta(days=2), BEFORE + timedelta(days=2))
    with transaction(pool, SYSTEM) as tx:
        found = runs.of_machine(tx, machine.id, span)
    return [Period(r.start, r.end or span.end) for r in found if r.state is State.RUNNING]


@pytest.fixture
def moved(world: World) -> tuple[Machine, Machine, Source]:
    """A device that said of itself at the first machine, and is bound to the second."""
    first, second = world.machine("first"), world.machine("second")
    source = world.source(first)
    said(world, router_of(world), word(source.base, "PRINTING", BEFORE))
    unbinding.unbind(world.pool, world.manager, first, source.id)
    machines.bind(world.pool, world.manager, second, dialect="octoprint", base=source.base)
    return first, second, source


def test_a_retained_word_of_before_is_the_second_machines_from_its_arrival(
    world: World, pool: Pool, moved: tuple[Machine, Machine, Source]
) -> None:
    first, second, source = moved
    bound_at = datetime.now(UTC)
    retained = word(source.base, "PRINTING", BEFORE, retained=True)
    assert said(world, router_of(world), retained).duplicates == 1
    (one,) = running(pool, first)
    (other,) = running(pool, second)
    assert one.start == BEFORE
    assert one.end <= other.start
    assert other.start >= bound_at - timedelta(seconds=1)


def test_what_a_queue_kept_is_of_the_machine_of_then(
    world: World, pool: Pool, moved: tuple[Machine, Machine, Source]
) -> None:
    first, second, source = moved
    said(world, router_of(world), word(source.base, "OPERATIONAL", BEFORE + timedelta(hours=1)))
    assert running(pool, first) == [Period(BEFORE, BEFORE + timedelta(hours=1))]
    assert running(pool, second) == []


def test_a_slow_clock_does_not_lose_the_job_that_begins(
    world: World, pool: Pool, moved: tuple[Machine, Machine, Source]
) -> None:
    _, second, source = moved
    said(world, router_of(world), word(source.base, "OPERATIONAL", BEFORE + timedelta(hours=1)))
    slow = datetime.now(UTC) - timedelta(seconds=40)
    said(world, router_of(world), word(source.base, "PRINTING", slow))
    (run,) = running(pool, second)
    assert run.start >= slow + timedelta(seconds=39)


def test_an_old_word_does_not_stand_over_a_later_one(
    world: World, pool: Pool, moved: tuple[Machine, Machine, Source]
) -> None:
    _, second, source = moved
    later = datetime.now(UTC) + timedelta(seconds=2)
    now_idle = word(source.base, "OPERATIONAL", later)
    said(world, router_of(world), now_idle, word(source.base, "PAUSED", BEFORE))
    said(world, router_of(world), word(source.base, "PRINTING", BEFORE + timedelta(minutes=1)))
    assert all(run.end <= later for run in running(pool, second))


def test_a_plug_whose_outlet_is_bound_alone_was_whole_before(world: World, pool: Pool) -> None:
    first, second = world.machine("first"), world.machine("second")
    source = world.source(first, "tasmota", options={"switches": "contact"})
    unbinding.unbind(world.pool, world.manager, first, source.id)
    one = machines.bind(
        world.pool,
        world.manager,
        second,
        dialect="tasmota",
        base=source.base,
        options={"switches": "contact", "relay": "1"},
    )
    with transaction(pool, SYSTEM) as tx:
        assert [s.id for s in earlier_bindings.of_device(tx, one)] == [source.id]


def test_a_session_that_knows_the_first_binding_alone_gives_the_second_what_is_its_own(
    world: World, pool: Pool
) -> None:
    first, second = world.machine("first"), world.machine("second")
    source = world.source(first)
    knows = router_of(world)
    unbinding.unbind(world.pool, world.manager, first, source.id)
    machines.bind(world.pool, world.manager, second, dialect="octoprint", base=source.base)
    at = datetime.now(UTC) + timedelta(seconds=1)
    said(world, knows, word(source.base, "PRINTING", at))
    assert running(pool, first) == []
    (run,) = running(pool, second)
    assert abs(run.start - at) <= timedelta(seconds=1)


def test_a_binding_that_is_mended_on_one_machine_keeps_its_past(world: World, pool: Pool) -> None:
    machine = world.machine("first")
    source = world.source(machine)
    unbinding.unbind(world.pool, world.manager, machine, source.id)
    machines.bind(world.pool, world.manager, machine, dialect="octoprint", base=source.base)
    said(world, router_of(world), word(source.base, "PRINTING", BEFORE))
    assert [run.start for run in running(pool, machine)] == [BEFORE]


def test_a_watermark_passes_the_numbers_of_before(world: World) -> None:
    first, second = world.machine("first"), world.machine("second")
    base = f"{world.centre.slug}/gateway"
    source = machines.bind(world.pool, world.manager, first, dialect="gadong-json", base=base)
    unbinding.unbind(world.pool, world.manager, first, source.id)
    bound = machines.bind(world.pool, world.manager, second, dialect="gadong-json", base=base)

    def numbered(seq: int, at: datetime) -> BrokerMessage:
        body = {"v": 1, "state": "running", "at": at.isoformat(), "boot": "b1", "seq": seq}
        return BrokerMessage(
            topic=f"{base}/state",
            payload=json.dumps(body).encode(),
            qos=1,
            retained=False,
            is_repeated=False,
            packet=seq,
            received_at=datetime.now(UTC),
        )

    router = router_of(world)
    done = said(world, router, *(numbered(n, BEFORE + timedelta(minutes=n)) for n in (7, 8, 9)))
    assert (bound.id, "b1", 9) in done.watermarks
