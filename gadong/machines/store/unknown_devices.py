"""Unknown devices: what they are taken for, and what they said, until somebody binds them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from gadong.core.database import Tx, many, one, run
from gadong.core.domain.ids import CentreId, SourceId, new_id
from gadong.core.store.queries import statements
from gadong.dialects.domain.formats.reading import Recognised
from gadong.machines.domain.broker_message import BrokerMessage
from gadong.machines.domain.machine import Source
from gadong.machines.domain.unknown_device import (
    MOST_BYTES,
    MOST_DEVICES,
    MOST_MESSAGES,
    UnknownDevice,
)

SQL = statements(__file__)


def discovery(tx: Tx, centre_id: CentreId) -> tuple[str, ...]:
    """Return the centre's filters of the search for unknown devices.

    Without a setting, the only centre of an installation searches everywhere. The topics of its
    devices' accounts are searched in any case.
    """
    row = one(tx, SQL["discovery"], centre_id=centre_id)
    if row is None:
        return ()
    is_everywhere = row["discovery"] is None and row["is_only"]
    filters = ["#"] if is_everywhere else list(row["discovery"] or ())
    if "#" in filters:
        return ("#",)
    # A filter that ends in /# hears its beginning too.
    own = (topic if topic.endswith("#") else f"{topic}/#" for topic in row["own"])
    return tuple(dict.fromkeys([*filters, *own]))


def set_discovery(tx: Tx, centre_id: CentreId, filters: Sequence[str]) -> None:
    """Look there from now on."""
    run(tx, SQL["set_discovery"], centre_id=centre_id, filters=list(filters))


def collect(
    tx: Tx,
    centre_id: CentreId,
    dialect: str,
    found: Recognised,
    said: Sequence[BrokerMessage],
    heard: int,
    *,
    is_new: bool = True,
) -> None:
    """Keep what one unknown device said; `heard` counts also what was not kept.

    `is_new`: it may be met for the first time.
    """
    row = one(
        tx,
        SQL["meet"],
        id=new_id(),
        centre_id=centre_id,
        dialect=dialect,
        base=found.base,
        options=Jsonb(dict(found.options)),
        certainty=found.certainty,
        name=found.name,
        heard=heard,
        first_at=said[0].received_at,
        last_at=said[-1].received_at,
        most=MOST_DEVICES if is_new else 0,
    )
    if row is None:
        return
    # Messages from before a manager opened a bound device were copied from its sources then.
    copied_until = row["opened_at"] if not is_new else None
    for delivery in said:
        if copied_until and delivery.received_at < copied_until:
            continue
        run(
            tx,
            SQL["keep"],
            device_id=row["id"],
            centre_id=centre_id,
            topic=delivery.topic,
            payload=delivery.payload,
            qos=delivery.qos,
            retained=delivery.retained,
            received_at=delivery.received_at,
        )
    run(tx, SQL["trim"], device_id=row["id"], most=MOST_MESSAGES, most_bytes=MOST_BYTES)


def open_bound(tx: Tx, source: Source, source_ids: Sequence[SourceId]) -> UUID:
    """Lay a bound device in the inbox with what its sources received in the last hour.

    Return its id.
    """
    row = one(
        tx,
        SQL["open_bound"],
        id=new_id(),
        centre_id=source.centre_id,
        dialect=source.dialect,
        base=source.base,
        options=Jsonb(dict(source.options)),
    )
    if row is None:
        raise AssertionError("an upsert returns its row")
    run(tx, SQL["copy_heard"], device_id=row["id"], source_ids=list(source_ids), most=MOST_MESSAGES)
    return UUID(str(row["id"]))


def bound_in_part(tx: Tx, centre_id: CentreId) -> frozenset[tuple[str, str]]:
    """Return the devices of the inbox of which a source reads a part."""
    rows = many(tx, SQL["bound_in_part"], centre_id=centre_id)
    return frozenset((row["dialect"], row["base"]) for row in rows)


def opened(tx: Tx, centre_id: CentreId) -> frozenset[UUID]:
    """Return the devices that a manager keeps in the inbox."""
    return frozenset(UUID(str(row["id"])) for row in many(tx, SQL["opened"], centre_id=centre_id))


def devices(tx: Tx, centre_id: CentreId) -> list[UnknownDevice]:
    """Return the centre's unknown devices, the surest first."""
    return [UnknownDevice(**row) for row in many(tx, SQL["devices"], centre_id=centre_id)]


def device(tx: Tx, device_id: UUID) -> UnknownDevice | None:
    """Return one unknown device."""
    row = one(tx, SQL["device"], id=device_id)
    return UnknownDevice(**row) if row else None


def messages(tx: Tx, device_id: UUID, *, most: int) -> list[BrokerMessage]:
    """Return the device's messages, the latest first."""
    rows = many(tx, SQL["messages"], device_id=device_id, most=most)
    return [BrokerMessage(**_without(row, "id"), is_repeated=False, packet=0) for row in rows]


def everything(tx: Tx, centre_id: CentreId) -> list[tuple[int, UUID, BrokerMessage]]:
    """Return a centre's inbox messages in order, each with its id and device."""
    rows = many(tx, SQL["everything"], centre_id=centre_id)
    return [
        (
            r["id"],
            r["device_id"],
            BrokerMessage(**_without(r, "id", "device_id"), is_repeated=False, packet=r["id"]),
        )
        for r in rows
    ]


def last_message(tx: Tx, centre_id: CentreId) -> int:
    """Return the number of a centre's last inbox message; 0 for none."""
    row = one(tx, SQL["last_message"], centre_id=centre_id)
    return row["number"] if row else 0


def forget(tx: Tx, message_ids: Iterable[int], device_ids: Iterable[UUID]) -> None:
    """Delete the messages that a source has read, and devices without any left."""
    run(tx, SQL["forget_messages"], ids=list(message_ids))
    run(tx, SQL["forget_silent"], ids=list(device_ids))


def dismiss(tx: Tx, device_id: UUID) -> None:
    """Dismiss the device."""
    run(tx, SQL["dismiss"], id=device_id)


def _without(row: Mapping[str, Any], *keys: str) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key not in keys}
