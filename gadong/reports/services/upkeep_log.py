"""The maintenance log (유지보수일지): a month of closures, faults and written work.

The rule of its rows: docs/reports.md#the-maintenance-log.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gadong.billing.services.proof import signal_retention
from gadong.billing.services.statement_document import month_named
from gadong.booking.services.machine_ledger import open_ledger
from gadong.booking.store import closures
from gadong.core.database import Pool, Tx, cutoff, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.ids import CentreId, MachineId
from gadong.core.domain.machine_state import State
from gadong.core.domain.period import Period
from gadong.machines.domain.machine import Machine
from gadong.machines.domain.upkeep import UpkeepKind
from gadong.machines.store import machines, upkeep
from gadong.people.domain.centre import Centre
from gadong.reports.domain.upkeep import Upkeep, UpkeepSource, together
from gadong.reports.services.logbooks import Log, name_of, need_centre, responsible_of
from gadong.reports.services.machine_rows import registration_of

# A fault that ended within a minute was acknowledged at the machine; the log has those that stopped
# work.
SHORTEST_FAULT_SECONDS = 60


def upkeep_of_month(
    pool: Pool,
    who: Caller,
    centre_id: CentreId,
    month: str,
    *,
    machine_id: MachineId | None = None,
) -> Log:
    """Return the maintenance log of a month: maintenance, faults, and what people wrote.

    Of one machine where it is named, with the maintenance of the whole centre.
    """
    permit = who.need(centre_id, Right.REPORT_SEE)
    wanted = month_named(month)
    before = cutoff(pool, centre_id)
    with transaction(pool, permit) as tx:
        centre, manager = need_centre(tx, centre_id), name_of(tx, who.person_id)
        whole = wanted.period(centre.zone)
        signal_retention.need_month(tx, centre.id, whole)
        hall = machines.in_service_since(tx, centre_id, whole.start)
        places = _Places(
            centre=_Place(machine=centre.name, slug="", registration="", manager=manager),
            machines={m.id: _place(tx, centre, m, manager) for m in hall},
        )
        written = list(_written(tx, centre, places, whole))
        found = [*_closures(tx, centre, places, whole)]
        shown = [m for m in hall if machine_id in {None, m.id}]
        for machine in shown:
            found += _faults(tx, machine, places, whole, before)
    slugs = {"", *(machine.slug for machine in shown)}
    rows = [row for row in together(written, found) if row.slug in slugs]
    return Log(centre=centre, month=month, upkeep=rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """The columns of a row that say which machine it is of."""

    machine: str
    slug: str
    registration: str
    manager: str

    def row(self, **more: Any) -> Upkeep:
        """Return a row of the machine."""
        return Upkeep(
            machine=self.machine,
            slug=self.slug,
            registration=self.registration,
            manager=self.manager,
            **more,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Places:
    """The centre and its machines, as rows name them."""

    centre: _Place
    machines: Mapping[MachineId, _Place]

    def of(self, machine_id: MachineId | None) -> _Place:
        """Return the machine, or the centre for all machines together."""
        return self.machines.get(machine_id, self.centre) if machine_id else self.centre


def _place(tx: Tx, centre: Centre, machine: Machine, manager: str) -> _Place:
    return _Place(
        machine=machine.name_ko,
        slug=machine.slug,
        registration=registration_of(tx, centre, machine),
        manager=responsible_of(tx, machine) or manager,
    )


def _written(tx: Tx, centre: Centre, places: _Places, whole: Period) -> Iterator[Upkeep]:
    """Yield the entries that hold, of work that began in the month."""
    for entry in upkeep.entries(tx, centre.id, whole):
        if entry.taken_back_at is None:
            work = entry.work
            yield places.of(entry.machine_id).row(
                period=work.period,
                kind=work.kind,
                source=UpkeepSource.PERSON,
                reason=work.description,
                writer=name_of(tx, entry.recorded_by),
                repairer=work.repairer,
                action=work.action,
                cost=work.cost,
            )


def _closures(tx: Tx, centre: Centre, places: _Places, whole: Period) -> Iterator[Upkeep]:
    """Yield the maintenance for which machines were closed."""
    for closure in closures.of_centre(tx, centre.id, whole):
        if closure.kind == "maintenance":
            yield places.of(closure.machine_id).row(
                period=closure.period,
                kind=UpkeepKind.INSPECTION,
                source=UpkeepSource.CLOSURE,
                reason=closure.reason,
            )


def _faults(
    tx: Tx, machine: Machine, places: _Places, whole: Period, before: datetime
) -> Iterator[Upkeep]:
    """Yield the faults of at least a minute that a machine reported."""
    ledger = open_ledger(tx, machine, whole, recorded_before=before)
    for run in ledger.runs:
        fault = run.clipped(whole) if run.state is State.FAULT else None
        if fault and fault.seconds >= SHORTEST_FAULT_SECONDS:
            yield places.of(machine.id).row(
                period=fault, kind=UpkeepKind.REPAIR, source=UpkeepSource.SIGNAL, reason=""
            )
