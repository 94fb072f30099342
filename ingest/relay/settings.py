"""RelaySettings of the relay, from the environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ingest.relay.address import Address, read_address

MEGABYTE = 1024 * 1024
# 50 devices with 300 bytes every ten seconds fill this in 45 days, the oldest that the server
# takes.
MOST_MEGABYTES = 8192


class BadSettings(ValueError):
    """A setting is missing or wrong; the message names it and says what it should be."""


@dataclass(frozen=True, slots=True)
class RelaySettings:
    """Addresses of both brokers, and the outbox between them."""

    server: Address
    topic: str
    local: Address
    filters: tuple[str, ...]
    outbox: Path
    most_bytes: int


def read_settings(environment: Mapping[str, str]) -> RelaySettings:
    """Read the settings; BadSettings names the first that is missing or wrong."""
    topic = _needed(environment, "GADONG_RELAY_TOPIC")
    if len(topic.split("/")) != 5 or any(c in topic for c in "+#"):
        raise BadSettings("GADONG_RELAY_TOPIC reads gadong/v1/CENTRE/relays/NAME")
    server = _address(environment, "GADONG_RELAY_SERVER", "GADONG_RELAY_AUTHORITY")
    if not server.username:
        raise BadSettings("GADONG_RELAY_SERVER names the relay's login: mqtts://NAME:PASSWORD@HOST")
    size = environment.get("GADONG_RELAY_MEGABYTES", str(MOST_MEGABYTES))
    if not size.isdecimal() or not 1 <= int(size) <= 1024 * 1024:
        raise BadSettings("GADONG_RELAY_MEGABYTES is a whole number of megabytes, 1 to 1048576")
    return RelaySettings(
        server=server,
        topic=topic,
        local=_address(
            {"GADONG_RELAY_LOCAL": "mqtt://127.0.0.1:1883", **environment},
            "GADONG_RELAY_LOCAL",
            "GADONG_RELAY_LOCAL_AUTHORITY",
        ),
        filters=tuple(
            name.strip() for name in environment.get("GADONG_RELAY_FILTERS", "#").split(",") if name
        ),
        outbox=Path(environment.get("GADONG_RELAY_OUTBOX", "/var/lib/gadong-relay/outbox.sqlite")),
        most_bytes=int(size) * MEGABYTE,
    )


def _needed(environment: Mapping[str, str], name: str) -> str:
    value = environment.get(name, "").strip()
    if not value:
        raise BadSettings(f"{name} is not set")
    return value


def _address(environment: Mapping[str, str], name: str, authority: str) -> Address:
    try:
        return read_address(_needed(environment, name), environment.get(authority, ""))
    except BadSettings:
        raise
    except ValueError as trouble:
        raise BadSettings(f"{name}: {trouble}") from trouble
