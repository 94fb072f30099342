"""The handover of a device from the inbox to its centre's session, in which each of its words
counts once.
The inbox hears every topic, the session those of bound devices, so for a moment both hear a newly
bound device. Once the broker has answered its subscriptions the session publishes a mark, which
reaches both. The session hears whatever follows the mark. Of what the inbox heard before it, the
last messages are copies of what the session heard before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from gadong.core.domain.ids import SourceId
from gadong.machines.domain.broker_message import BrokerMessage


@dataclass(frozen=True, slots=True)
class Beginning:
    """The instant of a source's binding, and the one from which its device's words count,
    if any.
    """

    bound_at: datetime
    counts_from: datetime | None


class Ends(NamedTuple):
    """The end of a binding, and the last end of its device's bindings to other machines."""

    own: datetime | None
    of_others: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """The sources that a session hears from a mark on.

    `since`: the session subscribed no earlier. `until`: the session received the mark then; None
    until everything before the mark is committed.
    """

    id: UUID
    sources: frozenset[SourceId]
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """A message as the session recorded it for a source.

    `set_aside`: its cause and number in quarantine.
    """

    source_id: SourceId
    topic: str
    payload: bytes
    retained: bool
    received_at: datetime
    set_aside: tuple[UUID, int] | None

    @property
    def words(self) -> tuple[str, bytes, bool]:
        """Return the identity of a message that the session and the inbox receive at different
        instants.
        """
        return self.topic, self.payload, self.retained


def matched(
    deliveries: Sequence[BrokerMessage], copies: Sequence[Copy], *, since: datetime
) -> list[Copy | None]:
    """Match the deliveries of the inbox with the session's copies for one source, each copy at most
    once.

    Both are in the order of arrival. The session stopped last, so the last delivery of some words
    is its last copy. A delivery before `since` reached the inbox alone.
    """
    left: dict[tuple[str, bytes, bool], list[Copy]] = {}
    for copy in copies:
        left.setdefault(copy.words, []).append(copy)
    found: list[Copy | None] = []
    for delivery in reversed(deliveries):
        same = left.get((delivery.topic, delivery.payload, delivery.retained))
        found.append(same.pop() if same and delivery.received_at >= since else None)
    return found[::-1]
