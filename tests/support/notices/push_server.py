"""A stand-in for a browser's push server on loopback, and the browser behind it.

It reads messages by RFC 8291 with the browser's own key, and checks the sender's proof (RFC 8292).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from gadong.notices.domain.push_message import decoded, encoded


def _hmac(key: bytes, data: bytes) -> bytes:
    made = HMAC(key, SHA256())
    made.update(data)
    return made.finalize()


@dataclass(frozen=True, slots=True)
class Receiver:
    """A browser: its private key, and the secret that it shares with the sender."""

    key: ec.EllipticCurvePrivateKey
    auth: bytes

    @property
    def p256dh(self) -> bytes:
        """Return the public key as the browser tells it."""
        return self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    def read(self, body: bytes) -> bytes:
        """Return the message of a body, step by step as RFC 8291 (3.4) and RFC 8188 (2) say."""
        salt, size, length = body[:16], int.from_bytes(body[16:20], "big"), body[20]
        sender, record = body[21 : 21 + length], body[21 + length :]
        assert len(record) <= size
        point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender)
        first = _hmac(self.auth, self.key.exchange(ec.ECDH(), point))
        secret = _hmac(first, b"WebPush: info\0" + self.p256dh + sender + b"\x01")
        second = _hmac(salt, secret)
        key = _hmac(second, b"Content-Encoding: aes128gcm\0\x01")[:16]
        nonce = _hmac(second, b"Content-Encoding: nonce\0\x01")[:12]
        padded = AESGCM(key).decrypt(nonce, record, None).rstrip(b"\0")
        assert padded.endswith(b"\x02")
        return padded[:-1]


def is_signed(header: str, public: str) -> dict[str, Any]:
    """Return the claims of a sender's proof; fail unless the public key signed them."""
    found = re.fullmatch(r"vapid t=([\w-]+\.[\w-]+)\.([\w-]+), k=([\w-]+)", header)
    assert found, header
    signed, signature, key = found.groups()
    assert key == public
    assert json.loads(decoded(signed.partition(".")[0])) == {"typ": "JWT", "alg": "ES256"}
    raw = decoded(signature)
    point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decoded(key))
    point.verify(
        encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big")),
        signed.encode(),
        ec.ECDSA(SHA256()),
    )
    claims: dict[str, Any] = json.loads(decoded(signed.partition(".")[2]))
    return claims


@dataclass(slots=True)
class PushServer:
    """The server: where browsers are reached, what it answers, and what it was sent."""

    url: str
    status: int = 201
    received: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)

    def browser(self) -> tuple[Receiver, dict[str, str]]:
        """Return a new browser, and what it tells of itself when it subscribes."""
        receiver = Receiver(ec.generate_private_key(ec.SECP256R1()), bytes(range(16)))
        told = {
            "endpoint": f"{self.url}/push/{encoded(receiver.p256dh)[:12]}",
            "p256dh": encoded(receiver.p256dh),
            "auth": encoded(receiver.auth),
        }
        return receiver, told


@contextmanager
def push_server() -> Iterator[PushServer]:
    """Serve on a free port of this computer until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # the library's name
            body = self.rfile.read(int(self.headers["content-length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            found.received.append((self.path, headers, body))
            self.send_response(found.status)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Write nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found = PushServer(url=f"http://127.0.0.1:{server.server_port}")
    thread = Thread(target=server.serve_forever, name="push server")
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
