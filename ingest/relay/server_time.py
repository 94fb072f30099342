"""The server's time of an instant on this computer, whatever its wall clock says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from ingest.relay.host_clock import HostInstant
from ingest.relay.outbox import Boot, Outbox

# Crystals drift by some 50 parts in a million: 30 ms in ten minutes.
MEASURED_FOR_MS = 600_000
# The server takes no message that is older.
LONGEST_MS = int(timedelta(days=45).total_seconds() * 1000)
START = datetime(1970, 1, 1, tzinfo=UTC)


class ServerTime:
    """Knows how far the time since each start of this computer is from the server's time."""

    def __init__(self, outbox: Outbox) -> None:
        """Begin with what the outbox knows of earlier starts."""
        self._outbox = outbox
        self._measured: tuple[HostInstant, int] | None = None

    @property
    def error_ms(self) -> int:
        """Return within how many milliseconds the server's time is known; a day where it is not."""
        return self._measured[1] if self._measured else 86_400_000

    def measure(self, asked: HostInstant, answered: HostInstant, server_ms: int) -> None:
        """Take the server's time, which it said between two instants.

        The shorter the way there and back, the surer; a longer one replaces it after ten minutes.
        """
        error = (answered.since_boot_ms - asked.since_boot_ms + 1) // 2
        if self._measured is not None:
            at, best = self._measured
            is_fresh = answered.since_boot_ms - at.since_boot_ms < MEASURED_FOR_MS
            if is_fresh and error >= best:
                return
        self._measured = answered, error
        offset = server_ms + error - answered.since_boot_ms
        self._outbox.set_offset(answered.boot, offset, error)

    def instants(self, moments: list[HostInstant]) -> list[tuple[datetime, int]]:
        """Return the server's time of each instant, and within how many milliseconds it is
        known.
        """
        boots = {boot.boot: boot for boot in self._outbox.boots()}
        found = []
        for at in moments:
            boot = boots.get(at.boot)
            if boot is not None and boot.offset_ms is not None:
                at_ms, error = boot.offset_ms + at.since_boot_ms, boot.error_ms
            else:
                at_ms, error = self._bounded(at, list(boots.values()))
            found.append((START + timedelta(milliseconds=at_ms), error))
        return found

    def _bounded(self, at: HostInstant, boots: list[Boot]) -> tuple[int, int]:
        """Place an instant of a start during which the server was never reached.

        It lies after what was received before that start and before the next start that is known.
        The wall clock counts within these bounds; how wide they are says how sure it is.
        """
        names = [boot.boot for boot in boots]
        place = names.index(at.boot) if at.boot in names else 0
        first, last = self._outbox.span(at.boot) or (at.since_boot_ms, at.since_boot_ms)
        later = next((b for b in boots[place + 1 :] if b.offset_ms is not None), None)
        latest = at.wall_ms
        if later is not None and later.offset_ms is not None:
            latest = later.offset_ms - (last - at.since_boot_ms)
        earliest = latest - LONGEST_MS
        before = next((b for b in reversed(boots[:place]) if b.offset_ms is not None), None)
        if before is not None and before.offset_ms is not None:
            ended = before.offset_ms + (self._outbox.span(before.boot) or (0, 0))[1]
            earliest = max(earliest, ended + (at.since_boot_ms - first))
        placed = min(max(at.wall_ms, earliest), max(latest, earliest))
        return placed, max(latest - placed, placed - earliest, 0)
