"""Preferences of a person for notices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """How a person wants to be told; `muted` kinds are not mailed."""

    email: str
    language: str
    by_mail: bool
    muted: Sequence[str]
