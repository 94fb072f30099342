"""Bodies of the operations on one's own account."""

from __future__ import annotations

from typing import Any

OTHER = "seven quiet lathes hum"


BODIES: dict[tuple[str, str], dict[str, Any]] = {
    # A wrong password: what is refused for that was not refused for who asks, and nothing is
    # changed.
    ("post", "/sessions/current/proof"): {"password": "wrong wrong wrong"},
    ("post", "/sessions/current/proof/passkey"): {"answer": {}},
    ("post", "/me/passkeys"): {"name": "x", "answer": {}},
    ("post", "/me/passkeys/removal"): {"passkey": "00", "password": "wrong wrong wrong"},
    ("put", "/me/phone"): {"phone": "", "by_text": False},
    ("put", "/me/preferences"): {"language": "ko", "by_mail": True, "muted": []},
    ("post", "/me/leaving"): {"password": "wrong wrong wrong"},
    ("put", "/me/password"): {"old": "wrong wrong wrong", "new": OTHER},
    ("put", "/me/second-factor"): {"code": "000000"},
    ("post", "/me/second-factor/removal"): {"password": "wrong wrong wrong"},
    ("post", "/tokens"): {"name": "x"},
    ("post", "/feeds"): {"of": "me"},
    ("post", "/agreements/accept"): {"accepted": []},
}
