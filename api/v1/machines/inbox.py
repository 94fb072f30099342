"""Devices that are not bound yet, or bound in part; and what was said that nobody understood."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from time import sleep
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from api.identity import Connections, Keys, Who
from api.v1 import paging
from api.v1.machine_names import InCentre, MachineInPath, find_machine, needed
from api.v1.machines import devices_schemas as schemas
from api.v1.machines.machines_schemas import QuarantinedOut, SourceOut
from api.v1.machines.sources import HEARD_WITHIN, bound
from gadong.core.domain.ids import CentreId, SourceId
from gadong.machines.domain.unknown_device import UnknownDevice
from gadong.machines.services import ingestion, machines, shared_devices
from gadong.machines.services.shared_devices import BoundChannel
from gadong.metering.services import onboarding, replay
from gadong.metering.services.onboarding import MessageReading

router = APIRouter(tags=["devices"])


@router.post("/machines/{machine}/sources/{source_id}/inbox", status_code=201)
def open_source(
    machine_ref: MachineInPath,
    source_id: UUID,
    who: Who,
    pool: Connections,
    centre: InCentre = None,
) -> schemas.UnknownDeviceOut:
    """Lay a bound device in the inbox, to bind another machine to its other channels.

    It stays until put aside.
    """
    machine = find_machine(pool, who, machine_ref, centre)
    device = shared_devices.open_device(pool, who, machine, SourceId(source_id))
    return _unknown(pool, who, device.id)


@router.get("/inbox")
def list_inbox(
    who: Who, pool: Connections, centre: Annotated[UUID, Query()]
) -> paging.Page[schemas.UnknownDeviceOut]:
    """Devices that were heard and are not bound, the surest first; for managers."""
    return paging.whole([_device(d) for d in onboarding.unknown(pool, who, CentreId(centre))])


@router.get("/inbox/{device_id}")
def get_unknown_device(device_id: UUID, who: Who, pool: Connections) -> schemas.UnknownDeviceOut:
    """Return an unknown device with its last messages and what Gadong would make of them."""
    return _unknown(pool, who, device_id)


@router.post("/inbox/{device_id}/bind", status_code=201)
def bind_unknown_device(
    device_id: UUID,
    body: schemas.AdoptIn,
    response: Response,
    who: Who,
    pool: Connections,
    keys: Keys,
) -> SourceOut:
    """Bind a device as it was recognised, or as you say. For managers.

    What it said before is read too, as far as it speaks of `counts_from` or later, and is marked.
    """
    device, _ = onboarding.look(pool, who, device_id)
    source = machines.bind(
        pool,
        who,
        needed(pool, who, body.machine, body.machine_slug, device.centre_id),
        dialect=body.dialect or device.dialect,
        base=body.base or device.base,
        precedence=body.precedence,
        proves_running=body.proves_running,
        heartbeat=timedelta(seconds=body.heartbeat_seconds) if body.heartbeat_seconds else None,
        thresholds=body.thresholds.to_domain() if body.thresholds else None,
        options=device.options if body.options is None else body.options,
        keys=keys,
        counts_from=body.counts_from or device.first_at,
    )
    response.headers["Location"] = f"/api/v1/machines/{source.machine_id}/sources"
    heard = ingestion.wait_until_heard(pool, who, source, within=HEARD_WITHIN, pause=sleep)
    return bound(source, is_heard=heard)


@router.delete("/inbox/{device_id}", status_code=204)
def dismiss_unknown_device(device_id: UUID, who: Who, pool: Connections) -> None:
    """Put an unknown device aside; it comes again if it goes on speaking. For managers."""
    onboarding.dismiss(pool, who, device_id)


@router.put("/centres/{centre}/discovery", status_code=204)
def set_discovery(centre: UUID, body: schemas.DiscoveryIn, who: Who, pool: Connections) -> None:
    """Set the topics in which a centre looks for unknown devices; for the administrator."""
    onboarding.set_discovery(pool, who, CentreId(centre), body.filters)


@router.get("/quarantine")
def list_quarantine(
    who: Who,
    pool: Connections,
    centre: Annotated[UUID, Query()],
    limit: paging.Limit = 50,
    cursor: paging.Cursor = None,
) -> paging.Page[QuarantinedOut]:
    """List messages that were not understood, the latest cause first; for managers."""
    found = machines.quarantined(
        pool, who, CentreId(centre), before=paging.before_moment(cursor), most=limit
    )
    last = found[-1] if len(found) == limit else None
    return paging.Page(
        items=[
            QuarantinedOut(
                id=q.id,
                source=q.source_id,
                reason=q.reason,
                detail=q.detail,
                topic=q.topic,
                payload=q.payload.decode("utf-8", "backslashreplace"),
                occurrences=q.occurrences,
                kept=q.kept,
                first_at=q.first_at,
                last_at=q.last_at,
            )
            for q in found
        ],
        next=paging.next_moment(last.last_at, last.id) if last else None,
    )


@router.post("/quarantine/{group_id}/replay")
def replay_quarantine(group_id: UUID, who: Who, pool: Connections) -> schemas.ReplayedOut:
    """Read a cause's messages again after its source was put right; what is still not understood
    stays.
    """
    done = replay.replay(pool, who, group_id, now=datetime.now(UTC))
    return schemas.ReplayedOut(understood=done.understood, left=done.left)


def _unknown(pool: Connections, who: Who, device_id: UUID) -> schemas.UnknownDeviceOut:
    device, readings = onboarding.look(pool, who, device_id)
    return _device(device, readings, onboarding.understand(pool, who, device_id).bound)


def _device(
    device: UnknownDevice,
    readings: list[MessageReading] | None = None,
    bound: Sequence[BoundChannel] = (),
) -> schemas.UnknownDeviceOut:
    return schemas.UnknownDeviceOut(
        id=device.id,
        dialect=device.dialect,
        base=device.base,
        options=dict(device.options),
        certainty=device.certainty,
        name=device.name,
        heard=device.heard,
        first_at=device.first_at,
        last_at=device.last_at,
        bound=[
            schemas.BoundChannelOut(
                machine=b.machine.id, machine_slug=b.machine.slug, channels=list(b.channels)
            )
            for b in bound
        ],
        messages=[
            schemas.ReadingOut(
                topic=r.delivery.topic,
                payload=r.delivery.payload[:4096].decode("utf-8", "backslashreplace"),
                received_at=r.delivery.received_at,
                meaning=[
                    schemas.FactOut(channel=f.channel, part=f.part, value=f.value) for f in r.facts
                ],
                trouble=r.trouble,
            )
            for r in readings or ()
        ],
    )
