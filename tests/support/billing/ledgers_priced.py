"""Machines without signals, observed by the ledger of use."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from gadong.machines.domain.machine import Machine
from gadong.machines.domain.observation import Observed
from gadong.machines.services import observations
from gadong.machines.services.machines import BEGINNING
from tests.support.billing.lines_by_their_own_day import API
from tests.support.world import World

CMM = {"kind": "cmm", "rate_per_hour": "30000", "basis": "actual_run"}


@pytest.fixture
def cmm(world: World) -> Machine:
    """A machine that a ledger observes, and two companies."""
    world.company()
    world.company()
    machine = world.machine("cmm-1", kind="cmm")
    observe(world, machine, Observed.LEDGER)
    return machine


def observe(world: World, machine: Machine, observed: Observed) -> None:
    """Declare how a machine was always observed."""
    observations.declare(world.pool, world.manager, machine.id, observed, since=BEGINNING)


def publish(world: World, client: TestClient, *items: dict[str, Any]) -> Any:
    """Publish a tariff of the items, from the year's beginning."""
    tariff = {"effective_from": "2026-01-01", "items": list(items)}
    made = client.post(f"{API}/tariffs", json={"centre": str(world.centre.id), "tariff": tariff})
    assert made.status_code == 201, made.text
    return client.post(f"{API}/tariffs/{made.json()['id']}/publish")
