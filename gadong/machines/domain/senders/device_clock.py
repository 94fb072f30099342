"""The correctness of a source's clock, judged by the delays of its messages (ADR 30)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

# As far ahead as a clock is believed (dialects/domain/signal.py): a network with NTP keeps it
# within seconds.
TRAILS_MOST = timedelta(minutes=5)
# Two messages of one live session travel alike to within some seconds; times are whole seconds in
# many formats.
STEADY_WITHIN = timedelta(seconds=5)
# A queue that drains hands over minutes of messages in a second. Whoever is as late as before after
# this is late by clock.
JUDGED_AFTER = timedelta(seconds=20)
# A statement asks about times that are uncertain by more than this (billing/domain/statement.py).
ASKED_FROM = timedelta(hours=1)


class ClockVerdict(Enum):
    """A verdict on a source's clock as one of its messages arrives."""

    BELIEVED = auto()
    # It is right now; those doubted were late by it or by a queue, and nothing tells which.
    SET = auto()
    DOUBTED = auto()  # it is late; whether by its clock or by a queue the next messages will show
    # This message shows that the clock is wrong, and was for all that were doubted.
    PROVEN_WRONG = auto()
    WRONG = auto()


@dataclass(slots=True)
class SourceClock:
    """The memory of one source's clock; `slow_by` is set once it is proven wrong."""

    first_at: datetime | None = None
    first_trail: timedelta = timedelta(0)
    slow_by: timedelta | None = None
    is_draining: bool = False

    def judge(self, device_time: datetime, arrived_at: datetime) -> ClockVerdict:
        """Judge the clock by a message that came straight from its device."""
        trail = arrived_at - device_time
        if trail <= TRAILS_MOST:
            is_open = self.first_at is not None and self.slow_by is None and not self.is_draining
            self.first_at, self.slow_by, self.is_draining = None, None, False
            return (
                ClockVerdict.SET
                if is_open and self.first_trail > ASKED_FROM
                else ClockVerdict.BELIEVED
            )
        if self.slow_by is not None:
            # Until it comes near the arrival it is not believed, whatever else it is set to
            # meanwhile.
            self.slow_by = trail
            return ClockVerdict.WRONG
        if self.first_at is None or abs(trail - self.first_trail) > STEADY_WITHIN:
            # Trails that shrink are those of a queue: its messages were said over some time.
            self.is_draining = self.first_at is not None and trail < self.first_trail
            self.first_at, self.first_trail = arrived_at, trail
            return ClockVerdict.DOUBTED
        if arrived_at - self.first_at < JUDGED_AFTER:
            return ClockVerdict.DOUBTED
        self.slow_by = trail
        return ClockVerdict.PROVEN_WRONG
