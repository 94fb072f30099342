"""Preferences of a person for notices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """A person's language and address for notices; `muted` kinds are not mailed."""

    email: str
    language: str
    by_mail: bool
    muted: Sequence[str]
