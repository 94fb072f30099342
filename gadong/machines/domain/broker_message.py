"""A message as a broker handed it over: its time, and its rejection."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from gadong.core.domain.ids import CentreId
from gadong.dialects.domain.signal import TimeRule, choose_time
from gadong.machines.domain.machine import Source
from gadong.machines.domain.message import Rejected

# MQTT allows 64 kB; nothing that is a device's name comes near this.
TOPIC_LIMIT = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokerMessage:
    """A message as the broker handed it over. `packet` is its number within the broker's session.

    `held_since`: the broker may have kept it for us since then. `outbox` names the lasting outbox
    of the relay that carried it, which numbers its messages in place of a broker's session.
    """

    topic: str
    payload: bytes
    qos: int
    retained: bool
    is_repeated: bool
    packet: int
    received_at: datetime
    held_since: datetime | None = None
    outbox: UUID | None = None

    def choose_time(self, device_time: datetime | None) -> tuple[datetime, TimeRule, timedelta]:
        """Choose the instant of a value that carries its own, or its message's, or none."""
        return choose_time(
            device_time, self.received_at, retained=self.retained, held_since=self.held_since
        )

    def rejected(
        self, centre_id: CentreId, source: Source | None, reason: str, detail: str
    ) -> Rejected:
        """Return the message as it is quarantined, with the reason."""
        return Rejected(
            centre_id=centre_id,
            source_id=source.id if source else None,
            topic=self.topic[:TOPIC_LIMIT],
            payload=self.payload,
            reason=reason,
            detail=detail,
            received_at=self.received_at,
            qos=self.qos,
            retained=self.retained,
        )
