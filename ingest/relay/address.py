"""A broker's address, as a setting writes it: mqtts://name:password@host:port."""

from __future__ import annotations

from dataclasses import dataclass
from ssl import SSLContext, create_default_context
from urllib.parse import unquote, urlsplit

from paho.mqtt.client import Client, MQTTv5
from paho.mqtt.enums import CallbackAPIVersion

# A broker in the same network answers in milliseconds.
CONNECT_WITHIN = 5.0


@dataclass(frozen=True, slots=True)
class Address:
    """A broker with the login at it; `authority` signed its certificate, if it is a private one."""

    host: str
    port: int
    username: str
    password: str
    is_secure: bool
    authority: str = ""

    @property
    def context(self) -> SSLContext | None:
        """Return the context that verifies the broker; None for a plain connection."""
        return create_default_context(cafile=self.authority or None) if self.is_secure else None


def read_address(text: str, authority: str = "") -> Address:
    """Read an address; ValueError says what is wrong."""
    where = urlsplit(text)
    if where.scheme not in {"mqtt", "mqtts"} or not where.hostname:
        raise ValueError("an address reads mqtts://name:password@host:8883")
    is_secure = where.scheme == "mqtts"
    return Address(
        host=where.hostname,
        port=where.port or (8883 if is_secure else 1883),
        username=unquote(where.username or ""),
        password=unquote(where.password or ""),
        is_secure=is_secure,
        authority=authority,
    )


def client(address: Address, client_id: str) -> Client:
    """Return an MQTT 5 client for a broker, which acknowledges only what it is told to."""
    made = Client(
        CallbackAPIVersion.VERSION2, client_id=client_id, protocol=MQTTv5, manual_ack=True
    )
    made.connect_timeout = CONNECT_WITHIN
    if address.username:
        made.username_pw_set(address.username, address.password)
    if context := address.context:
        made.tls_set_context(context)
    return made
