"""Every recipe from the broker to the runs: what its sender publishes becomes a machine's job."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial

from gadong.core.database import Pool, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.period import Period
from gadong.dialects.domain.power_states import PowerThresholds
from gadong.machines.domain.machine import Machine
from gadong.metering.services import metering
from gadong.metering.store import runs
from tests.ingest.publisher import Publisher
from tests.support.ingest.listening import heard
from tests.support.recipes import SENDERS, Sender
from tests.support.waiting import until
from tests.support.world import World

WATTS = PowerThresholds(
    run_above=400, idle_below=250, run_after=timedelta(0), idle_after=timedelta(0)
)


def states(pool: Pool, machine: Machine) -> list[str]:
    """Return a machine's states of the last hours, in order."""
    metering.catch_up(pool)
    now = datetime.now(UTC)
    with transaction(pool, SYSTEM) as tx:
        found = runs.of_machine(
            tx, machine.id, Period(now - timedelta(hours=3), now + timedelta(hours=1))
        )
    return [run.state.value for run in found]


def test_every_recipe_becomes_runs(world: World, device: Publisher, pool: Pool) -> None:
    bound: list[tuple[Sender, str, Machine]] = []
    for number, sender in enumerate(SENDERS):
        machine, slash = world.machine(f"mill-{number}"), "/" * sender.base.startswith("/")
        base = f"{slash}{world.centre.slug}/{sender.base.removeprefix('/')}"
        source = world.source(
            machine,
            "mapper",
            base=base,
            options=sender.options,
            thresholds=WATTS if sender.is_meter else None,
        )
        heard(world, source)
        bound.append((sender, base, machine))
    job = ["idle", "running", "paused", "idle"]
    for state in job:
        at = datetime.now(UTC)
        said = [
            one
            for sender, base, _ in bound
            if state in sender.shows
            for one in sender.say(base, state, at)
        ]
        device.publish_all(said)
        # Runs are whole seconds, and many of these senders say no time of their own.
        later = at + timedelta(seconds=2)
        until(partial(_has_passed, later), what="a second has passed")
    for sender, _, machine in bound:
        wanted = [state for state in job if state in sender.shows]
        until(partial(_has_shown, pool, machine, wanted), what=sender.recipe)


def _has_shown(pool: Pool, machine: Machine, wanted: list[str]) -> bool:
    return states(pool, machine) == wanted


def _has_passed(instant: datetime) -> bool:
    return datetime.now(UTC) > instant
