"""Devices due for another question: those that work, or may, and have been silent for a while."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from gadong.core.domain.machine_state import State
from gadong.dialects.domain.formats.reading import Fact
from gadong.dialects.domain.signal import Channel


@dataclass(slots=True)
class Attention:
    """A source's last report of its state, its rest by that report, and its last question."""

    told_at: datetime | None = None
    is_at_rest: bool = False
    asked_at: datetime | None = None

    def hear(self, facts: Sequence[Fact], at: datetime) -> None:
        """Take notice of what a message says of the state.

        A meter is asked at rest too, since nothing else shows it.
        """
        for fact in facts:
            match fact.channel:
                case Channel.ACTIVITY:
                    self.told_at, self.is_at_rest = at, fact.value in {State.IDLE, State.OFF}
                case Channel.LINK if fact.value == "down":
                    self.is_at_rest = True  # nobody is there to answer
                case Channel.POWER_WATTS:
                    self.told_at, self.is_at_rest = at, False
                case Channel.ALARM if fact.value == "fault":
                    self.is_at_rest = False  # the end of its work must not be missed

    def is_due(self, now: datetime, every: timedelta) -> bool:
        """Tell whether the source is to be asked now.

        One that never spoke was asked when it was first heard.
        """
        if self.told_at is None or self.is_at_rest:
            return False
        return now - max(self.told_at, self.asked_at or self.told_at) >= every
