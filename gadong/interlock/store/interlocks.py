"""Interlocks: what holds them, what was ordered, and what their devices last said."""

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
    Right,
    Said,
)
from gadong.dialects.domain.signal import TimeRule

SQL = statements(__file__)

# Enough to see whether the same order was given three times within an hour.
LATEST = 6


def put(tx: Tx, lock: Interlock, *, by: PersonId, at: datetime) -> None:
    """A machine has this interlock from now on."""
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
    """The machine has no interlock any more; whether it had one."""
    return run(tx, SQL["remove"], machine_id=machine_id) > 0


def of_centre(tx: Tx, centre_id: CentreId) -> list[Interlock]:
    """A centre's interlocks, but those of retired machines and devices."""
    return [_lock(row) for row in many(tx, SQL["of_centre"], centre_id=centre_id)]


def of_machine(tx: Tx, machine_id: MachineId) -> tuple[Interlock, str | None] | None:
    """A machine's interlock, and what managers were last told is wrong with it."""
    row = one(tx, SQL["of_machine"], machine_id=machine_id)
    return (_lock(row), row["alarm"]) if row else None


def holds(tx: Tx, source_id: SourceId) -> MachineId | None:
    """The machine whose interlock the source holds."""
    row = one(tx, SQL["of_source"], source_id=source_id)
    return row["machine_id"] if row else None


def raise_alarm(tx: Tx, machine_id: MachineId, alarm: str | None, *, at: datetime) -> bool:
    """Whether this is news; None ends the alarm."""
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
    """A manager's word over the interlock, or the lifting of one."""
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


def held(tx: Tx, machine_ids: Iterable[MachineId]) -> dict[MachineId, Hold]:
    """The word that holds now for each machine that has one."""
    rows = many(tx, SQL["held"], machine_ids=list(machine_ids))
    return {
        r["machine_id"]: Hold(
            latch=Latch(r["latch"]) if r["latch"] else None, reason=r["reason"], by=r["held_by"], at=r["at"]
        )
        for r in rows
    }


def come(tx: Tx, machine_ids: Iterable[MachineId]) -> dict[MachineId, Right]:
    """The right of whoever is at each machine with a booking."""
    rows = many(tx, SQL["come"], machine_ids=list(machine_ids))
    return {r.pop("machine_id"): Right(**r) for r in rows}


def booked(tx: Tx, machine_ids: Iterable[MachineId], at: datetime) -> set[MachineId]:
    """Which of the machines somebody has booked at the instant."""
    return {r["machine_id"] for r in many(tx, SQL["going_on"], machine_ids=list(machine_ids), at=at)}


def said(tx: Tx, means: Mapping[SourceId, Means]) -> dict[SourceId, Said]:
    """What each device last said of itself. One that carries the supply says where it stands as a relay."""
    words: dict[SourceId, dict[tuple[str, str], DictRow]] = {s: {} for s in means}
    for row in many(tx, SQL["words"], source_ids=list(means)):
        words[row["source_id"]][row["channel"], row["part"]] = row
    return {source: _said(found, means[source]) for source, found in words.items()}


def heard(
    tx: Tx, machine_id: MachineId, *, but: Sequence[SourceId], since: datetime, now: datetime
) -> datetime | None:
    """When the machine was last heard of by any other device, if that was after `since`."""
    row = one(tx, SQL["heard"], machine_id=machine_id, but=list(but), since=since, now=now)
    return row["at"] if row else None


def drawn(tx: Tx, source_ids: Sequence[SourceId], *, since: datetime, until: datetime) -> float | None:
    """The most that the meters said in a stretch of time, what they said before it included. Watts."""
    row = one(tx, SQL["drawn"], source_ids=list(source_ids), since=since, until=until)
    return row["peak"] if row else None


def hottest(tx: Tx, source_ids: Sequence[SourceId], *, since: datetime) -> float | None:
    """The hottest part by the last word on each, °C."""
    row = one(tx, SQL["hottest"], source_ids=list(source_ids), since=since)
    return row["celsius"] if row else None


def issue(tx: Tx, command: Command) -> None:
    """An order is given."""
    run(
        tx,
        SQL["issue"],
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
    """What became of an order; False where that was said before."""
    return run(tx, SQL["settle"], id=command_id, outcome=outcome.value, at=at, answered_by=answered_by) > 0


def latest(tx: Tx, machine_ids: Iterable[MachineId]) -> dict[MachineId, list[Command]]:
    """The last orders to each machine, the latest first."""
    found: dict[MachineId, list[Command]] = {}
    for row in many(tx, SQL["latest"], machine_ids=list(machine_ids), most=LATEST):
        found.setdefault(row["machine_id"], []).append(_command(row))
    return found


def page(tx: Tx, machine_id: MachineId, *, before: UUID | None, most: int) -> list[Command]:
    """A page of a machine's orders, the latest first."""
    return [_command(r) for r in many(tx, SQL["page"], machine_id=machine_id, before=before, most=most)]


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
    latches = {"on": Latch.ENABLED, "off": Latch.INHIBITED} | {latch.value: latch for latch in Latch}
    link, answer = words.get(("link", "")), words.get(("interlock", "answer"))
    powered, timer = words.get(("interlock", "power_up")), words.get(("interlock", "timer"))
    came = link if link and link["value"] == "up" and link["time_rule"] != TimeRule.RETAINED else None
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
