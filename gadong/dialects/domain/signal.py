"""Signals: the canonical facts that every dialect is decoded into,
and the instant each is given.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from gadong.core.domain.ids import MessageId, SourceId


class Channel(StrEnum):
    """The subject of a signal.

    Those down to `setup` move the state; the others are kept and shown.
    """

    LINK = "link"  # up | down
    POWER = "power"  # on | off
    ACTIVITY = "activity"  # a State
    ACTIVITY_HINT = "activity_hint"  # a State, believed only while the activity is unknown
    ALARM = "alarm"  # fault | warning | none
    # Fault | warning | none; a fault here stops a machine only if it came as the machine did.
    CONDITION = "condition"
    SETUP = "setup"  # on | off: what would be idle is setup
    POWER_WATTS = "power_watts"
    ENERGY_WH = "energy_wh"  # a counter
    RUN_SECONDS = "run_seconds"  # a counter of seconds in operation
    PARTS = "parts"  # a counter of workpieces
    FILAMENT_MM = "filament_mm"  # a counter, of the present job where the device has no other
    PROGRESS = "progress"  # per cent
    REMAINING_SECONDS = "remaining_seconds"  # until the job's expected end
    JOB = "job"  # a job started; its name
    JOB_RESULT = "job_result"  # done | failed | cancelled
    # enabled | inhibited; of the part `answer`: refused; of `power_up` and `timer`: how the device
    # is set
    INTERLOCK = "interlock"
    TEMPERATURE = "temperature"
    MEASUREMENT = "measurement"


#: The channels that the metering reads; the seeds of an incremental derivation
#: (metering.services.metering).
METERED_CHANNELS = (
    Channel.LINK,
    Channel.POWER,
    Channel.ACTIVITY,
    Channel.ACTIVITY_HINT,
    Channel.ALARM,
    Channel.CONDITION,
    Channel.SETUP,
    Channel.POWER_WATTS,
    Channel.RUN_SECONDS,
    Channel.JOB,
    Channel.JOB_RESULT,
)


#: A reading of power as text: the meter says that it does not know.
UNKNOWN_DRAW = "unknown"
#: What a meter that reports changes only is read from: its energy shows what it draws while it
#: reports no power.
METER_CHANNELS = (*METERED_CHANNELS, Channel.ENERGY_WH)


class TimeRule(StrEnum):
    """The origin of a signal's event time."""

    DEVICE = "device"  # the device's own clock
    RECEIVED = "received"  # the message carries no usable time
    SKEWED = "skewed"  # the device's clock was outside the window, so the time of arrival stands in
    QUEUED = "queued"  # no usable time, and the broker may have held it since we were last there
    RETAINED = "retained"  # a replayed old value: true at some unknown time before


class Signal(msgspec.Struct, frozen=True, kw_only=True):
    """One canonical fact from a source. `text` or `number` is set, by channel.

    `part` names what inside the machine it speaks of (a controller's path, a condition), empty for
    the whole. `uncertain`: it happened at most this long before `event_time`.
    """

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
    part: str = ""
    uncertain: timedelta = timedelta(0)

    @property
    def order(self) -> tuple[datetime, datetime, int, int]:
        """Event-time order, and one that does not depend on how messages were batched or
        repeated.
        """
        return (self.event_time, self.received_at, self.message_id.int, self.ordinal)


# A clock ahead of ours by more than this is wrong: NTP keeps a networked device within seconds.
FUTURE_LIMIT = timedelta(minutes=5)
# A queue or an outbox may hold a message this long; 5,000 different days in one batch exhausted the
# database's locks, and nobody corrects a statement older than a month and a half by a late message.
PAST_LIMIT = timedelta(days=45)
# A message that came later than this after its own instant was held by something: a network takes
# seconds.
TRAILS_LEAST = timedelta(minutes=5)


# Whole seconds and a local network: what an arrival says of the moment.
ARRIVAL_UNCERTAIN = timedelta(seconds=1)


def choose_time(
    device_time: datetime | None,
    received_at: datetime,
    *,
    retained: bool,
    held_since: datetime | None = None,
) -> tuple[datetime, TimeRule, timedelta]:
    """Return a message's instant, the rule that chose it (ADR 5), and its uncertainty.

    A device's own time is believed within the window. A message can be hours late because a queue
    held it, and must still count when it happened. Outside the window the clock is wrong, and the
    arrival is the better guess. `held_since` is set where the broker may have kept the message
    since that instant.
    """
    if (
        device_time is not None
        and received_at - PAST_LIMIT <= device_time <= received_at + FUTURE_LIMIT
    ):
        resolution = timedelta(0) if device_time.microsecond else timedelta(seconds=1)
        return device_time, TimeRule.DEVICE, resolution
    if retained:
        return received_at, TimeRule.RETAINED, PAST_LIMIT
    if held_since is not None and held_since < received_at:
        return received_at, TimeRule.QUEUED, received_at - held_since
    return (
        received_at,
        TimeRule.RECEIVED if device_time is None else TimeRule.SKEWED,
        ARRIVAL_UNCERTAIN,
    )
