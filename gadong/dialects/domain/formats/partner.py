"""Memory of one sender between its messages, where these cannot be read one by one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from gadong.dialects.domain.formats.reading import Question


@dataclass(frozen=True, slots=True)
class TimedMessage:
    """A message as it came, and when."""

    topic: str
    payload: bytes
    at: datetime


class Partner(Protocol):
    """Memory of one sender between its messages, where these cannot be read one by one."""

    def hear(self, topic: str, payload: bytes, at: datetime) -> object:
        """Read the message with the node's memory; NotUnderstood if that is not enough."""

    def ask(self, at: datetime) -> None:
        """Want everything said anew, as when nothing is remembered yet."""

    def take_questions(self) -> list[Question]:
        """Return the questions that are due to the sender now."""

    def overdue(self, now: datetime) -> TimedMessage | None:
        """Take a message that was doubted when it came, and that is to be heard again since nothing
        refuted it.
        """
