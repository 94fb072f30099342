"""Declarations by managers of how machines are observed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from gadong.core.database import END_OF_TIME, Pool, recorded_at, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.ids import CentreId, MachineId
from gadong.core.domain.problem import Conflict, NotFound
from gadong.machines.domain.machine import Machine
from gadong.machines.domain.observation import MachineObservation, Observed
from gadong.machines.store import machines, observations


def declare(
    pool: Pool, who: Caller, machine_id: MachineId, observed: Observed, *, since: datetime
) -> MachineObservation:
    """Say how a machine is observed from an instant on; what is issued stays, and may want a
    correction.
    """
    with transaction(pool, who.reach()) as tx:
        machine = machines.by_id(tx, machine_id)
        if machine is None or not who.may_enter(machine.centre_id):
            raise NotFound("There is no such machine that you may see")
        who.need(machine.centre_id, Right.FLOOR_WORK)
        machines.lock(tx, [machine.id])
        machine = machines.by_id(tx, machine.id) or machine
        if machine.seats > 1 and observed is not Observed.NEITHER:
            raise Conflict(
                "A room of several seats is not observed: nothing could say which of several "
                "bookings used it",
                field="observed",
            )
        said = MachineObservation(since=since, observed=observed)
        observations.insert(
            tx, machine, said, by=who.person_id, recorded_at=recorded_at(tx, machine.centre_id)
        )
    return said


def of_machine(
    pool: Pool, who: Caller, machine_id: MachineId
) -> tuple[Machine, Sequence[MachineObservation]]:
    """Return a machine and its declarations in the order of their instants, for whoever may enter
    its centre.
    """
    with transaction(pool, who.reach()) as tx:
        machine = machines.by_id(tx, machine_id)
        if machine is None or not who.may_enter(machine.centre_id):
            raise NotFound("There is no such machine that you may see")
        return machine, observations.of_machine(tx, machine.id, recorded_before=END_OF_TIME)


def of_centre(
    pool: Pool, who: Caller, centre_id: CentreId
) -> dict[MachineId, list[MachineObservation]]:
    """Return the declarations of each of a centre's machines."""
    permit = who.need_entry(centre_id)
    with transaction(pool, permit) as tx:
        every = [machine.id for machine in machines.of_centres(tx, [centre_id])]
        return observations.of_machines(tx, every, recorded_before=END_OF_TIME)
