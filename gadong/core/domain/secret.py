"""The installation's secret, from which brokers' passwords, signatures and one-time codes are derived."""

from __future__ import annotations

from gadong.core.domain.problem import Conflict

# 96 bits, where each character is one of 64: what is derived from it is no weaker than it.
LEAST_SECRET = 16


def need_secret(secret: str, derived: str) -> None:
    """Raise Conflict where it is too short to derive anything from."""
    if len(secret) < LEAST_SECRET:
        raise Conflict(f"Set GADONG_SECRET to {LEAST_SECRET} characters first: {derived} are derived from it")
