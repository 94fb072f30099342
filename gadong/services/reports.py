"""Reports: 가동률 and what stands beside it, from the very ledgers that statements are made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from gadong.domain.access import Caller
from gadong.domain.calendar import open_periods
from gadong.domain.ids import CentreId
from gadong.domain.machine import Machine
from gadong.domain.period import Period
from gadong.domain.problem import NotFound
from gadong.domain.utilisation import Denominator, Utilisation, measure, standard_time
from gadong.services import holidays
from gadong.services.documents import month_named
from gadong.services.ledger import open_ledger
from gadong.store import floor, machines, people
from gadong.store.database import Pool, Tx, cutoff, transaction
from gadong.store.people import Centre


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One machine's part in a report."""

    machine: Machine
    time: Utilisation


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A centre's month: machine by machine, and all together, of a named standard time, as known before an instant."""

    centre: Centre
    month: str
    period: Period
    denominator: Denominator
    recorded_before: datetime
    rows: Sequence[Row]

    @property
    def whole(self) -> Utilisation:
        """All machines together."""
        together = Utilisation()
        for row in self.rows:
            together += row.time
        return together


def utilisation(
    pool: Pool, who: Caller, centre_id: CentreId, month: str, denominator: Denominator, *, now: datetime
) -> Report:
    """A centre's month up to now; for its managers. What is to come is neither standard nor open time."""
    who.need_manager(centre_id)
    wanted = month_named(month)
    before = cutoff(pool, centre_id)
    with transaction(pool) as tx:
        centre = people.centre(tx, centre_id)
        if centre is None:
            raise NotFound
        whole = wanted.period(centre.zone)
        period = Period(whole.start, min(whole.end, now)) if now > whole.start else None
        found = machines.of_centres(tx, [centre_id])
        rows = [
            Row(
                machine=m, time=_time(tx, centre, m, period, denominator, before) if period else Utilisation()
            )
            for m in found
            if m.retired_at is None or m.retired_at > whole.start
        ]
    return Report(
        centre=centre,
        month=month,
        period=period or whole,
        denominator=denominator,
        recorded_before=before,
        rows=rows,
    )


def _time(
    tx: Tx, centre: Centre, machine: Machine, period: Period, denominator: Denominator, before: datetime
) -> Utilisation:
    ledger = open_ledger(tx, machine, period, recorded_before=before)
    closed = floor.closures(tx, centre.id, machine.id, period, recorded_before=before)
    shut = [p for p, kind in closed if kind != "maintenance"]
    maintenance = [p for p, kind in closed if kind == "maintenance"]
    opened = open_periods(people.hours(tx, centre.id), shut, centre.zone, period)
    standard = standard_time(
        denominator,
        period,
        opened,
        maintenance,
        holidays=holidays.within(tx, centre, period, recorded_before=before),
        zone=centre.zone,
    )
    return measure(
        period,
        standard=standard,
        opened=opened,
        maintenance=maintenance,
        runs=ledger.runs,
        usages=ledger.usages,
        sessions=ledger.sessions,
    )
