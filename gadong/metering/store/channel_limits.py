"""Limits on the readings of machines, and the readings that they judge."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from psycopg.rows import DictRow

from gadong.core.database import END_OF_TIME, Tx, many, one, run
from gadong.core.domain.ids import CentreId, MachineId, PersonId
from gadong.core.domain.period import Period
from gadong.core.store.queries import statements
from gadong.dialects.domain.signal import Channel
from gadong.metering.domain.channel_limit import ChannelLimit, Reading, Side
from gadong.metering.domain.room_climate import (
    CLIMATE_CHANNELS,
    ClimateReading,
    LimitInForce,
)

SQL = statements(__file__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """The event time and the recording up to which a limit was judged."""

    judged_until: datetime
    recorded_before: datetime


def insert(tx: Tx, limit: ChannelLimit, *, by: PersonId | None) -> None:
    """Keep a limit."""
    run(
        tx,
        SQL["insert"],
        id=limit.id,
        centre_id=limit.centre_id,
        machine_id=limit.machine_id,
        name=limit.name,
        channel=limit.channel.value,
        part=limit.part,
        side=limit.side.value,
        bound=limit.bound,
        returns_at=limit.returns_at,
        delay_seconds=int(limit.delay.total_seconds()),
        silence_seconds=int(limit.silence.total_seconds()),
        since=limit.since,
        set_by=by,
    )


def finish(
    tx: Tx, machine_id: MachineId, limit_id: UUID, *, at: datetime, by: PersonId | None
) -> bool:
    """End a limit; return False where the machine has no such limit that is watched."""
    return bool(
        run(tx, SQL["finish"], id=limit_id, machine_id=machine_id, ended_at=at, ended_by=by)
    )


def of_machines(tx: Tx, machine_ids: Iterable[MachineId]) -> list[ChannelLimit]:
    """Return the limits of some machines that are watched."""
    return [_limit(row) for row in many(tx, SQL["of_machines"], machine_ids=list(machine_ids))]


def centres(tx: Tx) -> list[CentreId]:
    """Return the centres that have a limit which is watched."""
    return [CentreId(row["centre_id"]) for row in many(tx, SQL["centres"])]


def of_centre(tx: Tx, centre_id: CentreId) -> list[ChannelLimit]:
    """Lock a centre's limits that are watched, and return them."""
    return [_limit(row) for row in many(tx, SQL["of_centre"], centre_id=centre_id)]


def judged(tx: Tx, limit: ChannelLimit) -> Judged:
    """Return the instants up to which a limit was judged: its beginning before the first time."""
    row = one(tx, SQL["judged"], limit_id=limit.id)
    return Judged(**row) if row else Judged(judged_until=limit.since, recorded_before=limit.since)


def set_judged(tx: Tx, limit: ChannelLimit, judged: Judged) -> None:
    """Record the instants up to which a limit is judged."""
    run(
        tx,
        SQL["set_judged"],
        limit_id=limit.id,
        centre_id=limit.centre_id,
        judged_until=judged.judged_until,
        recorded_before=judged.recorded_before,
    )


def earliest_new(
    tx: Tx, limit: ChannelLimit, *, since: Judged, before: datetime
) -> datetime | None:
    """Return the earliest instant of the readings that were recorded since the last judgement."""
    row = one(
        tx,
        SQL["earliest_new"],
        recorded_since=since.recorded_before,
        recorded_before=before,
        since=limit.since,
        **_place(limit),
    )
    return row["earliest"] if row else None


def readings(
    tx: Tx, limit: ChannelLimit, *, since: datetime, until: datetime, recorded_before: datetime
) -> list[Reading]:
    """Return the readings of a limit's channel, both ends included."""
    told = {"since": since, "until": until, "recorded_before": recorded_before}
    return [Reading(**row) for row in many(tx, SQL["readings"], **told, **_place(limit))]


def last_reading(
    tx: Tx, limit: ChannelLimit, *, until: datetime, recorded_before: datetime = END_OF_TIME
) -> Reading | None:
    """Return the last reading of a limit's channel before an instant, since the limit began."""
    told = {"since": limit.since, "until": until, "recorded_before": recorded_before}
    row = one(tx, SQL["last_reading"], **told, **_place(limit))
    return Reading(**row) if row else None


def in_force(tx: Tx, machine_id: MachineId, period: Period) -> list[LimitInForce]:
    """Return the limits of a machine that were watched at some time of a period."""
    rows = many(tx, SQL["in_force"], machine_id=machine_id, since=period.start, until=period.end)
    return [LimitInForce(ended_at=row.pop("ended_at"), limit=_limit(row)) for row in rows]


def climate_readings(
    tx: Tx, machine_id: MachineId, period: Period, *, recorded_before: datetime
) -> list[ClimateReading]:
    """Return what a room's sensor read of its air in a period, in order of time."""
    rows = many(
        tx,
        SQL["climate_readings"],
        machine_id=machine_id,
        channels=[channel.value for channel in CLIMATE_CHANNELS],
        since=period.start,
        until=period.end,
        recorded_before=recorded_before,
    )
    return [ClimateReading(channel=Channel(row.pop("channel")), **row) for row in rows]


def numbered_parts(tx: Tx, machine_id: MachineId, *, since: datetime) -> list[tuple[Channel, str]]:
    """Return the channels and parts of a machine that gave a number since an instant."""
    rows = many(tx, SQL["numbered_parts"], machine_id=machine_id, since=since)
    return [(Channel(row["channel"]), row["part"]) for row in rows]


def _place(limit: ChannelLimit) -> dict[str, object]:
    return {"machine_id": limit.machine_id, "channel": limit.channel.value, "part": limit.part}


def _limit(row: DictRow) -> ChannelLimit:
    return ChannelLimit(
        channel=Channel(row.pop("channel")),
        side=Side(row.pop("side")),
        delay=timedelta(seconds=row.pop("delay_seconds")),
        silence=timedelta(seconds=row.pop("silence_seconds")),
        **row,
    )
