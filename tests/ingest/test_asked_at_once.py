"""A device whose words leave its state in doubt is asked at once, through broker and ingest."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from gadong.booking.services import timeline
from gadong.core.database import Pool, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.period import Period
from gadong.metering.services import metering
from gadong.metering.store import runs
from tests.ingest.publisher import Publisher
from tests.support.ingest.listening import heard
from tests.support.waiting import until
from tests.support.world import World

QUESTION = {"method": "printer.objects.query"}
SHUTDOWN, READY = {"state": "shutdown"}, {"state": "ready"}
PRINTING, PAUSED = ({"state": word} for word in ("printing", "paused"))


@pytest.fixture
def printer(world: World, device: Publisher) -> None:
    """A Klipper that ingest hears, and that hears what it is asked."""
    device.listen("k/moonraker/api/request")
    heard(world, world.source(world.machine("klipper"), "moonraker", base="k"))
    assert device.wait_for(QUESTION), "it is asked for everything once it is bound"


def status(**objects: object) -> tuple[str, object]:
    """A status of Klipper."""
    return "k/klipper/status", {"eventtime": 1.0, "status": objects}


def answer(**objects: object) -> tuple[str, object]:
    """An answer to our question."""
    body = {"jsonrpc": "2.0", "id": "gadong.status", "result": {"status": objects}}
    return "k/moonraker/api/response", body


def states(pool: Pool, world: World) -> list[str]:
    """Return the machine's states in order, once the floor shows the last of them.

    A word that is stored between the two readings is in one of them alone.
    """
    found: list[str] = []

    def agree() -> bool:
        metering.catch_up(pool)
        (seen,) = timeline.seen(pool, world.manager)
        now = datetime.now(UTC)
        with transaction(pool, SYSTEM) as tx:
            derived = runs.of_machine(tx, seen.machine.id, Period(now - timedelta(hours=1), now))
        found[:] = [run.state.value for run in derived]
        shown = seen.live.state.value if seen.live else None
        return shown == (found[-1] if found else None)

    until(agree, what="the floor shows the last state")
    return found


@pytest.mark.usefixtures("printer")
def test_a_pause_of_before_a_shutdown_is_over_once_the_host_is_ready(
    world: World, device: Publisher, pool: Pool
) -> None:
    device.publish_all([status(print_stats=PRINTING), status(webhooks=SHUTDOWN)])
    until(lambda: states(pool, world)[-1:] == ["fault"], what="it is shut down")
    device.forget()
    device.publish_all([status(print_stats=PAUSED)])
    assert device.wait_for(QUESTION, within=5), "a job that goes on in a shutdown is a question"
    assert states(pool, world)[-1] == "fault"
    # `startup` and `standby` are lost. Ready again, the printer stands; whether it does is asked.
    device.forget()
    device.publish_all([status(webhooks=READY)])
    until(lambda: states(pool, world)[-1] == "idle", what="nothing stands paused")
    # It was asked a moment ago, and is not asked again within ten seconds.
    assert device.wait_for(QUESTION), "it is asked what it does"
    device.publish_all([answer(webhooks=READY, print_stats=PRINTING)])
    until(lambda: states(pool, world)[-1] == "running", what="its answer counts")


@pytest.mark.usefixtures("printer")
def test_a_printer_whose_link_is_back_is_asked_what_it_does(
    world: World, device: Publisher, pool: Pool
) -> None:
    device.publish_all([status(print_stats=PRINTING)])
    until(lambda: states(pool, world) == ["running"], what="it prints")
    device.publish_all([("k/moonraker/status", {"server": "offline"})])
    device.forget()
    device.publish_all([("k/moonraker/status", {"server": "online"})])
    assert device.wait_for(QUESTION, within=5), "its state is unknown until it says it"
    device.publish_all([answer(webhooks=READY, print_stats=PRINTING)])
    until(lambda: states(pool, world) == ["running"], what="it printed on")
