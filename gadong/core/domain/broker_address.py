"""The broker's address as devices reach it: host, port, and whether the connection is encrypted."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

# The ports that IANA registered for MQTT without and with TLS.
PORTS = {"mqtt": 1883, "mqtts": 8883}


@dataclass(frozen=True, slots=True)
class BrokerAddress:
    """A host, its port, and whether one speaks TLS there."""

    host: str
    port: int
    is_encrypted: bool


def broker_address(url: str) -> BrokerAddress:
    """Read mqtt://host:port or mqtts://…, without its account; ValueError for anything else."""
    where = urlsplit(url)
    if where.scheme not in PORTS or not where.hostname:
        raise ValueError(f"{where.scheme}://{where.hostname} is no mqtt:// or mqtts:// address")
    return BrokerAddress(where.hostname, where.port or PORTS[where.scheme], where.scheme == "mqtts")
