"""Interlocks, their holds, their commands, and the last reports of their devices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from psycopg.rows import DictRow

from gadong.core.database import Tx, many, one, run
from gadong.core.domain.ids import CentreId, MachineId, PersonId, SourceId, new_id
from gadong.core.store.queries import statements
from gadong.core.store.values import to_document
from gadong.dialects.domain.interlock_state import (
    Command,
    Failing,
    Hold,
    Interlock,
    Latch,
    Means,
    Outcome,
    RunRight,
    Said,
)
from gadong.dialects.domain.signal import TimeRule

SQL = statements(__file__)

# Enough to see whether the same command was given three times within an hour.
LATEST = 6


def put(tx: Tx, lock: Interlock, *, by: PersonId, at: datetime) -> None:
    """Insert or replace a machine's interlock."""
    run(
        tx,
        SQL["put"],
        machine_id=lock.machine_id,
        centre_id=lock.centre_id,
        source_id=lock.source_id,
        fails=lock.fails.value,
        quiet=lock.quiet,
        cool_below=lock.cool_below,
        shares_circuit=list(lock.shares_circuit),
        set_by=by,
        set_at=at,
    )


def remove(tx: Tx, machine_id: MachineId) -> bool:
    """Delete a machine's interlock and return whether it had one."""
    return run(tx, SQL["remove"], machine_id=machine_id) > 0


def of_centre(tx: Tx, centre_id: CentreId) -> list[Interlock]:
    """Return a centre's interlocks without those of retired machines and devices."""
    return [_lock(row) for row in many(tx, SQL["of_centre"], centre_id=centre_id)]


def of_machine(tx: Tx, machine_id: MachineId) -> tuple[Interlock, str | None] | None:
    """Return a machine's interlock and the alarm that managers last received."""
    row = one(tx, SQL["of_machine"], machine_id=machine_id)
    return (_lock(row), row["alarm"]) if row else None


def machine_of_source(tx: Tx, source_id: SourceId) -> MachineId | None:
    """Return the machine whose interlock the source holds."""
    row = one(tx, SQL["machine_of_source"], source_id=source_id)
    return row["machine_id"] if row else None


def raise_alarm(tx: Tx, machine_id: MachineId, alarm: str | None, *, at: datetime) -> bool:
    """Record an alarm (None ends it) and return whether it is new."""
    return one(tx, SQL["raise_alarm"], machine_id=machine_id, alarm=alarm, at=at) is not None


def hold(
    tx: Tx,
    lock: Interlock,
    *,
    is_held: bool,
    latch: Latch | None,
    reason: str,
    by: PersonId,
    at: datetime,
) -> None:
    """Record a manager's hold on the interlock, or its end."""
    run(
        tx,
        SQL["hold"],
        id=new_id(),
        centre_id=lock.centre_id,
        machine_id=lock.machine_id,
        is_held=is_held,
        latch=latch.value if latch else None,
        reason=reason,
        by=by,
        at=at,
    )


def current_holds(tx: Tx, machine_ids: Iterable[MachineId]) -> dict[MachineId, Hold]:
    """Return the present hold of each machine that has one."""
    rows = many(tx, SQL["current_holds"], machine_ids=list(machine_ids))
    return {
        r["machine_id"]: Hold(
            latch=Latch(r["latch"]) if r["latch"] else None,
            reason=r["reason"],
            by=r["held_by"],
            at=r["at"],
        )
        for r in rows
    }


def checked_in_rights(tx: Tx, machine_ids: Iterable[MachineId]) -> dict[MachineId, RunRight]:
    """Return the right of the checked-in booking at each machine."""
    rows = many(tx, SQL["checked_in_rights"], machine_ids=list(machine_ids))
    return {r.pop("machine_id"): RunRight(**r) for r in rows}


def booked_machines(tx: Tx, machine_ids: Iterable[MachineId], at: datetime) -> set[MachineId]:
    """Return the machines that are booked at the instant."""
    return {
        r["machine_id"]
        for r in many(tx, SQL["booked_machines"], machine_ids=list(machine_ids), at=at)
    }


def device_reports(tx: Tx, means: Mapping[SourceId, Means]) -> dict[SourceId, Said]:
    """Return the last report of each device.

    A device that carries the supply reports its position as a relay.
    """
    reports: dict[SourceId, dict[tuple[str, str], DictRow]] = {s: {} for s in means}
    for row in many(tx, SQL["device_reports"], source_ids=list(means)):
        reports[row["source_id"]][row["channel"], row["part"]] = row
    return {source: _said(rows, means[source]) for source, rows in reports.items()}


