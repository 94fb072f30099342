"""The installation's secret, from which passwords, signatures and codes are derived."""

from __future__ import annotations

from gadong.core.domain.problem import Conflict

# 96 bits, if each character is one of 64: a derived secret is no weaker than this one.
LEAST_SECRET = 16


def need_secret(secret: str) -> None:
    """Raise Conflict if the secret is too short to derive anything from."""
    if len(secret) < LEAST_SECRET:
        raise Conflict(
            f"Set GADONG_SECRET to {LEAST_SECRET} characters first: passwords, signatures and "
            "codes are derived from it"
        )
