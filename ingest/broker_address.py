"""Addresses of brokers: login, TLS and the proof of who answers."""

from __future__ import annotations

from dataclasses import dataclass
from ssl import PROTOCOL_TLS_CLIENT, VERIFY_X509_STRICT, SSLContext, create_default_context
from typing import Any
from urllib.parse import unquote, urlsplit

from gadong.dialects.domain.formats.reading import Endpoint


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokerLogin:
    """Client id and credentials of a connection at the broker."""

    client_id: str
    username: str | None
    password: str | None


class CarefulContext(SSLContext):
    """A TLS context that shakes hands before anything is sent.

    `expected` is the name on the certificate if it differs from the address of the device. A failed
    handshake leaves no socket open.
    """

    expected: str | None = None

    def wrap_socket(self, *args: Any, **more: Any) -> Any:
        """Check the certificate and its name before a password or anything else is sent."""
        named = {"server_hostname": self.expected} if self.expected is not None else {}
        wrapped = super().wrap_socket(*args, **{**more, **named})
        try:
            wrapped.do_handshake()
        except (OSError, ValueError):
            wrapped.close()
            raise
        return wrapped


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A broker with the account and manner of a connection.

    `is_lasting`: the broker keeps a session and queues for it. `presence` is a retained topic for
    our state, which Sparkplug requires of a host. `is_old`: the broker speaks MQTT 3.1.1, as
    devices' own brokers do.
    """

    host: str
    port: int
    account: BrokerLogin
    is_lasting: bool = True
    presence: str | None = None
    tls: SSLContext | None = None
    is_old: bool = False


@dataclass(frozen=True, slots=True)
class Proof:
    """Files by which the two sides of a TLS connection prove themselves.

    `authority` is the private one that signed the broker's certificate; without it, a public one
    did. `certificate` and `key` are our own, for a broker that demands a client's certificate.
    """

    authority: str = ""
    certificate: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Broker:
    """A broker's address with the proof of its identity."""

    url: str
    proof: Proof = Proof()

    @property
    def tls(self) -> SSLContext | None:
        """Return the context that verifies the broker, or None for a plain mqtt:// address."""
        if urlsplit(self.url).scheme != "mqtts":
            return None
        # As strict as this Python is by default: 3.13 also checks certificates strictly by RFC
        # 5280.
        usual = create_default_context(cafile=self.proof.authority or None)
        context = CarefulContext(PROTOCOL_TLS_CLIENT)
        context.verify_flags = usual.verify_flags
        if self.proof.authority:
            context.load_verify_locations(self.proof.authority)
        else:
            context.load_default_certs()
        if self.proof.certificate:
            context.load_cert_chain(self.proof.certificate, self.proof.key or None)
        return context

    @property
    def port(self) -> int:
        """Return the port of the address, or the scheme's default."""
        where = urlsplit(self.url)
        return where.port or (8883 if where.scheme == "mqtts" else 1883)


def target(
    broker: Broker, account: BrokerLogin, *, is_lasting: bool = True, presence: str | None = None
) -> Target:
    """Return the centre's broker; an account in its address precedes the derived one."""
    where = urlsplit(broker.url)
    name = unquote(where.username) if where.username else account.username
    secret = unquote(where.password) if where.password else account.password
    return Target(
        host=where.hostname or "127.0.0.1",
        port=broker.port,
        account=BrokerLogin(client_id=account.client_id, username=name, password=secret),
        is_lasting=is_lasting,
        presence=presence,
        tls=broker.tls,
    )


def device_target(endpoint: Endpoint, client_id: str) -> Target:
    """Return the target of a device that is its own broker and proves itself by its certificate."""
    context = CarefulContext(PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(cadata=endpoint.authority)
    # Makers' authorities may deviate from RFC 5280 (an extension not marked critical, no key
    # identifiers), and Python 3.13 refuses that by default. Signature, dates and name are still
    # checked. Only the authority that the source names is trusted.
    context.verify_flags &= ~VERIFY_X509_STRICT
    context.expected = endpoint.common_name
    account = BrokerLogin(
        client_id=client_id, username=endpoint.username, password=endpoint.password
    )
    return Target(
        host=endpoint.host,
        port=endpoint.port,
        account=account,
        is_lasting=False,
        tls=context,
        is_old=True,
    )
