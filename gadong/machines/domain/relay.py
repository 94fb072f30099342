"""A relay: a gateway beside the machines that keeps what they say until it is stored here.

The contract is docs/operate/relay.md. A relay is a device's account whose topics name its own one,
below `gadong/v1/CENTRE/relays`, and the topics of the devices that it may speak for.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from gadong.core.domain.ids import CentreId
from gadong.dialects.domain.formats.payload_values import read_object
from gadong.dialects.domain.formats.reading import NotUnderstood
from gadong.dialects.domain.sequence_position import SEQUENCE_LIMIT
from gadong.dialects.domain.signal import FUTURE_LIMIT, PAST_LIMIT
from gadong.machines.domain.device_account import DeviceAccount

VERSION = 1
#: An outbox's name is a UUID; a gateway of others may choose another.
NAME_LIMIT = 64
#: A relay whose disk is replaced every month for eight years; beyond it something makes them up.
OUTBOX_LIMIT = 100


def relays_topic(centre: str) -> str:
    """Return the topic below which each relay of a centre has its own."""
    return f"gadong/v1/{centre}/relays"


@dataclass(frozen=True, slots=True, kw_only=True)
class Relay:
    """A relay with its own topic, and the beginnings of the topics that it may speak for."""

    account_id: UUID
    centre_id: CentreId
    name: str
    topic: str
    carries: tuple[str, ...]

    def may_carry(self, topic: str) -> bool:
        """Return whether the relay may deliver a message of this topic."""
        return any(topic == own or topic.startswith(f"{own}/") for own in self.carries)


def relay_of(account: DeviceAccount, centre: str) -> Relay | None:
    """Return the relay that logs in by an account; None for another device, or a revoked one."""
    below = f"{relays_topic(centre)}/"
    own = [t for t in account.publishes if t.startswith(below) and "/" not in t[len(below) :]]
    if len(own) != 1 or account.revoked_at:
        return None
    carries = tuple(topic for topic in account.publishes if topic != own[0])
    return Relay(
        account_id=account.id,
        centre_id=account.centre_id,
        name=account.name,
        topic=own[0],
        carries=carries,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class RelayPosition:
    """The stored part of a relay's outbox.

    Every number up to `upto` is stored or was lost; `lost` counts those that the relay gave up.
    `spoke_until` is the latest instant that was received, `heard_at` when the relay last spoke.
    """

    outbox: str
    upto: int
    lost: int = 0
    spoke_until: datetime | None = None
    heard_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RelayProgress:
    """A relay's position after a batch, to be kept together with it.

    `lost_anew`: the relay gave messages up since the last position, and the latest instant that was
    received before them is `lost_after`.
    """

    relay: Relay
    position: RelayPosition
    lost_anew: bool = False
    lost_after: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hello:
    """A relay's greeting: its outbox, the first number that it still has, and a word to answer."""

    outbox: str
    first: int
    nonce: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CarriedMessage:
    """A device's message as its relay received it, at an instant in our time."""

    at: datetime
    uncertain: timedelta
    topic: str
    payload: bytes
    retained: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """A message of a relay with its number, or the reason why it cannot be read.

    `first` is the lowest number that the relay still has, so that a lower one never comes. A
    message that cannot be read uses its number up: it would hold up those after it for ever.
    """

    outbox: str
    first: int
    number: int
    said: CarriedMessage | NotUnderstood


def read_hello(payload: bytes) -> Hello:
    """Read a greeting; NotUnderstood names the field that is wrong."""
    body = _body(payload)
    nonce = body.get("nonce", "")
    if not isinstance(nonce, str) or len(nonce) > NAME_LIMIT:
        raise NotUnderstood("bad_relay", f"nonce is a text of at most {NAME_LIMIT} characters")
    return Hello(outbox=_outbox(body), first=_number(body, "first", least=1), nonce=nonce)


def read_carried(payload: bytes, *, now: datetime) -> Carried:
    """Read a carried message; NotUnderstood where not even its number can be read."""
    body = _body(payload)
    said: CarriedMessage | NotUnderstood
    try:
        said = _said(body, now)
    except NotUnderstood as trouble:
        said = trouble
    return Carried(
        outbox=_outbox(body),
        first=_number(body, "first", least=1),
        number=_number(body, "number", least=1),
        said=said,
    )


