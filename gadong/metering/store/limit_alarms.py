"""The log of alarms on machines' limits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from gadong.core.database import Tx, many, one, run
from gadong.core.domain.ids import CentreId, MachineId, PersonId, new_id
from gadong.core.domain.period import Period
from gadong.core.store.queries import statements
from gadong.dialects.domain.signal import Channel
from gadong.metering.domain.channel_limit import Alarm, AlarmKind, ChannelLimit, Side
from gadong.metering.domain.logged_alarm import LoggedAlarm

SQL = statements(__file__)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptAlarm:
    """An alarm of a limit as the log has it."""

    id: UUID
    alarm: Alarm


def insert(tx: Tx, limit: ChannelLimit, alarm: Alarm, *, told_at: datetime) -> UUID:
    """Keep an alarm that is told now."""
    alarm_id = new_id()
    run(
        tx,
        SQL["insert"],
        id=alarm_id,
        centre_id=limit.centre_id,
        machine_id=limit.machine_id,
        limit_id=limit.id,
        kind=alarm.kind.value,
        began_at=alarm.start,
        ended_at=alarm.end,
        worst=alarm.worst,
        told_at=told_at,
    )
    return alarm_id


def update(tx: Tx, alarm_id: UUID, alarm: Alarm) -> None:
    """Write what further readings say of an alarm."""
    run(tx, SQL["update"], id=alarm_id, ended_at=alarm.end, worst=alarm.worst)


def withdraw(tx: Tx, alarm_id: UUID, *, at: datetime) -> None:
    """Mark an alarm that late readings disprove."""
    run(tx, SQL["withdraw"], id=alarm_id, at=at)


def acknowledge(tx: Tx, alarm_id: UUID, *, by: PersonId | None, words: str, at: datetime) -> bool:
    """Record who read an alarm; return False where somebody did before."""
    return bool(run(tx, SQL["acknowledge"], id=alarm_id, by=by, words=words, at=at))


def standing(tx: Tx, limit: ChannelLimit, *, since: datetime) -> list[KeptAlarm]:
    """Return a limit's alarms that are not withdrawn and lasted until the instant or longer."""
    rows = many(tx, SQL["standing"], limit_id=limit.id, since=since)
    return [
        KeptAlarm(
            id=row["id"],
            alarm=Alarm(
                kind=AlarmKind(row["kind"]),
                start=row["began_at"],
                end=row["ended_at"],
                worst=row["worst"],
            ),
        )
        for row in rows
    ]


def centre_of(tx: Tx, alarm_id: UUID) -> CentreId | None:
    """Return the centre of an alarm."""
    row = one(tx, SQL["centre_of"], id=alarm_id)
    return CentreId(row["centre_id"]) if row else None


def of_centre(
    tx: Tx,
    centre_id: CentreId,
    bounds: Period,
    *,
    machine: MachineId | None,
    before: tuple[datetime, UUID] | None,
    most: int,
) -> list[LoggedAlarm]:
    """Return the log of a stretch of time, the latest first, from a row on."""
    rows = many(
        tx,
        SQL["of_centre"],
        centre_id=centre_id,
        machine_id=machine,
        since=bounds.start,
        until=bounds.end,
        before_at=before[0] if before else None,
        before_id=before[1] if before else None,
        most=most,
    )
    return [
        LoggedAlarm(
            channel=Channel(row.pop("channel")),
            side=Side(row.pop("side")),
            kind=AlarmKind(row.pop("kind")),
            **row,
        )
        for row in rows
    ]


def unacknowledged(tx: Tx, centre_id: CentreId) -> int:
    """Return the number of a centre's alarms that stand and that nobody acknowledged."""
    row = one(tx, SQL["unacknowledged"], centre_id=centre_id)
    return int(row["alarms"]) if row else 0
