"""Devices that nobody has bound yet."""

from __future__ import annotations

from datetime import datetime

from gadong.machines.domain.unknown_device import UnknownDevice
from gadong.metering.services import onboarding
from tests.ingest.publisher import Publisher
from tests.support.world import World


def event(state_id: str, at: datetime) -> dict[str, object]:
    """OctoPrint's word of a state."""
    stamp = int(at.timestamp())
    return {
        "_event": "PrinterStateChanged",
        "state_id": state_id,
        "state_string": "",
        "_timestamp": stamp,
    }


def unknown(world: World, base: str) -> UnknownDevice | None:
    """The unknown device of that base."""
    found = onboarding.unknown(world.pool, world.manager, world.centre.id)
    return next((d for d in found if d.base == base), None)


def ears_open(world: World, device: Publisher) -> bool:
    """Return whether a message to no source reaches the inbox by now."""
    device.publish_all([(f"{world.centre.slug}/probe", {"a": 1})])
    return unknown(world, f"{world.centre.slug}/probe") is not None