def _said(body: Mapping[str, Any], now: datetime) -> CarriedMessage:
    topic, retained = body.get("topic"), body.get("retained", False)
    if not isinstance(topic, str) or not topic:
        raise NotUnderstood("bad_relay", "topic is the device's own topic")
    if not isinstance(retained, bool):
        raise NotUnderstood("bad_relay", "retained is true or false")
    return CarriedMessage(
        at=_instant(body, now),
        uncertain=timedelta(milliseconds=_number({"uncertain_ms": 0, **body}, "uncertain_ms")),
        topic=topic,
        payload=_payload(body),
        retained=retained,
    )


def _body(payload: bytes) -> Mapping[str, Any]:
    body = read_object(payload)
    if body.get("v") != VERSION:
        raise NotUnderstood("unknown_version", f"v is not {VERSION}, which this server reads")
    return body


def _outbox(body: Mapping[str, Any]) -> str:
    outbox = body.get("outbox")
    if not isinstance(outbox, str) or not 0 < len(outbox) <= NAME_LIMIT or not outbox.isprintable():
        raise NotUnderstood("bad_relay", f"outbox is a text of 1 to {NAME_LIMIT} characters")
    return outbox


def _number(body: Mapping[str, Any], field: str, *, least: int = 0) -> int:
    value = body.get(field)
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value < SEQUENCE_LIMIT:
        raise NotUnderstood("bad_relay", f"{field} is a whole number from {least} on")
    return value


def _instant(body: Mapping[str, Any], now: datetime) -> datetime:
    """Return when the relay received a message; the relay's arrival is never after ours."""
    try:
        at = datetime.fromisoformat(str(body.get("at")))
    except ValueError as trouble:
        raise NotUnderstood("not_a_time", "at is no ISO 8601 time") from trouble
    if at.tzinfo is None:
        raise NotUnderstood("not_a_time", "at has no time zone; write Z or an offset")
    if not now - PAST_LIMIT <= at <= now + FUTURE_LIMIT:
        raise NotUnderstood(
            "time_out_of_window", "at is not within 45 days before and 5 minutes after now"
        )
    return min(at.astimezone(UTC), now)


def _payload(body: Mapping[str, Any]) -> bytes:
    text, coded = body.get("payload"), body.get("payload_base64")
    if isinstance(text, str) and coded is None:
        return text.encode("utf-8", "surrogatepass")
    if isinstance(coded, str) and text is None:
        try:
            return base64.b64decode(coded, validate=True)
        except (binascii.Error, ValueError) as trouble:
            raise NotUnderstood("bad_relay", "payload_base64 is not base64") from trouble
    raise NotUnderstood("bad_relay", "give one of payload and payload_base64")


def greeted(known: RelayPosition | None, hello: Hello, *, now: datetime) -> RelayPosition:
    """Return an outbox's position after a greeting: what the relay no longer has, never comes."""
    return _without_lost(known, hello.outbox, hello.first, now)


def advanced(
    known: RelayPosition | None, carried: Carried, *, now: datetime
) -> tuple[RelayPosition, bool]:
    """Return the position after a carried message, and whether the message is the next one.

    One that is stored already is not, nor is one that comes before its turn: the relay sends it
    again. So what devices said is read in the order in which they said it.
    """
    position = _without_lost(known, carried.outbox, carried.first, now)
    if carried.number != position.upto + 1:
        return position, False
    at = carried.said.at if isinstance(carried.said, CarriedMessage) else position.spoke_until
    latest = max((t for t in (at, position.spoke_until) if t), default=None)
    return replace(position, upto=carried.number, spoke_until=latest), True


def _without_lost(
    known: RelayPosition | None, outbox: str, first: int, now: datetime
) -> RelayPosition:
    if known is None:
        return RelayPosition(outbox=outbox, upto=first - 1, heard_at=now)
    lost = max(0, first - 1 - known.upto)
    return replace(known, upto=known.upto + lost, lost=known.lost + lost, heard_at=now)


def committed(position: RelayPosition, *, now: datetime, nonce: str = "") -> str:
    """Return the answer to a relay: what it may delete, and our time."""
    body = {
        "v": VERSION,
        "outbox": position.outbox,
        "upto": position.upto,
        "now": now.astimezone(UTC).isoformat(timespec="milliseconds"),
        "nonce": nonce,
    }
    return json.dumps(body)


def downward(topic: str, payload: str) -> str:
    """Return the message that asks a relay to publish something to a device beside it."""
    return json.dumps({"v": VERSION, "topic": topic, "payload": payload}, ensure_ascii=False)