def last_report_at(
    tx: Tx, machine_id: MachineId, *, excluding: Sequence[SourceId], since: datetime, now: datetime
) -> datetime | None:
    """Return the last time another device reported on the machine, if later than `since`."""
    row = one(
        tx,
        SQL["last_report_at"],
        machine_id=machine_id,
        excluding=list(excluding),
        since=since,
        now=now,
    )
    return row["at"] if row else None


def max_power(
    tx: Tx, source_ids: Sequence[SourceId], *, since: datetime, until: datetime
) -> float | None:
    """Return the maximum power in watts within a period, the reading before it included."""
    row = one(tx, SQL["max_power"], source_ids=list(source_ids), since=since, until=until)
    return row["peak"] if row else None


def max_temperature(tx: Tx, source_ids: Sequence[SourceId], *, since: datetime) -> float | None:
    """Return the temperature of the hottest part by its last reading, in °C."""
    row = one(tx, SQL["max_temperature"], source_ids=list(source_ids), since=since)
    return row["celsius"] if row else None


def insert_command(tx: Tx, command: Command) -> None:
    """Insert a command."""
    run(
        tx,
        SQL["insert_command"],
        id=command.id,
        centre_id=command.centre_id,
        machine_id=command.machine_id,
        source_id=command.source_id,
        wanted=command.wanted.value,
        why=command.why,
        booking_id=command.booking_id,
        by=command.by,
        seen=to_document(command.seen),
        issued_at=command.issued_at,
        expires_at=command.expires_at,
    )


def settle(
    tx: Tx, command_id: UUID, outcome: Outcome, *, at: datetime, answered_by: UUID | None = None
) -> bool:
    """Record a command's outcome; return False if it had one."""
    return (
        run(tx, SQL["settle"], id=command_id, outcome=outcome.value, at=at, answered_by=answered_by)
        > 0
    )


def latest_commands(tx: Tx, machine_ids: Iterable[MachineId]) -> dict[MachineId, list[Command]]:
    """Return the last commands to each machine, the latest first."""
    commands: dict[MachineId, list[Command]] = {}
    for row in many(tx, SQL["latest_commands"], machine_ids=list(machine_ids), limit=LATEST):
        commands.setdefault(row["machine_id"], []).append(_command(row))
    return commands


def command_page(
    tx: Tx, machine_id: MachineId, *, before: UUID | None, limit: int
) -> list[Command]:
    """Return a page of a machine's commands, the latest first."""
    return [
        _command(r)
        for r in many(tx, SQL["command_page"], machine_id=machine_id, before=before, limit=limit)
    ]


def _lock(row: DictRow) -> Interlock:
    return Interlock(
        machine_id=row["machine_id"],
        centre_id=row["centre_id"],
        source_id=row["source_id"],
        fails=Failing(row["fails"]),
        quiet=timedelta(seconds=row["quiet"].total_seconds()),
        cool_below=row["cool_below"],
        shares_circuit=tuple(row["shares_circuit"]),
        set_at=row["set_at"],
    )


def _said(words: Mapping[tuple[str, str], DictRow], means: Means) -> Said:
    stands = words.get(("power", "") if means is Means.MAINS else ("interlock", ""))
    latches = {"on": Latch.ENABLED, "off": Latch.INHIBITED} | {
        latch.value: latch for latch in Latch
    }
    link, answer = words.get(("link", "")), words.get(("interlock", "answer"))
    powered, timer = words.get(("interlock", "power_up")), words.get(("interlock", "timer"))
    came = (
        link if link and link["value"] == "up" and link["time_rule"] != TimeRule.RETAINED else None
    )
    return Said(
        latch=latches.get(stands["value"]) if stands else None,
        at=stands["received_at"] if stands else None,
        message_id=stands["message_id"] if stands else None,
        is_up=link["value"] == "up" if link else None,
        back_at=came["received_at"] if came else None,
        refused_at=answer["received_at"] if answer else None,
        power_up=powered["value"] if powered else None,
        has_timer=timer["value"] == "set" if timer else None,
    )


def _command(row: DictRow) -> Command:
    outcome, by = row.pop("outcome"), row.pop("ordered_by")
    wanted = Latch(row.pop("wanted"))
    return Command(**row, by=by, wanted=wanted, outcome=Outcome(outcome) if outcome else None)
