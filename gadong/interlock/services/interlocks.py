"""Management of a machine's interlock: its device, its state and its holds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from gadong.core.database import Pool, Tx, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.ids import SourceId
from gadong.core.domain.problem import Conflict, Invalid, NotFound
from gadong.dialects.domain.formats import DIALECTS
from gadong.dialects.domain.interlock_state import (
    MAINS_KINDS,
    Command,
    Failing,
    Interlock,
    Latch,
    Means,
)
from gadong.interlock.services.switching import View, evaluate_interlock, means_of
from gadong.interlock.store import interlocks
from gadong.machines.domain.machine import Machine
from gadong.machines.store import machines

# No circuit of a workshop feeds more machines.
MAX_MACHINES_ON_CIRCUIT = 20


def set_up(
    pool: Pool,
    who: Caller,
    machine: Machine,
    *,
    source_id: SourceId,
    fails: Failing,
    quiet: timedelta,
    cool_below: float,
    shares_circuit: Sequence[str],
    now: datetime,
) -> None:
    """Let a bound device hold the machine's interlock; switch nothing yet."""
    permit = who.need(machine.centre_id, Right.FLOOR_WORK)
    if len(shares_circuit) > MAX_MACHINES_ON_CIRCUIT:
        raise Invalid(
            f"At most {MAX_MACHINES_ON_CIRCUIT} machines share a circuit", field="shares_circuit"
        )
    with transaction(pool, permit) as tx:
        machines.lock(tx, [machine.id])
        source = machines.source(tx, source_id)
        if source is None or source.machine_id != machine.id:
            raise NotFound("This machine has no such source")
        if DIALECTS[source.dialect].switch is None:
            able = ", ".join(sorted(d.name for d in DIALECTS.values() if d.switch))
            raise Invalid(
                f"A device of the dialect {source.dialect} takes no orders; {able} do",
                field="source",
            )
        if means_of(source) is Means.MAINS and machine.kind not in MAINS_KINDS:
            raise Invalid(
                "The supply of such a machine is never switched: use a dry contact into its own "
                "safety chain"
                " (option switches: contact), or software",
                field="source",
                kinds=", ".join(sorted(MAINS_KINDS)),
            )
        others = tuple(_neighbour(tx, machine, slug) for slug in dict.fromkeys(shares_circuit))
        lock = Interlock(
            machine_id=machine.id,
            centre_id=machine.centre_id,
            source_id=source.id,
            fails=fails,
            quiet=quiet,
            cool_below=cool_below,
            shares_circuit=tuple(other.id for other in others),
        )
        interlocks.put(tx, lock, by=who.person_id, at=now)


def _neighbour(tx: Tx, machine: Machine, slug: str) -> Machine:
    interlock = next(
        (m for m in machines.by_slug(tx, slug) if m.centre_id == machine.centre_id), None
    )
    if interlock is None or interlock.id == machine.id:
        raise Invalid(f"The centre has no other machine {slug}", field="shares_circuit")
    return interlock


def take_away(pool: Pool, who: Caller, machine: Machine) -> None:
    """Remove the machine's interlock; its device keeps its position."""
    permit = who.need(machine.centre_id, Right.FLOOR_WORK)
    with transaction(pool, permit) as tx:
        if not interlocks.remove(tx, machine.id):
            raise NotFound("This machine has no interlock")


def view(pool: Pool, who: Caller, machine: Machine, *, now: datetime) -> tuple[View, str | None]:
    """Return the interlock with its verdict and obstacles, and the alarm that managers received."""
    permit = who.need(machine.centre_id, Right.FLOOR_SEE)
    with transaction(pool, permit) as tx:
        lock, told = _of(tx, machine)
        machines.lock(tx, [machine.id])
        return evaluate_interlock(tx, machine, lock, now=now), told


def hold(
    pool: Pool, who: Caller, machine: Machine, *, latch: Latch | None, reason: str, now: datetime
) -> View:
    """Hold the interlock in a position, or (None) leave it alone, until the hold is lifted.

    The returned view names every obstacle to the position.
    """
    permit = who.need(machine.centre_id, Right.FLOOR_WORK)
    with transaction(pool, permit) as tx:
        lock, _ = _of(tx, machine)
        machines.lock(tx, [machine.id])
        interlocks.hold(
            tx, lock, is_held=True, latch=latch, reason=reason, by=who.person_id, at=now
        )
        return evaluate_interlock(tx, machine, lock, now=now)


def lift(pool: Pool, who: Caller, machine: Machine, *, reason: str, now: datetime) -> None:
    """Lift the hold, so that the rules decide again."""
    permit = who.need(machine.centre_id, Right.FLOOR_WORK)
    with transaction(pool, permit) as tx:
        lock, _ = _of(tx, machine)
        machines.lock(tx, [machine.id])
        if machine.id not in interlocks.current_holds(tx, [machine.id]):
            raise Conflict("The interlock is not held")
        interlocks.hold(
            tx, lock, is_held=False, latch=None, reason=reason, by=who.person_id, at=now
        )


def log_of(
    pool: Pool, who: Caller, machine: Machine, *, before: UUID | None, limit: int
) -> list[Command]:
    """Return a page of the machine's commands with their outcomes, the latest first."""
    permit = who.need(machine.centre_id, Right.FLOOR_SEE)
    with transaction(pool, permit) as tx:
        return interlocks.command_page(tx, machine.id, before=before, limit=limit)


def _of(tx: Tx, machine: Machine) -> tuple[Interlock, str | None]:
    interlock = interlocks.of_machine(tx, machine.id)
    if interlock is None:
        raise NotFound("This machine has no interlock")
    return interlock
