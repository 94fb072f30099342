"""Devices due for another question.

Some work, or may work, and have been silent for a while. The words of others leave their state in
doubt.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from gadong.core.domain.machine_state import State
from gadong.dialects.domain.axes import HOST
from gadong.dialects.domain.formats.reading import Fact
from gadong.dialects.domain.signal import Channel

# A device answers in a second. One whose words go on contradicting is not asked with each of them.
DOUBT_ASKED_EVERY = timedelta(seconds=10)


@dataclass(slots=True)
class Attention:
    """A source's last report of its state, its rest by that report, and its last question.

    `is_in_doubt`: its words contradict one another, or its link is back and its state unsaid.
    """

    told_at: datetime | None = None
    is_at_rest: bool = False
    asked_at: datetime | None = None
    is_in_doubt: bool = False
    is_away: bool = False
    is_shut_down: bool = False

    def hear(self, facts: Sequence[Fact], at: datetime) -> None:
        """Take notice of what a message says of the state.

        A meter is asked at rest too, since nothing else shows it.
        """
        was_away, was_shut_down, said = self.is_away, self.is_shut_down, None
        # Some hosts never report their return; any other word is proof of it.
        self.is_away = self.is_away and not facts
        for fact in facts:
            match fact.channel:
                case Channel.ACTIVITY:
                    self.told_at, self.is_at_rest = at, fact.value in {State.IDLE, State.OFF}
                    said = fact.value
                case Channel.LINK:
                    self.is_away = fact.value == "down"  # nobody is there to answer
                case Channel.POWER_WATTS:
                    self.told_at, self.is_at_rest = at, False
                    said = fact.value
                case Channel.ALARM if fact.value == "fault":
                    self.is_at_rest = False  # the end of its work must not be missed
            if fact.channel is Channel.ALARM and fact.part == HOST:
                self.is_shut_down = fact.value == "fault"
        if said is not None:
            is_contradicted = self.is_shut_down and was_shut_down
            self.is_in_doubt = is_contradicted and said in {State.RUNNING, State.PAUSED}
        elif (was_away and not self.is_away) or (was_shut_down and not self.is_shut_down):
            self.told_at, self.is_at_rest, self.is_in_doubt = self.told_at or at, False, True

    def ask(self, at: datetime) -> None:
        """Take notice of a question to the device, whose answer may be lost like any word."""
        self.asked_at, self.is_in_doubt = at, False

    def is_due(self, now: datetime, every: timedelta) -> bool:
        """Tell whether the source is to be asked now.

        One that never spoke was asked when it was first heard.
        """
        if self.told_at is None or self.is_at_rest or self.is_away:
            return False
        if self.is_in_doubt:
            return self.asked_at is None or now - self.asked_at >= DOUBT_ASKED_EVERY
        return now - max(self.told_at, self.asked_at or self.told_at) >= every
