"""Devices whose channels belong to several machines: which are bound, and binding the next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gadong.core.database import Pool, Tx, transaction
from gadong.core.domain.access import SYSTEM, Caller, Right
from gadong.core.domain.ids import CentreId, SourceId
from gadong.core.domain.problem import Conflict, NotFound
from gadong.machines.domain.broker_message import BrokerMessage
from gadong.machines.domain.machine import Machine, Source
from gadong.machines.domain.routing import Router
from gadong.machines.domain.shared_device import beside, channels_of, free_channels
from gadong.machines.domain.unknown_device import UnknownDevice
from gadong.machines.store import machines, unknown_devices


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundChannel:
    """A machine that reads some channels of a device, and the source by which it does."""

    machine: Machine
    source: Source
    channels: tuple[str, ...]


def bound(tx: Tx, device: UnknownDevice) -> list[BoundChannel]:
    """Return the machines that read channels of a device that lies in the inbox."""
    machine_of = {m.id: m for m in machines.of_centres(tx, [device.centre_id])}
    return [
        BoundChannel(
            machine=machine_of[s.machine_id], source=s, channels=tuple(sorted(channels_of(s)))
        )
        for s in machines.sources(tx, centre_id=device.centre_id)
        if (s.dialect, s.base) == (device.dialect, device.base)
        and s.machine_id in machine_of
        and channels_of(s)
    ]


def proposed(
    device: UnknownDevice, bound: Sequence[BoundChannel], said: Sequence[BrokerMessage]
) -> Mapping[str, Any]:
    """Return the options that read the device's first free channel.

    As it was recognised where nothing is bound.
    """
    if not bound:
        return device.options
    sources = [b.source for b in bound]
    router = Router(device.centre_id, sources[:1])
    for delivery in said:
        for _, tail in router.readers(delivery.topic):
            if free := free_channels(tail, delivery.payload, sources):
                return next(iter(free.values()))
    return sources[0].options


def open_device(pool: Pool, who: Caller, machine: Machine, source_id: SourceId) -> UnknownDevice:
    """Lay a bound device in the inbox, with what it said in the last hour, to bind another machine
    to it.

    It stays there, and what it says is shown, until it is put aside.
    """
    permit = who.need(machine.centre_id, Right.FLOOR_WORK)
    with transaction(pool, permit) as tx:
        source = machines.source(tx, source_id)
        if source is None or source.machine_id != machine.id:
            raise NotFound("This machine has no such source")
        if not channels_of(source):
            raise Conflict(
                f"A machine reads all of {source.base}: change its options to name a channel first"
            )
        others = beside(source, machines.sources(tx, centre_id=machine.centre_id))
        device_id = unknown_devices.open_bound(tx, source, [s.id for s in (source, *others)])
        found = unknown_devices.device(tx, device_id)
    if found is None:
        raise NotFound
    return found


def in_inbox(pool: Pool, centre_id: CentreId) -> frozenset[tuple[str, str]]:
    """Return the devices of the inbox, by dialect and base, of which a source reads something.

    For ingest.
    """
    with transaction(pool, SYSTEM) as tx:
        return unknown_devices.bound_in_part(tx, centre_id)
