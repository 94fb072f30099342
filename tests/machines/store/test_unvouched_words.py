"""Messages of a device from before its binding: from an instant on, marked,
and never of grade A.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from gadong.core.database import Pool, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.ids import SourceId, new_id
from gadong.core.domain.machine_state import Grade
from gadong.core.domain.period import Period
from gadong.dialects.domain.formats.reading import Recognised
from gadong.machines.domain.broker_message import BrokerMessage
from gadong.machines.domain.machine import Machine, Source
from gadong.machines.domain.message import Message
from gadong.machines.domain.routing import Router
from gadong.machines.services import handover, ingestion, machines
from gadong.metering.domain.doubt import Cause
from gadong.metering.services import metering, onboarding, replay
from gadong.metering.store import runs
from tests.support.machines.handover import causes
from tests.support.world import World

NOW = datetime.now(UTC).replace(microsecond=0)
BEGUN = NOW - timedelta(days=9)


def word(base: str, state_id: str, at: datetime, received_at: datetime) -> BrokerMessage:
    """OctoPrint's word of a state, with its own time."""
    body = {
        "_event": "PrinterStateChanged",
        "state_id": state_id,
        "_timestamp": int(at.timestamp()),
    }
    return BrokerMessage(
        topic=f"{base}/event/PrinterStateChanged",
        payload=json.dumps({**body, "state_string": ""}).encode(),
        qos=1,
        retained=False,
        is_repeated=False,
        packet=1,
        received_at=received_at,
    )


def adopted(world: World, machine: Machine, *, counts_from: datetime | None) -> Source:
    """Bind a device that said a run of nine days ago before anybody vouched for it."""
    base = f"{world.centre.slug}/new-printer"
    heard_at = NOW - timedelta(minutes=5)
    said = [
        word(base, "PRINTING", BEGUN, heard_at),
        word(base, "OPERATIONAL", BEGUN + timedelta(hours=3), heard_at + timedelta(seconds=1)),
    ]
    found = Recognised(base=base, certainty=0.95)
    onboarding.collect(world.pool, world.centre.id, {("octoprint", base): (found, said, len(said))})
    source = machines.bind(
        world.pool, world.manager, machine, dialect="octoprint", base=base, counts_from=counts_from
    )
    handover.adopt(world.pool, world.centre.id, [SourceId(source.id)], since=datetime.now(UTC))
    metering.catch_up(world.pool)
    return source


def of_machine(pool: Pool, machine: Machine) -> list[tuple[str, Grade, Cause | None]]:
    """The states of the machine's runs, with their grades and doubts."""
    span = Period(BEGUN - timedelta(days=1), NOW + timedelta(days=1))
    with transaction(pool, SYSTEM) as tx:
        found = runs.of_machine(tx, machine.id, span)
    return [(r.state.value, r.grade, r.doubt.cause if r.doubt else None) for r in found]


def test_what_was_said_before_the_binding_is_marked_and_what_follows_is_not(
    world: World, pool: Pool
) -> None:
    machine = world.machine()
    source = adopted(world, machine, counts_from=BEGUN)
    assert of_machine(pool, machine) == [
        ("running", Grade.CONTRADICTED, Cause.UNBOUND),
        ("idle", Grade.CONTRADICTED, Cause.UNBOUND),
    ]
    later = datetime.now(UTC).replace(microsecond=0)
    router = Router(world.centre.id, ingestion.sources(pool, world.centre.id))
    read = router.read(word(source.base, "PRINTING", later, later + timedelta(seconds=1)), new_id())
    ingestion.commit(
        pool, world.centre.id, [item for item in read if isinstance(item, Message)], []
    )
    metering.catch_up(pool)
    assert of_machine(pool, machine)[-1] == ("running", Grade.SIGNAL, None)
    # Reading them again from the signals, as a verification does, says the same.
    metering.rebuild(pool, world.manager, machine)
    assert [grade for _, grade, _ in of_machine(pool, machine)] == [
        Grade.CONTRADICTED,
        Grade.CONTRADICTED,
        Grade.SIGNAL,
    ]


@pytest.mark.parametrize(("seconds", "is_counted"), [(-1, True), (0, True), (1, False)])
def test_nothing_counts_before_the_instant_that_the_operator_names(
    world: World, pool: Pool, seconds: int, is_counted: bool
) -> None:
    machine = world.machine()
    adopted(world, machine, counts_from=BEGUN + timedelta(seconds=seconds))
    states = [state for state, _, _ in of_machine(pool, machine)]
    assert states == (["running", "idle"] if is_counted else ["idle"])
    # Nothing is lost, and nothing comes in by reading it again.
    aside = causes(world)
    assert [cause.reason for cause in aside] == ([] if is_counted else ["before_counting"])
    for cause in aside:
        done = replay.replay(pool, world.manager, cause.id, now=NOW)
        assert (done.understood, done.left) == (0, 1)
    metering.catch_up(pool)
    assert [state for state, _, _ in of_machine(pool, machine)] == states
