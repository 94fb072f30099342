"""Position of a message in its sender's own count."""

from __future__ import annotations

from dataclasses import dataclass

# The database's own limit for an indexed text is far higher; a device's boot id is a UUID or a
# counter.
BOOT_LIMIT = 64

# A day of one message a second for 30,000 years; beyond it the number is not a sequence.
SEQUENCE_LIMIT = 2**53


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Position of a message in its sender's own count since the sender was started."""

    boot: str
    seq: int
