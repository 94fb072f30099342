"""Signals: the canonical facts that every dialect is decoded into, and the instant each is given."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from gadong.domain.ids import MessageId, SourceId


class Channel(StrEnum):
    """What a signal speaks of. The first five move the state; the others are kept and shown."""

    LINK = "link"  # up | down
    POWER = "power"  # on | off
    ACTIVITY = "activity"  # a State
    ACTIVITY_HINT = "activity_hint"  # a State, believed only while the activity is unknown
    ALARM = "alarm"  # fault | warning | none
    POWER_WATTS = "power_watts"
    ENERGY_WH = "energy_wh"
    RUN_SECONDS = "run_seconds"  # a counter of seconds in operation
    PROGRESS = "progress"  # per cent
    JOB = "job"  # a job started; its name
    JOB_RESULT = "job_result"  # done | failed | cancelled
    TEMPERATURE = "temperature"
    MEASUREMENT = "measurement"


#: The channels that the metering reads; the seeds of an incremental derivation (services.metering).
METERED_CHANNELS = (
    Channel.LINK,
    Channel.POWER,
    Channel.ACTIVITY,
    Channel.ACTIVITY_HINT,
    Channel.ALARM,
    Channel.POWER_WATTS,
    Channel.RUN_SECONDS,
    Channel.JOB,
)


class TimeRule(StrEnum):
    """How a signal's event time was chosen."""

    DEVICE = "device"  # the device's own clock
    RECEIVED = "received"  # the message carries no usable time
    SKEWED = "skewed"  # the device's clock was outside the window, so the time of arrival stands in
    RETAINED = "retained"  # a replayed old value: true at some unknown time before


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """One canonical fact from a source. `text` or `number` is set, by channel."""

    source_id: SourceId
    message_id: MessageId
    channel: Channel
    event_time: datetime
    received_at: datetime
    time_rule: TimeRule
    qos: int
    ordinal: int
    text: str | None = None
    number: float | None = None

    @property
    def order(self) -> tuple[datetime, datetime, str, int]:
        """Event-time order, and one that does not depend on how messages were batched or repeated."""
        return (self.event_time, self.received_at, str(self.message_id), self.ordinal)


# A clock ahead of ours by more than this is wrong: NTP keeps a networked device within seconds.
FUTURE_LIMIT = timedelta(minutes=5)
# A queue or an outbox may hold a message this long; 5,000 different days in one batch exhausted the database's
# locks, and nobody corrects a statement older than a month and a half by a late message.
PAST_LIMIT = timedelta(days=45)


def choose_time(
    device_time: datetime | None, received_at: datetime, *, retained: bool
) -> tuple[datetime, TimeRule]:
    """The instant a message speaks of, and the rule that chose it (ADR 5).

    A device's own time is believed within the window: a message can be hours late because a queue held it, and
    must still count when it happened. Outside the window the clock is wrong, and the arrival is the better guess.
    """
    if device_time is not None:
        if received_at - PAST_LIMIT <= device_time <= received_at + FUTURE_LIMIT:
            return device_time, TimeRule.DEVICE
        return received_at, TimeRule.RETAINED if retained else TimeRule.SKEWED
    return received_at, TimeRule.RETAINED if retained else TimeRule.RECEIVED
