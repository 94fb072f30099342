"""Limits on machines' readings: set, judged each minute, told, and acknowledged."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from gadong.core.database import END_OF_TIME, Pool, Tx, cutoff, transaction
from gadong.core.domain.access import SYSTEM, Caller, Right
from gadong.core.domain.clock import write_instant
from gadong.core.domain.ids import CentreId, MachineId, new_id
from gadong.core.domain.period import Period
from gadong.core.domain.problem import Conflict, Invalid, NotFound
from gadong.core.store import outbox
from gadong.dialects.domain.signal import PAST_LIMIT, Channel
from gadong.machines.domain.machine import Machine
from gadong.machines.store import machines
from gadong.metering.domain.channel_limit import (
    Alarm,
    AlarmKind,
    ChannelLimit,
    LimitState,
    Reading,
    Side,
    alarms,
    standing,
)
from gadong.metering.domain.logged_alarm import LoggedAlarm
from gadong.metering.store import channel_limits, limit_alarms
from gadong.metering.store.channel_limits import Judged
from gadong.metering.store.limit_alarms import KeptAlarm

# A freezer has one limit, a climate room four; more is a mistake.
MOST_LIMITS = 20
MOST_WORDS = 500
TELLING = {AlarmKind.BEYOND: "machine.limit_crossed", AlarmKind.GAP: "machine.limit_silent"}
RETURNING = {AlarmKind.BEYOND: "machine.limit_returned", AlarmKind.GAP: "machine.limit_heard"}


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitRequest:
    """A limit as a person asks for it; without `returns_at` there is no hysteresis."""

    name: str
    channel: Channel
    part: str = ""
    side: Side
    bound: float
    returns_at: float | None = None
    delay: timedelta
    silence: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedLimit:
    """A limit with its present state, and the reading on which that rests."""

    limit: ChannelLimit
    standing: LimitState
    latest: Reading | None


def put(
    pool: Pool, who: Caller, machine: Machine, wanted: LimitRequest, *, now: datetime
) -> ChannelLimit:
    """Watch a limit from now on."""
    permit = who.need(machine.centre_id, Right.FLOOR_WORK)
    returns_at = wanted.bound if wanted.returns_at is None else wanted.returns_at
    if not (math.isfinite(wanted.bound) and math.isfinite(returns_at)):
        raise Invalid("A limit is a number", field="bound")
    try:
        limit = ChannelLimit(
            id=new_id(),
            centre_id=machine.centre_id,
            machine_id=machine.id,
            name=wanted.name,
            channel=wanted.channel,
            part=wanted.part,
            side=wanted.side,
            bound=wanted.bound,
            returns_at=returns_at,
            delay=wanted.delay,
            silence=wanted.silence,
            since=now.replace(microsecond=0),
        )
    except ValueError as trouble:
        raise Invalid(
            "The channel, return, delay or silence does not fit this limit", field="returns_at"
        ) from trouble
    with transaction(pool, permit) as tx:
        if len(channel_limits.of_machines(tx, [machine.id])) >= MOST_LIMITS:
            raise Conflict(f"A machine has at most {MOST_LIMITS} limits", limit=MOST_LIMITS)
        channel_limits.insert(tx, limit, by=who.known)
    return limit


def end(pool: Pool, who: Caller, machine: Machine, limit_id: UUID, *, now: datetime) -> None:
    """Stop watching a limit; its alarms stay in the log."""
    permit = who.need(machine.centre_id, Right.FLOOR_WORK)
    with transaction(pool, permit) as tx:
        if not channel_limits.finish(tx, machine.id, limit_id, at=now, by=who.known):
            raise NotFound("The machine has no such limit")


def of_machine(pool: Pool, who: Caller, machine: Machine, *, now: datetime) -> list[WatchedLimit]:
    """Return a machine's limits with their present state; for the floor's staff."""
    permit = who.need(machine.centre_id, Right.FLOOR_SEE)
    with transaction(pool, permit) as tx:
        return [_watched(tx, limit, now) for limit in channel_limits.of_machines(tx, [machine.id])]


def choices(
    pool: Pool, who: Caller, machine: Machine, *, now: datetime
) -> list[tuple[Channel, str]]:
    """Return the channels and parts of a machine that gave a number in the last week."""
    permit = who.need(machine.centre_id, Right.FLOOR_SEE)
    with transaction(pool, permit) as tx:
        return channel_limits.numbered_parts(tx, machine.id, since=now - timedelta(days=7))


def log(
    pool: Pool,
    who: Caller,
    centre: CentreId,
    bounds: Period,
    *,
    machine: MachineId | None = None,
    before: tuple[datetime, UUID] | None = None,
    most: int,
) -> list[LoggedAlarm]:
    """Return the alarms that touch a stretch of time, the latest first."""
    permit = who.need(centre, Right.FLOOR_SEE)
    with transaction(pool, permit) as tx:
        return limit_alarms.of_centre(tx, centre, bounds, machine=machine, before=before, most=most)


def unacknowledged(pool: Pool, who: Caller, centre: CentreId) -> int:
    """Return the number of alarms that nobody acknowledged; withdrawn ones need nobody."""
    permit = who.need(centre, Right.FLOOR_SEE)
    with transaction(pool, permit) as tx:
        return limit_alarms.unacknowledged(tx, centre)


def of_centre(pool: Pool, who: Caller, centre: CentreId, *, now: datetime) -> list[WatchedLimit]:
    """Return a centre's limits with their present state, by machine; for the floor's staff."""
    permit = who.need(centre, Right.FLOOR_SEE)
    with transaction(pool, permit) as tx:
        hall = [m.id for m in machines.of_centres(tx, [centre])]
        return [_watched(tx, limit, now) for limit in channel_limits.of_machines(tx, hall)]


def acknowledge(pool: Pool, who: Caller, alarm_id: UUID, *, words: str, now: datetime) -> None:
    """Record that the caller read an alarm and what they did about it; once."""
    written = words.strip()
    if not 1 <= len(written) <= MOST_WORDS:
        raise Invalid(
            f"Say what was done, in at most {MOST_WORDS} characters",
            field="words",
            limit=MOST_WORDS,
        )
    with transaction(pool, who.reach()) as tx:
        centre = limit_alarms.centre_of(tx, alarm_id)
        if centre is None or not who.may(centre, Right.FLOOR_SEE):
            raise NotFound("There is no such alarm")
        who.need(centre, Right.FLOOR_WORK)
        if not limit_alarms.acknowledge(tx, alarm_id, by=who.known, words=written, at=now):
            raise Conflict("Somebody acknowledged it before")


def judge_all(pool: Pool, *, now: datetime) -> int:
    """Judge the limits of every centre, one transaction each; return the number of new alarms."""
    with transaction(pool, SYSTEM) as tx:
        due = channel_limits.centres(tx)
    new = 0
    for centre in due:
        before = cutoff(pool, centre)
        with transaction(pool, SYSTEM) as tx:
            for limit in channel_limits.of_centre(tx, centre):
                new += _judge(tx, limit, recorded_before=before, now=now)
    return new


def _judge(tx: Tx, limit: ChannelLimit, *, recorded_before: datetime, now: datetime) -> int:
    """Bring the log of a limit up to date, and return the number of new alarms.

    The readings are read again from the earliest one that was recorded since the last time.
    """
    last = channel_limits.judged(tx, limit)
    if now <= last.judged_until:
        return 0
    new = channel_limits.earliest_new(tx, limit, since=last, before=recorded_before)
    start = min(last.judged_until, new or last.judged_until) - limit.delay
    kept = limit_alarms.standing(tx, limit, since=start - PAST_LIMIT)
    start = max(_whole(kept, start), limit.since)
    before = channel_limits.last_reading(tx, limit, until=start, recorded_before=recorded_before)
    readings = channel_limits.readings(
        tx, limit, since=start, until=now, recorded_before=recorded_before
    )
    found = alarms(
        limit,
        readings,
        since=start,
        until=now,
        last=before.at if before else limit.since,
    )
    touched = [k for k in kept if k.alarm.end is None or k.alarm.end > start]
    count = _reconcile(tx, limit, touched, found, now)
    channel_limits.set_judged(tx, limit, Judged(judged_until=now, recorded_before=recorded_before))
    return count


def _whole(kept: Sequence[KeptAlarm], start: datetime) -> datetime:
    """Return the start of the stretch that cuts through no alarm of the log."""
    for one in sorted(kept, key=lambda k: k.alarm.start, reverse=True):
        if one.alarm.start < start and (one.alarm.end is None or one.alarm.end >= start):
            return _whole([k for k in kept if k is not one], one.alarm.start)
    return start


def _reconcile(
    tx: Tx,
    limit: ChannelLimit,
    kept: Sequence[KeptAlarm],
    found: Sequence[Alarm],
    now: datetime,
) -> int:
    """Write the alarms of the readings into the log: new, changed, and disproved ones."""
    left = list(kept)
    new = 0
    for alarm in found:
        same = next((k for k in left if _is_same(k.alarm, alarm)), None)
        if same is None:
            limit_alarms.insert(tx, limit, alarm, told_at=now)
            _tell(tx, limit, alarm, TELLING[alarm.kind])
            new += 1
            continue
        left.remove(same)
        if (same.alarm.end, same.alarm.worst) != (alarm.end, alarm.worst):
            limit_alarms.update(tx, same.id, alarm)
        if same.alarm.end is None and alarm.end is not None:
            _tell(tx, limit, alarm, RETURNING[alarm.kind])
    for one in left:
        limit_alarms.withdraw(tx, one.id, at=now)
    return new


def _is_same(one: Alarm, other: Alarm) -> bool:
    """Return whether two alarms are of one kind and share some time."""
    return (
        one.kind is other.kind
        and one.start < (other.end or END_OF_TIME)
        and other.start < (one.end or END_OF_TIME)
    )


def _tell(tx: Tx, limit: ChannelLimit, alarm: Alarm, kind: str) -> None:
    sign = ">" if limit.side is Side.ABOVE else "<"
    outbox.add(
        tx,
        limit.centre_id,
        kind,
        machine=str(limit.machine_id),
        to="floor",
        limit=str(limit.id),
        code=limit.name,
        number=f"{alarm.worst:g} ({sign} {limit.bound:g})" if alarm.worst is not None else "",
        until=write_instant(alarm.end if alarm.end and kind in RETURNING.values() else alarm.start),
        minutes=str(int(limit.silence.total_seconds() // 60)),
    )


def _watched(tx: Tx, limit: ChannelLimit, now: datetime) -> WatchedLimit:
    latest = channel_limits.last_reading(tx, limit, until=now)
    is_beyond = any(
        k.alarm.kind is AlarmKind.BEYOND and k.alarm.end is None
        for k in limit_alarms.standing(tx, limit, since=now)
    )
    return WatchedLimit(
        limit=limit, standing=standing(limit, latest, is_beyond=is_beyond, now=now), latest=latest
    )
