"""The broker's accounts: their names, and passwords that need not be kept because they can be
derived.
"""

from __future__ import annotations

import base64
import hmac


def ingest_account(centre: str) -> str:
    """Return the account and client id of a centre's persistent session."""
    return f"ingest-{centre}"


def live_account(centre: str) -> str:
    """Return the account, client id and host id of a centre's second connection (Sparkplug)."""
    return f"live-{centre}"


def inbox_account(centre: str) -> str:
    """Return the account and client id of the inbox of unbound devices."""
    return f"inbox-{centre}"


#: Where the broker's plugin tells what it refused (deploy/mosquitto/refused.c). No filter with a
#: wildcard reaches it.
REFUSED_TOPIC = "$gadong/refused"
#: The account and client id that hear it, for the whole installation.
REFUSALS_ACCOUNT = "refusals"


def password(secret: str, account: str) -> str:
    """Return the account's password, a keyed digest of its name."""
    digest = hmac.digest(secret.encode(), f"broker account {account}".encode(), "sha256")
    return base64.urlsafe_b64encode(digest[:24]).decode()


def fingerprint(secret: str) -> str:
    """Return what tells that a password is still the same, and not which it is: it has 192 bits to
    guess.
    """
    digest = hmac.digest(secret.encode(), b"fingerprint of a broker account's password", "sha256")
    return base64.urlsafe_b64encode(digest[:12]).decode()


def watermark_topic(prefix: str) -> str:
    """Return the topic that tells a gateway up to which number its messages are stored."""
    return f"{prefix}/committed"


#: No device has an account that may publish here, so a mark is a session's own.
MARKS = "gadong/marks/"


def mark_topic(centre: str) -> str:
    """Return the topic on which a centre's session marks since when it hears its sources."""
    return f"{MARKS}{centre}"
