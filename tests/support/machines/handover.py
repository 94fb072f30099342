"""A message store, and why messages lie aside."""

from __future__ import annotations

from gadong.core.database import transaction
from gadong.core.domain.access import SYSTEM
from gadong.machines.store import quarantine
from tests.support.world import World


def causes(world: World) -> list[quarantine.Quarantined]:
    """Everything that is set aside, by cause."""
    with transaction(world.pool, SYSTEM) as tx:
        return quarantine.page(tx, world.centre.id, before=None, most=10)
