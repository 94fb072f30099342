"""Time on a computer whose wall clock may be wrong: the time since its start, which only rises."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True, slots=True)
class HostInstant:
    """An instant on this computer.

    `boot` names its present start, `since_boot_ms` are the milliseconds since then, and `wall_ms`
    those since 1970 by its wall clock.
    """

    boot: str
    since_boot_ms: int
    wall_ms: int


class HostClock:
    """The clock of this computer."""

    def __init__(self) -> None:
        """Read the name of the present start once."""
        self.boot = BOOT_ID.read_text(encoding="ascii").strip()

    def now(self) -> HostInstant:
        """Return the present instant.

        The time since the start goes on while the computer sleeps.
        """
        return HostInstant(
            boot=self.boot,
            since_boot_ms=time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000,
            wall_ms=time.time_ns() // 1_000_000,
        )
