"""Web Push messages against the published examples of their standards."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec

from gadong.core.domain.problem import Invalid
from gadong.notices.domain import push_message
from gadong.notices.domain.push_message import (
    CURVE,
    MAX_MESSAGE_BYTES,
    BrowserKeys,
    decoded,
    encoded,
    encrypted,
)
from tests.support.notices.push_server import Receiver, is_signed

#: RFC 8291, section 5 and appendix A.
P256DH = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
AUTH = "BTBZMqHH6r4Tts7J_aSIgg"
RECEIVER = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"
SENDER = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
SALT = "DGv6ra1nlYgDCS1FRnbzlw"
PLAIN = b"When I grow up, I want to be a watermelon"
SENT = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27ml"
    "mlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPT"
    "pK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)
KEYS = BrowserKeys(endpoint="https://push.example/x", p256dh=P256DH, auth=AUTH)


def private(text: str) -> ec.EllipticCurvePrivateKey:
    """Return a private key from its number in base64url."""
    return ec.derive_private_key(int.from_bytes(decoded(text), "big"), CURVE)


def test_the_standards_own_message_is_encrypted_to_its_very_bytes() -> None:
    made = encrypted(PLAIN, KEYS, own=private(SENDER), salt=decoded(SALT))
    assert encoded(made) == SENT
    assert Receiver(private(RECEIVER), decoded(AUTH)).read(made) == PLAIN


def test_another_browser_cannot_read_it() -> None:
    made = encrypted(PLAIN, KEYS, own=private(SENDER), salt=decoded(SALT))
    with pytest.raises(InvalidTag):
        Receiver(private(RECEIVER), bytes(16)).read(made)
    with pytest.raises(InvalidTag):
        Receiver(private(SENDER), decoded(AUTH)).read(made)


def test_a_message_has_at_most_what_a_push_server_takes() -> None:
    longest = encrypted(b"x" * MAX_MESSAGE_BYTES, KEYS, own=private(SENDER), salt=bytes(16))
    assert len(longest) == 4096
    with pytest.raises(ValueError, match="at most"):
        encrypted(b"x" * (MAX_MESSAGE_BYTES + 1), KEYS, own=private(SENDER), salt=bytes(16))


def test_the_proof_names_the_server_and_ends_within_a_day() -> None:
    key, now = push_message.sender_key("x" * 32), datetime(2026, 12, 1, tzinfo=UTC)
    header = push_message.proof(
        key, "https://push.example:8443/a/b?c", contact="mailto:desk@gadong.example", now=now
    )
    claims = is_signed(header["authorization"], push_message.public_text(key))
    assert claims == {
        "aud": "https://push.example:8443",
        "exp": int(now.timestamp()) + 12 * 3600,
        "sub": "mailto:desk@gadong.example",
    }
    # A header of another key proves nothing.
    with pytest.raises(AssertionError):
        is_signed(
            header["authorization"], push_message.public_text(push_message.sender_key("y" * 32))
        )


def test_the_senders_key_follows_from_the_secret_alone() -> None:
    first, again, other = (
        push_message.public_text(push_message.sender_key(secret))
        for secret in ("x" * 32, "x" * 32, "x" * 31 + "y")
    )
    assert first == again != other


@pytest.mark.parametrize(
    ("endpoint", "p256dh", "auth"),
    [
        ("http://push.example/x", P256DH, AUTH),
        ("ftp://push.example/x", P256DH, AUTH),
        ("https:///x", P256DH, AUTH),
        ("https://name:word@push.example/x", P256DH, AUTH),
        ("http://127.0.0.1/x", P256DH, AUTH),
        ("https://push.example/x", P256DH[:-4], AUTH),
        ("https://push.example/x", encoded(b"\x04" + b"\x01" * 64), AUTH),
        ("https://push.example/x", "", AUTH),
        ("https://push.example/x", P256DH, AUTH[:-2]),
        ("https://push.example/x", P256DH, AUTH + "AA"),
    ],
)
def test_what_no_browser_sends_is_refused(endpoint: str, p256dh: str, auth: str) -> None:
    with pytest.raises(Invalid):
        BrowserKeys.of(endpoint, p256dh, auth, allow_local=False)


def test_a_browsers_keys_are_kept_as_they_came() -> None:
    keys = BrowserKeys.of("http://127.0.0.1:9/x", P256DH, AUTH, allow_local=True)
    assert BrowserKeys.read(keys.written()) == keys
    assert json.loads(keys.written())["auth"] == AUTH
    assert AUTH not in repr(keys)
