"""The headers of a program's call."""

from __future__ import annotations


def bears(token: str) -> dict[str, str]:
    """A program's headers."""
    return {"Authorization": f"Bearer {token}"}
