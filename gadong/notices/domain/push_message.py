"""A message to a browser by Web Push: its encryption (RFC 8291) and its sender's proof (RFC 8292).

The push server between carries what it cannot read. Randomness and time are arguments.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from gadong.core.domain.problem import Invalid

CURVE = ec.SECP256R1()
# The order of the curve P-256 (FIPS 186-5): private keys are from 1 to one less.
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
AUTH_BYTES, SALT_BYTES, POINT_BYTES = 16, 16, 65
# RFC 8188: one record holds the whole message, its end mark and the cipher's 16 bytes.
RECORD_SIZE = 4096
# RFC 8030, section 7.2: a push server takes 4096 bytes; the rest is header, end mark and cipher.
MAX_MESSAGE_BYTES = RECORD_SIZE - 16 - 1 - (SALT_BYTES + 4 + 1 + POINT_BYTES)
# RFC 8292, section 2: at most 24 hours.
PROOF_LASTS = timedelta(hours=12)


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowserKeys:
    """The address of a browser at its push server, its public key, and the secret both share."""

    endpoint: str
    p256dh: str = field(repr=False)
    auth: str = field(repr=False)

    @classmethod
    def of(cls, endpoint: str, p256dh: str, auth: str, *, allow_local: bool) -> BrowserKeys:
        """Return what a browser sent of itself; raise Invalid for what no browser sends."""
        parts = urlsplit(endpoint)
        is_local = allow_local and parts.hostname in {"127.0.0.1", "localhost", "::1"}
        is_https = parts.scheme == "https" or (parts.scheme == "http" and is_local)
        if not is_https or not parts.hostname or parts.username or parts.password:
            raise Invalid("A browser's push address is an https address", field="endpoint")
        try:
            _point(p256dh)
            is_secret = len(decoded(auth)) == AUTH_BYTES
        except (ValueError, UnsupportedAlgorithm) as trouble:
            raise Invalid("This is no browser's key", field="p256dh") from trouble
        if not is_secret:
            raise Invalid("This is no browser's key", field="auth")
        return cls(endpoint=endpoint, p256dh=p256dh, auth=auth)

    @classmethod
    def read(cls, text: str) -> BrowserKeys:
        """Return the keys from the text that `written` makes."""
        return cls(**json.loads(text))

    def written(self) -> str:
        """Return the keys as a text, to be encrypted and kept."""
        return json.dumps({"endpoint": self.endpoint, "p256dh": self.p256dh, "auth": self.auth})


def encrypted(
    message: bytes, keys: BrowserKeys, *, own: ec.EllipticCurvePrivateKey, salt: bytes
) -> bytes:
    """Return a message that the browser alone can read, as `aes128gcm` (RFC 8291, section 3.4).

    `own` is a key for this one message.
    """
    if len(message) > MAX_MESSAGE_BYTES:
        raise ValueError(f"a push message has at most {MAX_MESSAGE_BYTES} bytes")
    theirs, ours = _point(keys.p256dh), _bytes(own.public_key())
    info = b"WebPush: info\0" + _bytes(theirs) + ours
    shared = _derived(own.exchange(ec.ECDH(), theirs), decoded(keys.auth), info, 32)
    key = _derived(shared, salt, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derived(shared, salt, b"Content-Encoding: nonce\0", 12)
    header = salt + RECORD_SIZE.to_bytes(4, "big") + len(ours).to_bytes(1, "big") + ours
    # The last record ends with the mark 2 (RFC 8188, section 2).
    return header + AESGCM(key).encrypt(nonce, message + b"\x02", None)


def sender_key(secret: str) -> ec.EllipticCurvePrivateKey:
    """Return the installation's signing key, which follows from its secret (ADR 57).

    48 bytes make the remainder even to 1 in 2^128 (FIPS 186-5, appendix A.2.1).
    """
    derived = _derived(secret.encode(), None, b"gadong web push sender", 48)
    return ec.derive_private_key(int.from_bytes(derived, "big") % (ORDER - 1) + 1, CURVE)


def public_text(key: ec.EllipticCurvePrivateKey) -> str:
    """Return the public half as browsers have it: an uncompressed point in base64url."""
    return encoded(_bytes(key.public_key()))


def proof(
    key: ec.EllipticCurvePrivateKey, endpoint: str, *, contact: str, now: datetime
) -> Mapping[str, str]:
    """Return the header that proves who sends to an endpoint's server (RFC 8292)."""
    parts = urlsplit(endpoint)
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int((now + PROOF_LASTS).timestamp()),
        "sub": contact,
    }
    signed = ".".join(
        encoded(json.dumps(part, separators=(",", ":")).encode())
        for part in ({"typ": "JWT", "alg": "ES256"}, claims)
    )
    r, s = decode_dss_signature(key.sign(signed.encode(), ec.ECDSA(SHA256())))
    signature = encoded(r.to_bytes(32, "big") + s.to_bytes(32, "big"))
    return {"authorization": f"vapid t={signed}.{signature}, k={public_text(key)}"}


def encoded(data: bytes) -> str:
    """Return bytes in base64url without padding (RFC 7515, appendix C)."""
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    """Return the bytes of base64url with or without padding; raise ValueError for others."""
    return urlsafe_b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4))


def _point(text: str) -> ec.EllipticCurvePublicKey:
    return ec.EllipticCurvePublicKey.from_encoded_point(CURVE, decoded(text))


def _bytes(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _derived(secret: bytes, salt: bytes | None, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=SHA256(), length=length, salt=salt, info=info).derive(secret)
